import { Coded, Numbers } from "./coded.ts";
import type { TrialNumbers, Trials } from "./run.ts";

/** How many of each a table has room for. */
export interface TableShape {
  readonly cases: number;
  readonly candidates: number;
  readonly repeats: number;
  readonly scorers: number;
  /** Members of the panel; 0 where there is none. */
  readonly judges?: number;
}

type State = TrialNumbers["state"];

const STATES: readonly (State | undefined)[] = [undefined, "completed", "failed", "missing"];
const CAPPED = 4;

/**
 * {@link Trials} in columns: some 15 bytes a trial where its numbers repeat, as those of a large run do, and 60 where none
 * does. Objects take ten times as much.
 */
export class TrialTable implements Trials {
  readonly #shape: TableShape;
  readonly #state: Uint8Array;
  readonly #reason: Coded<string>;
  readonly #from: Coded<string>;
  readonly #quality: Numbers;
  /** By scorer. */
  readonly #values: readonly Numbers[];
  /** By scorer, then by member of the panel. */
  readonly #votes: readonly (readonly Numbers[])[];
  readonly #costUsd: Numbers;
  readonly #latencyMs: Numbers;
  readonly #inputTokens: Numbers;
  readonly #visibleTokens: Numbers;
  readonly #reasoningTokens: Numbers;
  #size = 0;

  constructor(shape: TableShape) {
    const places = shape.cases * shape.candidates * shape.repeats;
    this.#shape = shape;
    this.#state = new Uint8Array(places);
    const numbers = () => new Numbers(places);
    this.#reason = new Coded(places);
    this.#from = new Coded(places);
    this.#quality = numbers();
    this.#values = Array.from({ length: shape.scorers }, numbers);
    this.#votes = this.#values.map(() => Array.from({ length: shape.judges ?? 0 }, numbers));
    this.#costUsd = numbers();
    this.#latencyMs = numbers();
    this.#inputTokens = numbers();
    this.#visibleTokens = numbers();
    this.#reasoningTokens = numbers();
  }

  get size(): number {
    return this.#size;
  }

  /** Where a trial stands, counted repeat by repeat, case by case, candidate by candidate; undefined outside the table. */
  placeOf(at: Pick<TrialNumbers, "caseIndex" | "candidateIndex" | "repeat">): number | undefined {
    const { cases, candidates, repeats } = this.#shape;
    if (at.caseIndex >= cases || at.candidateIndex >= candidates || at.repeat >= repeats) return undefined;
    return (at.repeat * cases + at.caseIndex) * candidates + at.candidateIndex;
  }

  has(place: number): boolean {
    return this.#state[place] !== 0;
  }

  /** How the trial at a place ended, undefined where there is none: {@link at} without the rest. */
  stateAt(place: number): State | undefined {
    return STATES[(this.#state[place] as number) & ~CAPPED];
  }

  /** Puts a trial where it belongs, over whatever stood there. @throws RangeError outside the table */
  set(trial: TrialNumbers): void {
    const place = this.placeOf(trial);
    if (place === undefined) throw new RangeError("the trial is not of this run");
    if (!this.has(place)) this.#size += 1;
    this.#state[place] = STATES.indexOf(trial.state) | (trial.capped ? CAPPED : 0);
    this.#from.set(place, trial.from);
    this.#costUsd.set(place, trial.costUsd);
    this.#latencyMs.set(place, trial.latencyMs);
    this.#inputTokens.set(place, trial.inputTokens);
    this.#visibleTokens.set(place, trial.visibleTokens);
    this.#reasoningTokens.set(place, trial.reasoningTokens);
    this.setScores(place, trial);
  }

  /** Changes what scoring says of a trial that is there. */
  setScores(place: number, given: Pick<TrialNumbers, "quality" | "values" | "votes" | "reason">): void {
    const { quality, values, votes, reason } = given;
    this.#quality.set(place, quality);
    this.#reason.set(place, reason);
    for (const [scorer, column] of this.#values.entries()) column.set(place, values[scorer] ?? null);
    for (const [scorer, columns] of this.#votes.entries()) {
      for (const [judge, column] of columns.entries()) column.set(place, votes?.[scorer]?.[judge] ?? null);
    }
  }

  of(candidateIndex: number, caseIndex: number): TrialNumbers[] {
    const found: TrialNumbers[] = [];
    for (let repeat = 0; repeat < this.#shape.repeats; repeat++) {
      const place = this.placeOf({ caseIndex, candidateIndex, repeat });
      if (place !== undefined && this.has(place)) found.push(this.at(place));
    }
    return found;
  }

  *[Symbol.iterator](): Generator<TrialNumbers> {
    for (let place = 0; place < this.#state.length; place++) if (this.has(place)) yield this.at(place);
  }

  /** The trial that stands at a place. */
  at(place: number): TrialNumbers {
    const { cases, candidates, judges = 0 } = this.#shape;
    const state = this.#state[place] as number;
    const numberOf = (column: Numbers) => column.at(place);
    return {
      caseIndex: Math.floor(place / candidates) % cases,
      candidateIndex: place % candidates,
      repeat: Math.floor(place / (candidates * cases)),
      state: this.stateAt(place) as State,
      reason: this.#reason.at(place),
      quality: this.#quality.at(place),
      values: this.#values.map(numberOf),
      ...(judges === 0 ? {} : { votes: this.#votes.map((columns) => columns.map(numberOf)) }),
      costUsd: this.#costUsd.at(place),
      latencyMs: this.#latencyMs.at(place),
      inputTokens: this.#inputTokens.at(place),
      visibleTokens: this.#visibleTokens.at(place),
      reasoningTokens: this.#reasoningTokens.at(place),
      capped: (state & CAPPED) !== 0,
      from: this.#from.at(place),
    };
  }
}

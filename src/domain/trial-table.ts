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

interface Columns {
  readonly shape: TableShape;
  readonly state: Uint8Array;
  readonly reason: Coded<string>;
  readonly from: Coded<string>;
  readonly quality: Numbers;
  /** By scorer. */
  readonly values: readonly Numbers[];
  /** By scorer, then by member of the panel. */
  readonly votes: readonly (readonly Numbers[])[];
  readonly costUsd: Numbers;
  readonly latencyMs: Numbers;
  readonly inputTokens: Numbers;
  readonly visibleTokens: Numbers;
  readonly reasoningTokens: Numbers;
}

/**
 * {@link Trials} in columns: some 15 bytes a trial where its numbers repeat, as those of a large run do, and 60 where none
 * does. Objects take ten times as much.
 */
export class TrialTable implements Trials {
  readonly #columns: Columns;
  #size = 0;

  constructor(shape: TableShape) {
    const places = shape.cases * shape.candidates * shape.repeats;
    const numbers = () => new Numbers(places);
    const values = Array.from({ length: shape.scorers }, numbers);
    this.#columns = {
      shape,
      state: new Uint8Array(places),
      reason: new Coded(places),
      from: new Coded(places),
      quality: numbers(),
      values,
      votes: values.map(() => Array.from({ length: shape.judges ?? 0 }, numbers)),
      costUsd: numbers(),
      latencyMs: numbers(),
      inputTokens: numbers(),
      visibleTokens: numbers(),
      reasoningTokens: numbers(),
    };
  }

  get size(): number {
    return this.#size;
  }

  /** Where a trial stands, counted repeat by repeat, case by case, candidate by candidate; undefined outside the table. */
  placeOf({
    caseIndex,
    candidateIndex,
    repeat,
  }: Pick<TrialNumbers, "caseIndex" | "candidateIndex" | "repeat">): number | undefined {
    const { cases, candidates, repeats } = this.#columns.shape;
    if (caseIndex >= cases || candidateIndex >= candidates || repeat >= repeats) return undefined;
    return (repeat * cases + caseIndex) * candidates + candidateIndex;
  }

  has(place: number): boolean {
    return this.#columns.state[place] !== 0;
  }

  /** How the trial at a place ended, undefined where there is none: {@link at} without the rest. */
  stateAt(place: number): State | undefined {
    return stateOf(this.#columns.state[place] as number);
  }

  /** Puts a trial where it belongs, over whatever stood there. @throws RangeError outside the table */
  set(trial: TrialNumbers): void {
    const place = this.placeOf(trial);
    if (place === undefined) throw new RangeError("the trial is not of this run");
    if (!this.has(place)) this.#size += 1;
    const columns = this.#columns;
    columns.state[place] = STATES.indexOf(trial.state) | (trial.capped ? CAPPED : 0);
    columns.from.set(place, trial.from);
    columns.costUsd.set(place, trial.costUsd);
    columns.latencyMs.set(place, trial.latencyMs);
    columns.inputTokens.set(place, trial.inputTokens);
    columns.visibleTokens.set(place, trial.visibleTokens);
    columns.reasoningTokens.set(place, trial.reasoningTokens);
    this.setScores(place, trial);
  }

  /** Changes what scoring says of a trial that is there. */
  setScores(place: number, given: Pick<TrialNumbers, "quality" | "values" | "votes" | "reason">): void {
    const { quality, values, votes, reason } = given;
    const columns = this.#columns;
    columns.quality.set(place, quality);
    columns.reason.set(place, reason);
    for (const [scorer, column] of columns.values.entries()) column.set(place, values[scorer] ?? null);
    for (const [scorer, judges] of columns.votes.entries()) {
      for (const [judge, column] of judges.entries()) column.set(place, votes?.[scorer]?.[judge] ?? null);
    }
  }

  of(candidateIndex: number, caseIndex: number): TrialNumbers[] {
    const found: TrialNumbers[] = [];
    for (let repeat = 0; repeat < this.#columns.shape.repeats; repeat++) {
      const place = this.placeOf({ caseIndex, candidateIndex, repeat });
      if (place !== undefined && this.has(place)) found.push(new Entry(this.#columns, place));
    }
    return found;
  }

  *[Symbol.iterator](): Generator<TrialNumbers> {
    for (let place = 0; place < this.#columns.state.length; place++) if (this.has(place)) yield this.at(place);
  }

  /** The trial that stands at a place, as {@link of} gives it. */
  at(place: number): TrialNumbers {
    return new Entry(this.#columns, place);
  }
}

/** A copy of a trial, with some of it changed. What a table gives has nothing of its own to spread. */
export function changed(trial: TrialNumbers, changes: Partial<TrialNumbers> = {}): TrialNumbers {
  const { votes } = trial;
  return {
    caseIndex: trial.caseIndex,
    candidateIndex: trial.candidateIndex,
    repeat: trial.repeat,
    state: trial.state,
    reason: trial.reason,
    quality: trial.quality,
    values: trial.values,
    ...(votes?.some((each) => each.length > 0) ? { votes } : {}),
    costUsd: trial.costUsd,
    latencyMs: trial.latencyMs,
    inputTokens: trial.inputTokens,
    visibleTokens: trial.visibleTokens,
    reasoningTokens: trial.reasoningTokens,
    capped: trial.capped,
    from: trial.from,
    ...changes,
  };
}

function stateOf(bits: number): State | undefined {
  return STATES[bits & ~CAPPED];
}

/** A trial where it stands in its table: each number is looked up when it is read, as most readers want one or two of them. */
class Entry implements TrialNumbers {
  readonly #columns: Columns;
  readonly #place: number;

  constructor(columns: Columns, place: number) {
    this.#columns = columns;
    this.#place = place;
  }

  get caseIndex(): number {
    const { cases, candidates } = this.#columns.shape;
    return Math.floor(this.#place / candidates) % cases;
  }

  get candidateIndex(): number {
    return this.#place % this.#columns.shape.candidates;
  }

  get repeat(): number {
    const { cases, candidates } = this.#columns.shape;
    return Math.floor(this.#place / (candidates * cases));
  }

  get state(): State {
    return stateOf(this.#columns.state[this.#place] as number) as State;
  }

  get capped(): boolean {
    return ((this.#columns.state[this.#place] as number) & CAPPED) !== 0;
  }

  get reason(): string | null {
    return this.#columns.reason.at(this.#place);
  }

  get from(): string | null {
    return this.#columns.from.at(this.#place);
  }

  get quality(): number | null {
    return this.#columns.quality.at(this.#place);
  }

  get values(): readonly (number | null)[] {
    return this.#columns.values.map((column) => column.at(this.#place));
  }

  get votes(): readonly (readonly (number | null)[])[] {
    return this.#columns.votes.map((columns) => columns.map((column) => column.at(this.#place)));
  }

  get costUsd(): number | null {
    return this.#columns.costUsd.at(this.#place);
  }

  get latencyMs(): number | null {
    return this.#columns.latencyMs.at(this.#place);
  }

  get inputTokens(): number | null {
    return this.#columns.inputTokens.at(this.#place);
  }

  get visibleTokens(): number | null {
    return this.#columns.visibleTokens.at(this.#place);
  }

  get reasoningTokens(): number | null {
    return this.#columns.reasoningTokens.at(this.#place);
  }
}

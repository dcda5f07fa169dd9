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
const UNKNOWN_COUNT = 0xffff_ffff;

/**
 * {@link Trials} in typed columns: about 50 bytes a trial, where objects take five times as much. Inside, what is unknown
 * is NaN (or the largest count); it comes out as null.
 */
export class TrialTable implements Trials {
  readonly #shape: TableShape;
  readonly #state: Uint8Array;
  readonly #reason: Uint32Array;
  readonly #from: Uint32Array;
  readonly #reasons = new Words();
  readonly #runs = new Words();
  readonly #quality: Float64Array;
  readonly #values: Float64Array;
  readonly #votes: Float64Array;
  readonly #costUsd: Float64Array;
  readonly #latencyMs: Float64Array;
  readonly #inputTokens: Uint32Array;
  readonly #visibleTokens: Uint32Array;
  readonly #reasoningTokens: Uint32Array;
  #size = 0;

  constructor(shape: TableShape) {
    const places = shape.cases * shape.candidates * shape.repeats;
    this.#shape = shape;
    this.#state = new Uint8Array(places);
    this.#reason = new Uint32Array(places);
    this.#from = new Uint32Array(places);
    this.#quality = new Float64Array(places);
    this.#values = new Float64Array(places * shape.scorers);
    this.#votes = new Float64Array(places * shape.scorers * (shape.judges ?? 0));
    this.#costUsd = new Float64Array(places);
    this.#latencyMs = new Float64Array(places);
    this.#inputTokens = new Uint32Array(places);
    this.#visibleTokens = new Uint32Array(places);
    this.#reasoningTokens = new Uint32Array(places);
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
    this.#from[place] = this.#runs.indexOf(trial.from);
    this.#costUsd[place] = trial.costUsd ?? Number.NaN;
    this.#latencyMs[place] = trial.latencyMs ?? Number.NaN;
    this.#inputTokens[place] = trial.inputTokens ?? UNKNOWN_COUNT;
    this.#visibleTokens[place] = trial.visibleTokens ?? UNKNOWN_COUNT;
    this.#reasoningTokens[place] = trial.reasoningTokens ?? UNKNOWN_COUNT;
    this.setScores(place, trial);
  }

  /** Changes what scoring says of a trial that is there. */
  setScores(place: number, given: Pick<TrialNumbers, "quality" | "values" | "votes" | "reason">): void {
    const { quality, values, votes, reason } = given;
    const { scorers, judges = 0 } = this.#shape;
    this.#quality[place] = quality ?? Number.NaN;
    this.#reason[place] = this.#reasons.indexOf(reason);
    for (let at = 0; at < scorers; at++) this.#values[place * scorers + at] = values[at] ?? Number.NaN;
    for (let at = 0; at < scorers * judges; at++) {
      this.#votes[place * scorers * judges + at] = votes?.[Math.floor(at / judges)]?.[at % judges] ?? Number.NaN;
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
    const { cases, candidates, scorers, judges = 0 } = this.#shape;
    const state = this.#state[place] as number;
    return {
      caseIndex: Math.floor(place / candidates) % cases,
      candidateIndex: place % candidates,
      repeat: Math.floor(place / (candidates * cases)),
      state: this.stateAt(place) as State,
      reason: this.#reasons.at(this.#reason[place] as number),
      quality: known(this.#quality[place]),
      values: knownIn(this.#values, place * scorers, scorers),
      ...(judges === 0 ? {} : { votes: this.#votesAt(place) }),
      costUsd: known(this.#costUsd[place]),
      latencyMs: known(this.#latencyMs[place]),
      inputTokens: counted(this.#inputTokens[place]),
      visibleTokens: counted(this.#visibleTokens[place]),
      reasoningTokens: counted(this.#reasoningTokens[place]),
      capped: (state & CAPPED) !== 0,
      from: this.#runs.at(this.#from[place] as number),
    };
  }

  #votesAt(place: number): (number | null)[][] {
    const { scorers, judges = 0 } = this.#shape;
    return Array.from({ length: scorers }, (_, scorer) =>
      knownIn(this.#votes, (place * scorers + scorer) * judges, judges),
    );
  }
}

/** Texts that repeat, as numbers; null is 0. */
class Words {
  readonly #words: string[] = [];
  readonly #index = new Map<string, number>();

  indexOf(word: string | null): number {
    if (word === null) return 0;
    const index = this.#index.get(word) ?? this.#words.push(word);
    this.#index.set(word, index);
    return index;
  }

  at(index: number): string | null {
    return index === 0 ? null : (this.#words[index - 1] as string);
  }
}

function known(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value;
}

// A loop: rows are made by the million, and a view of the column for each would cost more than the row.
function knownIn(column: Float64Array, start: number, length: number): (number | null)[] {
  const values: (number | null)[] = [];
  for (let at = start; at < start + length; at++) values.push(known(column[at]));
  return values;
}

function counted(value: number | undefined): number | null {
  return value === undefined || value === UNKNOWN_COUNT ? null : value;
}

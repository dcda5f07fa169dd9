import { Growing } from "../domain/growing.ts";
import type { PlannedRoute, Run, TrialNumbers } from "../domain/run.ts";
import { inSlice } from "../domain/slice.ts";
import { changed } from "../domain/trial-table.ts";
import { Columns, known } from "./columns.ts";
import { type Groups, groupCases } from "./groups.ts";
import { type Cell, isAnswer, type Row } from "./table.ts";

/**
 * What the independent units of a paired comparison (cases, or clusters of them) say of quality, in columns, in the order in
 * which the units are complete.
 */
export interface QualityUnits {
  readonly length: number;
  /** 1-based place of a unit's last case in the slice's order: a look at n covers units up to n. Ascends. */
  readonly places: Uint32Array;
  /** Cases of each unit. */
  readonly cases: Uint32Array;
  /** Mean difference of quality over a unit's cases that have one, candidate minus incumbent; NaN where none has. */
  readonly differences: Float64Array;
}

/** Indices of the cases that carry every tag of the slice, in test order. */
export function casesOf({ cases }: Pick<Run, "cases">, slice: PlannedRoute["slice"]): number[] {
  const found = new Growing((buffer) => new Uint32Array(buffer));
  for (const [index, { tags }] of cases.entries()) if (inSlice(tags, slice)) found.push(index);
  return Array.from(found.values.subarray(0, found.length));
}

/**
 * The cases that a candidate was asked, up to the last one. A case that was asked and lost is missing and counts against;
 * those after the last are yet to be collected, and count for nothing.
 */
export function collectedOf(caseIndices: readonly number[], row: Row): readonly number[] {
  const last = caseIndices.findLastIndex((index) => row.at(index).trials.length > 0);
  return last === caseIndices.length - 1 ? caseIndices : caseIndices.slice(0, last + 1);
}

/** Pairs candidate and incumbent over the given cases, unit by unit, in test order. */
export function pairUnits(
  run: Pick<Run, "cases">,
  indices: ArrayLike<number>,
  candidate: Row,
  incumbent: Row,
): PairedUnits {
  return new PairedUnits(groupCases(run.cases, indices), candidate, incumbent);
}

/**
 * The units of a comparison with their costs, some 40 bytes each. The trials are looked up at each reading: a run of a million
 * must not become a million objects. Whoever is done with them releases them.
 */
export class PairedUnits implements QualityUnits {
  readonly places: Uint32Array;
  readonly cases: Uint32Array;
  readonly differences: Float64Array;
  /** Units of which cases say nothing, or not all they should. */
  readonly lacking = new Growing((buffer) => new Uint32Array(buffer));
  /** The differences of these with everything that is missing at -1, and at +1. */
  readonly worst = new Growing((buffer) => new Float64Array(buffer));
  readonly best = new Growing((buffer) => new Float64Array(buffer));
  /** Why cases say nothing (or not all they should), `candidate: judge unparseable` and the like, with their number. */
  readonly missing: ReadonlyMap<string, number>;
  /** Cases of each unit to which both models gave an answer or failed: those that the costs cover. */
  readonly answered: Uint32Array;
  /** Total cost of the answered cases, mean over repeats. NaN where it is unknown for any. */
  readonly candidateUsd: Float64Array;
  readonly incumbentUsd: Float64Array;
  readonly #columns: Columns;
  readonly #groups: Groups;
  readonly #candidate: Row;
  readonly #incumbent: Row;

  constructor(groups: Groups, candidate: Row, incumbent: Row) {
    const units = groups.length;
    const missing = new Map<string, number>();
    this.#groups = groups;
    this.#candidate = candidate;
    this.#incumbent = incumbent;
    this.places = groups.places;
    this.missing = missing;
    this.#columns = new Columns(units, 3 * 8 + 2 * 4);
    this.differences = this.#columns.add(Float64Array);
    this.candidateUsd = this.#columns.add(Float64Array);
    this.incumbentUsd = this.#columns.add(Float64Array);
    this.cases = this.#columns.add(Uint32Array);
    this.answered = this.#columns.add(Uint32Array);
    for (let unit = 0; unit < units; unit++) {
      const members = groups.membersOf(unit);
      const differences = { sum: 0, count: 0 };
      let [worst, best, isLacking] = [0, 0, false];
      for (const index of members) {
        const pair = { ours: candidate.at(index), theirs: incumbent.at(index) };
        const difference = differenceOf(pair);
        if (difference !== undefined) {
          differences.sum += difference;
          differences.count += 1;
        }
        worst += imputedDifference(pair, difference, -1);
        best += imputedDifference(pair, difference, 1);
        const reason = missingOf(pair);
        if (reason !== undefined) {
          isLacking = true;
          missing.set(reason, (missing.get(reason) ?? 0) + 1);
        }
        if (pair.ours.trials.some(isAnswer) && pair.theirs.trials.some(isAnswer)) {
          add(this.answered, unit, 1);
          add(this.candidateUsd, unit, pair.ours.costUsd ?? Number.NaN);
          add(this.incumbentUsd, unit, pair.theirs.costUsd ?? Number.NaN);
        }
      }
      this.cases[unit] = members.length;
      this.differences[unit] = differences.sum / differences.count;
      if (!isLacking) continue;
      this.lacking.push(unit);
      this.worst.push(worst / members.length);
      this.best.push(best / members.length);
    }
  }

  get length(): number {
    return this.places.length;
  }

  /** Gives their memory back: they say nothing from then on. */
  release(): void {
    this.#columns.release();
  }

  /** The candidate's trials of a unit. */
  *candidateTrials(unit: number): Generator<TrialNumbers> {
    for (const index of this.#groups.membersOf(unit)) yield* this.#candidate.at(index).trials;
  }

  /** The same, but for times that cannot be held against the incumbent's: these are left out. */
  timedCandidateTrials(unit: number): Generator<TrialNumbers> {
    return this.#timed(unit, this.#candidate, this.#incumbent);
  }

  /** The incumbent's, likewise. */
  timedIncumbentTrials(unit: number): Generator<TrialNumbers> {
    return this.#timed(unit, this.#incumbent, this.#candidate);
  }

  *#timed(unit: number, row: Row, other: Row): Generator<TrialNumbers> {
    for (const index of this.#groups.membersOf(unit)) {
      const rivals = other.at(index).trials;
      for (const trial of row.at(index).trials) {
        yield isTimedWith(rivals, trial) ? trial : changed(trial, { latencyMs: null });
      }
    }
  }
}

function add(column: Float64Array | Uint32Array, unit: number, value: number): void {
  column[unit] = (column[unit] as number) + value;
}

// A provider's pace on one day says nothing beside another's on another day.
function isTimedWith(rivals: readonly TrialNumbers[], { repeat, from }: TrialNumbers): boolean {
  const rival = rivals.find((one) => one.repeat === repeat);
  return rival === undefined || rival.from === from;
}

interface Pair {
  readonly ours: Cell;
  readonly theirs: Cell;
}

function differenceOf({ ours, theirs }: Pair): number | undefined {
  return ours.quality === null || theirs.quality === null ? undefined : ours.quality - theirs.quality;
}

function imputedDifference({ ours, theirs }: Pair, difference: number | undefined, value: -1 | 1): number {
  const share = Math.min(ours.scored, theirs.scored);
  return share * (difference ?? 0) + (1 - share) * value;
}

function missingOf({ ours, theirs }: Pair): string | undefined {
  const [who, { reason, quality }] = ours.scored <= theirs.scored ? ["candidate", ours] : ["incumbent", theirs];
  if (reason === null) return undefined;
  return `${who}: ${reason}${quality === null ? "" : ", in some repeats"}`;
}

/** What the units would say if everything missing had gone against the candidate (-1), or for it (+1). */
export function imputed(units: PairedUnits, value: -1 | 1): QualityUnits {
  const { length, places, cases, lacking } = units;
  if (lacking.length === 0) return units;
  const bound = value === -1 ? units.worst : units.best;
  const differences = units.differences.slice();
  for (let at = 0; at < lacking.length; at++) differences[lacking.values[at] as number] = bound.values[at] as number;
  return { length, places, cases, differences };
}

/** The units that a look at `n` cases covers. */
export function upTo(units: QualityUnits, n: number): QualityUnits {
  const length = countUpTo(units.places, n);
  const { places, cases, differences } = units;
  return {
    length,
    places: places.subarray(0, length),
    cases: cases.subarray(0, length),
    differences: differences.subarray(0, length),
  };
}

/** How many units a look at `n` cases covers. @param places ascending */
export function countUpTo(places: Uint32Array, n: number): number {
  const after = places.findIndex((place) => place > n);
  return after === -1 ? places.length : after;
}

/** The differences of the units that have one, in test order; the column itself where all have. Read only. */
export function differencesOf({ differences }: QualityUnits): Readonly<Float64Array> {
  return differences.some(Number.isNaN) ? known(differences) : differences;
}

import type { CaseFact, CaseFacts, PlannedRoute, Run, TrialNumbers } from "../domain/run.ts";
import { inSlice } from "../domain/slice.ts";
import { type Cell, isAnswer, mean, type Row } from "./table.ts";

/** What an independent unit of a paired comparison (a case, or the cases of one cluster) says of quality. */
export interface QualityUnit {
  /** 1-based place of its last case in the slice's order: a look at n covers units up to n. */
  readonly place: number;
  readonly cases: number;
  /** Mean difference of quality over its cases that have one, candidate minus incumbent; null when none has. */
  readonly difference: number | null;
  /** The same with everything that is missing at -1, and at +1. */
  readonly worst: number;
  readonly best: number;
  /** Why cases of it say nothing (or not all they should), `candidate: judge unparseable` and the like. */
  readonly missing: readonly string[];
}

/** The same with costs, and the trials themselves, which are looked up at each reading. */
export interface Unit extends QualityUnit {
  /** Cases to which both models gave an answer or failed: those that the costs cover. */
  readonly answered: number;
  /** Total cost of the answered cases, mean over repeats. Null when unknown for any. */
  readonly candidateUsd: number | null;
  readonly incumbentUsd: number | null;
  readonly candidateTrials: readonly TrialNumbers[];
  readonly incumbentTrials: readonly TrialNumbers[];
}

/** Indices of the cases that carry every tag of the slice, in test order. */
export function casesOf({ cases }: Pick<Run, "cases">, slice: PlannedRoute["slice"]): number[] {
  return [...cases.keys()].filter((index) => inSlice(cases.at(index)?.tags ?? {}, slice));
}

/**
 * The cases that a candidate was asked, up to the last one. A case that was asked and lost is missing and counts against;
 * those after the last are yet to be collected, and count for nothing.
 */
export function collectedOf(caseIndices: readonly number[], row: Row): readonly number[] {
  const last = caseIndices.findLastIndex((index) => row.at(index).trials.length > 0);
  return last === caseIndices.length - 1 ? caseIndices : caseIndices.slice(0, last + 1);
}

interface Group {
  readonly place: number;
  readonly members: readonly number[];
}

/** Groups cases (given by index, in test order) into independent units, in the order in which these are complete. */
export function groupCases(cases: CaseFacts, indices: readonly number[]): Group[] {
  // Most suites have no clusters, and a map of a quarter of a million names is a lot to make for nothing.
  if (indices.every((index) => cases.at(index)?.clusterId === undefined)) {
    return indices.map((index, position) => ({ place: position + 1, members: [index] }));
  }
  const groups = new Map<string, { place: number; members: number[] }>();
  for (const [position, index] of indices.entries()) {
    const { id, clusterId } = cases.at(index) as CaseFact;
    const key = clusterId === undefined ? `case ${id}` : `cluster ${clusterId}`;
    const group = groups.get(key) ?? { place: 0, members: [] };
    group.place = position + 1;
    group.members.push(index);
    groups.set(key, group);
  }
  return [...groups.values()].sort((a, b) => a.place - b.place);
}

/** Pairs candidate and incumbent over the given cases, unit by unit, in test order. */
export function pairUnits(run: Pick<Run, "cases">, indices: readonly number[], candidate: Row, incumbent: Row): Unit[] {
  return groupCases(run.cases, indices).map((group) => new PairedUnit(group, candidate, incumbent));
}

class PairedUnit implements Unit {
  readonly place: number;
  readonly cases: number;
  readonly difference: number | null;
  readonly worst: number;
  readonly best: number;
  readonly missing: readonly string[];
  readonly answered: number;
  readonly candidateUsd: number | null;
  readonly incumbentUsd: number | null;
  readonly #members: readonly number[];
  readonly #candidate: Row;
  readonly #incumbent: Row;

  constructor({ place, members }: Group, candidate: Row, incumbent: Row) {
    this.#members = members;
    this.#candidate = candidate;
    this.#incumbent = incumbent;
    const pairs = members.map((index) => ({ ours: candidate.at(index), theirs: incumbent.at(index) }));
    const differences = pairs.flatMap((pair) => differenceOf(pair) ?? []);
    const costed = pairs.filter(({ ours, theirs }) => ours.trials.some(isAnswer) && theirs.trials.some(isAnswer));
    const missing = pairs.flatMap((pair) => missingOf(pair) ?? []);
    this.place = place;
    this.cases = members.length;
    this.difference = differences.length === 0 ? null : mean(differences);
    this.worst = mean(pairs.map((pair) => imputedDifference(pair, -1)));
    this.best = mean(pairs.map((pair) => imputedDifference(pair, 1)));
    this.missing = missing.length === 0 ? NONE : missing;
    this.answered = costed.length;
    this.candidateUsd = total(costed.map(({ ours }) => ours.costUsd));
    this.incumbentUsd = total(costed.map(({ theirs }) => theirs.costUsd));
  }

  get candidateTrials(): readonly TrialNumbers[] {
    return this.#trialsOf(this.#candidate, this.#incumbent);
  }

  get incumbentTrials(): readonly TrialNumbers[] {
    return this.#trialsOf(this.#incumbent, this.#candidate);
  }

  #trialsOf(row: Row, other: Row): TrialNumbers[] {
    return this.#members.flatMap((index) => {
      const rivals = other.at(index).trials;
      return row.at(index).trials.map((trial) => (isTimedWith(rivals, trial) ? trial : { ...trial, latencyMs: null }));
    });
  }
}

// A provider's pace on one day says nothing beside another's on another day.
function isTimedWith(rivals: readonly TrialNumbers[], { repeat, from }: TrialNumbers): boolean {
  const rival = rivals.find((one) => one.repeat === repeat);
  return rival === undefined || rival.from === from;
}

const NONE: readonly string[] = [];

interface Pair {
  readonly ours: Cell;
  readonly theirs: Cell;
}

function differenceOf({ ours, theirs }: Pair): number | undefined {
  return ours.quality === null || theirs.quality === null ? undefined : ours.quality - theirs.quality;
}

function imputedDifference(pair: Pair, value: -1 | 1): number {
  const share = Math.min(pair.ours.scored, pair.theirs.scored);
  return share * (differenceOf(pair) ?? 0) + (1 - share) * value;
}

function missingOf({ ours, theirs }: Pair): string | undefined {
  const [who, { reason, quality }] = ours.scored <= theirs.scored ? ["candidate", ours] : ["incumbent", theirs];
  if (reason === null) return undefined;
  return `${who}: ${reason}${quality === null ? "" : ", in some repeats"}`;
}

function total(values: readonly (number | null)[]): number | null {
  return values.reduce<number | null>((sum, value) => (sum === null || value === null ? null : sum + value), 0);
}

/** What the units would say if everything missing had gone against the candidate (-1), or for it (+1). */
export function imputed(units: readonly QualityUnit[], value: -1 | 1): QualityUnit[] {
  return units.map((unit) => {
    if (unit.missing.length === 0) return unit;
    const { place, cases, worst, best } = unit;
    return { place, cases, worst, best, difference: value === -1 ? worst : best, missing: [] };
  });
}

/** The candidate's trials over some units, one after the other: they are made as they are read, and not kept. */
export function* candidateTrials(units: readonly Unit[]): Generator<TrialNumbers> {
  for (const unit of units) yield* unit.candidateTrials;
}

/** The units that say something about quality. */
export function observed(units: readonly QualityUnit[]): readonly (QualityUnit & { readonly difference: number })[] {
  return units.filter((unit): unit is QualityUnit & { readonly difference: number } => unit.difference !== null);
}

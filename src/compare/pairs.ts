import type { PlannedRoute, Run, TrialNumbers } from "../domain/run.ts";

/** One candidate's answers to one case, repeats averaged. What is unknown is null. */
export interface Cell {
  /** Mean over the repeats that have one; null when none has. */
  readonly quality: number | null;
  /** Why quality is null. */
  readonly reason: string | null;
  /** Mean per call; null when any repeat is unpriced, or there is none. */
  readonly costUsd: number | null;
  readonly trials: readonly TrialNumbers[];
}

/** An independent unit of a paired comparison: a case, or the cases of one cluster. */
export interface Unit {
  /** 1-based place of its last case in the slice's order: a look at n covers units up to n. */
  readonly place: number;
  readonly cases: number;
  /** Mean difference of quality over its cases that have one, candidate minus incumbent; null when none has. */
  readonly difference: number | null;
  /** Why cases of it say nothing, `candidate: judge unparseable` and the like. */
  readonly missing: readonly string[];
  /** Total cost of the unit's cases, mean over repeats. Null when unknown for any. */
  readonly candidateUsd: number | null;
  readonly incumbentUsd: number | null;
  readonly candidateTrials: readonly TrialNumbers[];
  readonly incumbentTrials: readonly TrialNumbers[];
}

/** All cells of a run, by candidate and case. */
export type Table = readonly (readonly Cell[])[];

const NO_TRIAL = "no answer";

/** Averages repeats: `table[candidate][case]`. */
export function tabulate(run: Run): Table {
  const cells: TrialNumbers[][][] = run.manifest.candidates.map(() => run.cases.map(() => []));
  for (const trial of run.trials) cells[trial.candidateIndex]?.[trial.caseIndex]?.push(trial);
  return cells.map((row) => row.map(cellOf));
}

function cellOf(trials: readonly TrialNumbers[]): Cell {
  const qualities = trials.map(({ quality }) => quality).filter((quality) => quality !== null);
  const costs = trials.map(({ costUsd }) => costUsd).filter((cost) => cost !== null);
  return {
    quality: qualities.length === 0 ? null : mean(qualities),
    reason: qualities.length > 0 ? null : (trials.find(({ reason }) => reason !== null)?.reason ?? NO_TRIAL),
    costUsd: costs.length === 0 || costs.length < trials.length ? null : mean(costs),
    trials,
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Indices of the cases that carry every tag of the slice, in test order. */
export function casesOf(run: Run, slice: PlannedRoute["slice"]): number[] {
  const wanted = Object.entries(slice);
  return run.cases.flatMap(({ tags }, index) => (wanted.every(([tag, value]) => tags[tag] === value) ? [index] : []));
}

/** Pairs candidate and incumbent over the given cases and groups them into independent units, in test order. */
export function pairUnits(
  run: Run,
  cases: readonly number[],
  candidate: readonly Cell[],
  incumbent: readonly Cell[],
): Unit[] {
  const groups = new Map<string, { place: number; members: number[] }>();
  for (const [position, index] of cases.entries()) {
    const { id, clusterId } = run.cases[index] as Run["cases"][number];
    const key = clusterId === undefined ? `case ${id}` : `cluster ${clusterId}`;
    const group = groups.get(key) ?? { place: 0, members: [] };
    group.place = position + 1;
    group.members.push(index);
    groups.set(key, group);
  }
  return [...groups.values()]
    .sort((a, b) => a.place - b.place)
    .map(({ place, members }) => unitOf(place, members, candidate, incumbent));
}

function unitOf(
  place: number,
  members: readonly number[],
  candidate: readonly Cell[],
  incumbent: readonly Cell[],
): Unit {
  const differences: number[] = [];
  const missing: string[] = [];
  let candidateUsd: number | null = 0;
  let incumbentUsd: number | null = 0;
  for (const index of members) {
    const ours = candidate[index] as Cell;
    const theirs = incumbent[index] as Cell;
    if (ours.quality !== null && theirs.quality !== null) differences.push(ours.quality - theirs.quality);
    else missing.push(ours.quality === null ? `candidate: ${ours.reason}` : `incumbent: ${theirs.reason}`);
    candidateUsd = candidateUsd === null || ours.costUsd === null ? null : candidateUsd + ours.costUsd;
    incumbentUsd = incumbentUsd === null || theirs.costUsd === null ? null : incumbentUsd + theirs.costUsd;
  }
  return {
    place,
    cases: members.length,
    difference: differences.length === 0 ? null : mean(differences),
    missing,
    candidateUsd,
    incumbentUsd,
    candidateTrials: members.flatMap((index) => (candidate[index] as Cell).trials),
    incumbentTrials: members.flatMap((index) => (incumbent[index] as Cell).trials),
  };
}

/** What the units would say if every missing case had gone `value`: -1 against the candidate, +1 for it. */
export function imputed(units: readonly Unit[], value: -1 | 1): Unit[] {
  return units.map((unit) => {
    if (unit.missing.length === 0) return unit;
    const known = unit.cases - unit.missing.length;
    const sum = (unit.difference ?? 0) * known + value * unit.missing.length;
    return { ...unit, difference: sum / unit.cases, missing: [] };
  });
}

/** The units that say something about quality. */
export function observed(units: readonly Unit[]): (Unit & { readonly difference: number })[] {
  return units.filter((unit): unit is Unit & { readonly difference: number } => unit.difference !== null);
}

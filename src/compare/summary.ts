import type { Estimate, ModelSummary } from "../domain/decision.ts";
import type { Run, TrialNumbers } from "../domain/run.ts";
import { clusteredMean, meanInterval } from "../stats/mean.ts";
import { wilson } from "../stats/proportion.ts";
import { quantile, quantileInterval } from "../stats/quantile.ts";
import { groupCases } from "./pairs.ts";
import { type Cell, isAnswer, type Table } from "./table.ts";

const LEVEL = 0.95;

/** Describes every candidate of a run over all its cases. Intervals are 95 % and for reading, not for tests. */
export function summarise(run: Run, table: Table): ModelSummary[] {
  const slices = casesByTag(run);
  return run.manifest.candidates.map(({ id }, index) => summaryOf(id, table[index] ?? [], run, slices));
}

function summaryOf(candidate: string, cells: readonly Cell[], run: Run, slices: CasesByTag): ModelSummary {
  const trials = cells.flatMap((cell) => cell.trials);
  const every = run.cases.map((_, index) => index);
  const finished = trials.filter(isAnswer);
  const unpriced = finished.filter(({ costUsd }) => costUsd === null).length;
  const failures: Record<string, number> = {};
  for (const { state, reason } of trials) {
    if (state === "failed" && reason !== null) failures[reason] = (failures[reason] ?? 0) + 1;
  }
  const failed = finished.filter(({ state }) => state === "failed").length;
  const answered = trials.filter(({ state }) => state === "completed");
  return {
    candidate,
    trials: trials.length,
    quality: qualityOf(every, cells, run),
    scorers: Object.fromEntries(
      run.manifest.scorers.map(({ name }, at) => [name, cut(meanByCase(cells, ({ values }) => values[at] ?? null))]),
    ),
    costPer1000: unpriced > 0 ? null : meanByCase(cells, ({ costUsd }) => (costUsd === null ? null : costUsd * 1_000)),
    latencyP50Ms: latencyOf(answered, 0.5),
    latencyP95Ms: latencyOf(answered, 0.95),
    errors:
      finished.length === 0
        ? null
        : { value: failed / finished.length, interval: wilson(failed, finished.length, LEVEL), n: finished.length },
    failures,
    unscored: trials.filter(({ state, quality }) => state === "completed" && quality === null).length,
    unpriced,
    tokens: tokensOf(answered),
    slices: Object.fromEntries([...slices].map(([name, members]) => [name, qualityOf(members, cells, run)])),
  };
}

/** Mean quality over the given cases: Wilson for a share of right answers, Student t (by cluster) for grades. */
function qualityOf(cases: readonly number[], cells: readonly Cell[], run: Run): Estimate | null {
  const known = cases.filter((index) => cells[index]?.quality != null);
  if (known.length === 0) return null;
  const values = known.map((index) => cells[index]?.quality as number);
  const units = groupCases(run.cases, known);
  if (units.length === known.length) {
    const right = values.filter((value) => value === 1).length;
    const wrong = values.filter((value) => value === 0).length;
    if (right + wrong < values.length) return cut(meanOf(values));
    return { value: right / values.length, interval: wilson(right, values.length, LEVEL), n: values.length };
  }
  const groups = units.map(({ members }) => members.map((index) => cells[index]?.quality as number));
  return cut(clusteredMean(groups, LEVEL));
}

/** Mean over the calls that have a value; the repeats of a case depend on each other. */
function meanByCase(cells: readonly Cell[], pick: (trial: TrialNumbers) => number | null): Estimate | null {
  const groups = cells
    .map(({ trials }) => trials.map(pick).filter((value) => value !== null))
    .filter((values) => values.length > 0);
  if (groups.length === 0) return null;
  return groups.some((values) => values.length > 1) ? clusteredMean(groups, LEVEL) : meanOf(groups.flat());
}

// A t interval knows nothing of the ends of the scale of scores.
function cut(estimate: Estimate | null): Estimate | null {
  if (estimate === null || estimate.interval === null) return estimate;
  const { value, interval, n } = estimate;
  const within = (bound: number | null) => (bound === null ? null : Math.min(1, Math.max(0, bound)));
  return { value, interval: { ...interval, low: within(interval.low), high: within(interval.high) }, n };
}

function meanOf(values: readonly number[]): Estimate {
  const value = values.reduce((sum, each) => sum + each, 0) / values.length;
  return { value, interval: meanInterval(values, LEVEL), n: values.length };
}

function latencyOf(answered: readonly TrialNumbers[], q: number): Estimate | null {
  const times = answered.map(({ latencyMs }) => latencyMs).filter((time) => time !== null);
  if (times.length === 0) return null;
  times.sort((a, b) => a - b);
  return { value: quantile(times, q), interval: quantileInterval(times, q, LEVEL), n: times.length };
}

function tokensOf(answered: readonly TrialNumbers[]): ModelSummary["tokens"] {
  const counted = answered.filter(({ visibleTokens }) => visibleTokens !== null);
  const total = (pick: (trial: TrialNumbers) => number | null) =>
    counted.reduce((sum, trial) => sum + (pick(trial) ?? 0), 0);
  return {
    input: total(({ inputTokens }) => inputTokens),
    visibleOutput: total(({ visibleTokens }) => visibleTokens),
    reasoning: total(({ reasoningTokens }) => reasoningTokens),
    counted: counted.length,
  };
}

const MOST_VALUES_OF_A_TAG = 24;

/** Indices of the cases by `tag=value`, for tags that divide the cases into a readable number of groups. */
type CasesByTag = ReadonlyMap<string, readonly number[]>;

function casesByTag({ cases }: Run): CasesByTag {
  const byTag = new Map<string, Map<string, number[]>>();
  for (const [index, { tags }] of cases.entries()) {
    for (const [tag, value] of Object.entries(tags)) {
      const values = byTag.get(tag) ?? new Map<string, number[]>();
      byTag.set(tag, values);
      const members = values.get(value) ?? [];
      values.set(value, members);
      members.push(index);
    }
  }
  const named = <T>(map: ReadonlyMap<string, T>) => [...map].sort(([a], [b]) => a.localeCompare(b, "en"));
  return new Map(
    named(byTag)
      .filter(([, values]) => values.size >= 2 && values.size <= MOST_VALUES_OF_A_TAG)
      .flatMap(([tag, values]) => named(values).map(([value, members]) => [`${tag}=${value}`, members])),
  );
}

import type { Estimate, ModelSummary } from "../domain/decision.ts";
import type { Run, TrialNumbers } from "../domain/run.ts";
import { clusteredMean, meanInterval } from "../stats/mean.ts";
import { wilson } from "../stats/proportion.ts";
import { quantile, quantileInterval } from "../stats/quantile.ts";
import { groupCases } from "./pairs.ts";
import { isAnswer, type Row, type Table } from "./table.ts";

const LEVEL = 0.95;

/** Describes every candidate of a run over all its cases. Intervals are 95 % and for reading, not for tests. */
export function summarise(run: Run, table: Table): ModelSummary[] {
  const slices = casesByTag(run);
  return run.manifest.candidates.map(({ id }, index) => summaryOf(id, table[index] as Row, run, slices));
}

function summaryOf(candidate: string, row: Row, run: Run, slices: CasesByTag): ModelSummary {
  const every = run.cases.map((_, index) => index);
  const seen = { trials: 0, answers: 0, failed: 0, unpriced: 0, unscored: 0 };
  const failures: Record<string, number> = {};
  const times: number[] = [];
  const tokens = { input: 0, visibleOutput: 0, reasoning: 0, counted: 0 };
  for (const trial of trialsOf(row)) {
    const { state, reason, quality, costUsd, latencyMs, visibleTokens } = trial;
    seen.trials += 1;
    if (isAnswer(trial)) {
      seen.answers += 1;
      if (costUsd === null) seen.unpriced += 1;
    }
    if (state === "failed") {
      seen.failed += 1;
      if (reason !== null) failures[reason] = (failures[reason] ?? 0) + 1;
    }
    if (state !== "completed") continue;
    if (quality === null) seen.unscored += 1;
    if (latencyMs !== null) times.push(latencyMs);
    if (visibleTokens === null) continue;
    tokens.counted += 1;
    tokens.visibleOutput += visibleTokens;
    tokens.input += trial.inputTokens ?? 0;
    tokens.reasoning += trial.reasoningTokens ?? 0;
  }
  times.sort((a, b) => a - b);
  const { trials, answers, failed, unpriced, unscored } = seen;
  return {
    candidate,
    trials,
    quality: qualityOf(every, row, run),
    scorers: Object.fromEntries(
      run.manifest.scorers.map(({ name }, at) => [name, cut(meanByCase(row, ({ values }) => values[at] ?? null))]),
    ),
    costPer1000: unpriced > 0 ? null : meanByCase(row, ({ costUsd }) => (costUsd === null ? null : costUsd * 1_000)),
    latencyP50Ms: latencyOf(times, 0.5),
    latencyP95Ms: latencyOf(times, 0.95),
    errors: answers === 0 ? null : { value: failed / answers, interval: wilson(failed, answers, LEVEL), n: answers },
    failures,
    unscored,
    unpriced,
    tokens,
    slices: Object.fromEntries([...slices].map(([name, members]) => [name, qualityOf(members, row, run)])),
  };
}

function* trialsOf(row: Row): Generator<TrialNumbers> {
  for (let index = 0; index < row.length; index++) yield* row.at(index).trials;
}

/** Mean quality over the given cases: Wilson for a share of right answers, Student t (by cluster) for grades. */
function qualityOf(cases: readonly number[], row: Row, run: Run): Estimate | null {
  const scored = cases.filter((index) => row.at(index).quality !== null);
  if (scored.length === 0) return null;
  const qualityOf = (index: number) => row.at(index).quality as number;
  if (scored.some((index) => run.cases[index]?.clusterId !== undefined)) {
    const units = groupCases(run.cases, scored);
    if (units.length < scored.length) {
      const groups = units.map(({ members }) => members.map(qualityOf));
      return cut(clusteredMean(groups, LEVEL));
    }
  }
  const values = scored.map(qualityOf);
  const right = values.filter((value) => value === 1).length;
  const wrong = values.filter((value) => value === 0).length;
  if (right + wrong < values.length) return cut(meanOf(values));
  return { value: right / values.length, interval: wilson(right, values.length, LEVEL), n: values.length };
}

/** Mean over the calls that have a value; the repeats of a case depend on each other. */
function meanByCase(row: Row, pick: (trial: TrialNumbers) => number | null): Estimate | null {
  const valuesOf = (index: number) =>
    row
      .at(index)
      .trials.map(pick)
      .filter((value) => value !== null);
  const values: number[] = [];
  let cases = 0;
  for (let index = 0; index < row.length; index++) {
    const found = valuesOf(index);
    if (found.length > 0) cases += 1;
    values.push(...found);
  }
  if (values.length === 0) return null;
  if (cases === values.length) return meanOf(values);
  const groups = Array.from({ length: row.length }, (_, index) => valuesOf(index));
  return clusteredMean(
    groups.filter((group) => group.length > 0),
    LEVEL,
  );
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

/** @param times sorted */
function latencyOf(times: readonly number[], q: number): Estimate | null {
  if (times.length === 0) return null;
  const interval = quantileInterval(times, q, LEVEL);
  const estimate = { value: quantile(times, q), interval, n: times.length };
  if (interval.low !== null && interval.high !== null) return estimate;
  return {
    ...estimate,
    why: `${times.length} answers are too few for ${interval.high === null ? "an upper" : "a lower"} bound`,
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

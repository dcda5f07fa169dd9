import type { Estimate, ModelSummary } from "../domain/decision.ts";
import type { Run, TrialNumbers } from "../domain/run.ts";
import { clusteredMean, meanInterval } from "../stats/mean.ts";
import { wilson } from "../stats/proportion.ts";
import { quantile, quantileInterval } from "../stats/quantile.ts";
import type { Cell, Table } from "./pairs.ts";

const LEVEL = 0.95;

/** Describes every candidate of a run over all its cases. Intervals are 95 % and for reading, not for tests. */
export function summarise(run: Run, table: Table): ModelSummary[] {
  return run.manifest.candidates.map(({ id }, index) => summaryOf(id, table[index] ?? [], run));
}

function summaryOf(candidate: string, cells: readonly Cell[], run: Run): ModelSummary {
  const trials = cells.flatMap((cell) => cell.trials);
  const every = run.cases.map((_, index) => index);
  const finished = trials.filter(({ state }) => state !== "missing");
  const costs = trials.map(({ costUsd }) => costUsd).filter((cost) => cost !== null);
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
    scorers: Object.fromEntries(run.manifest.scorers.map(({ name }, at) => [name, scorerOf(at, answered)])),
    costPer1000: costs.length < trials.length ? null : meanOf(costs.map((cost) => cost * 1_000)),
    latencyP50Ms: latencyOf(answered, 0.5),
    latencyP95Ms: latencyOf(answered, 0.95),
    errors:
      finished.length === 0
        ? null
        : { value: failed / finished.length, interval: wilson(failed, finished.length, LEVEL), n: finished.length },
    failures,
    unscored: trials.filter(({ state, quality }) => state === "completed" && quality === null).length,
    unpriced: trials.length - costs.length,
    tokens: tokensOf(answered),
    slices: slicesOf(cells, run),
  };
}

/** Mean quality over the given cases: Wilson for a share of right answers, Student t (by cluster) for grades. */
function qualityOf(cases: readonly number[], cells: readonly Cell[], run: Run): Estimate | null {
  const known = cases.filter((index) => cells[index]?.quality != null);
  if (known.length === 0) return null;
  const values = known.map((index) => cells[index]?.quality as number);
  const clusters: ReadonlyMap<string, number[]> = Map.groupBy(
    known,
    (index) => run.cases[index]?.clusterId ?? `case ${index}`,
  );
  if (clusters.size === known.length) {
    const right = values.filter((value) => value === 1).length;
    const wrong = values.filter((value) => value === 0).length;
    if (right + wrong < values.length) return meanOf(values);
    return { value: right / values.length, interval: wilson(right, values.length, LEVEL), n: values.length };
  }
  const groups = [...clusters.values()].map((members) => members.map((index) => cells[index]?.quality as number));
  return clusteredMean(groups, LEVEL);
}

function scorerOf(at: number, answered: readonly TrialNumbers[]): Estimate | null {
  return meanOf(answered.map(({ values }) => values[at] ?? null).filter((value) => value !== null));
}

function meanOf(values: readonly number[]): Estimate | null {
  if (values.length === 0) return null;
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

function slicesOf(cells: readonly Cell[], run: Run): ModelSummary["slices"] {
  const byTag = new Map<string, Map<string, number[]>>();
  for (const [index, { tags }] of run.cases.entries()) {
    for (const [tag, value] of Object.entries(tags)) {
      const values = byTag.get(tag) ?? new Map<string, number[]>();
      byTag.set(tag, values);
      values.set(value, [...(values.get(value) ?? []), index]);
    }
  }
  const slices: ModelSummary["slices"] = {};
  for (const [tag, values] of [...byTag].sort(([a], [b]) => a.localeCompare(b, "en"))) {
    if (values.size < 2 || values.size > MOST_VALUES_OF_A_TAG) continue;
    for (const [value, members] of [...values].sort(([a], [b]) => a.localeCompare(b, "en"))) {
      slices[`${tag}=${value}`] = qualityOf(members, cells, run);
    }
  }
  return slices;
}

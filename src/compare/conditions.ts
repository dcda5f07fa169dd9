import type { Condition, Estimate } from "../domain/decision.ts";
import type { Policy } from "../domain/policy.ts";
import { costOf } from "../domain/price.ts";
import type { PlannedCandidate, TrialNumbers } from "../domain/run.ts";
import { type Look, sequentialP } from "../stats/looks.ts";
import { meanInterval, oneSidedT } from "../stats/mean.ts";
import { exactLowerBound } from "../stats/proportion.ts";
import { exceedanceTest } from "../stats/quantile.ts";
import { fieller, savingTest } from "../stats/ratio.ts";
import type { Unit } from "./pairs.ts";

/** Level of the one-sided tests that can turn a condition into a reason to keep. */
const FAIL_LEVEL = 0.95;
/** Share of answers that may exceed a p95 limit. */
const P95_SHARE = 0.05;
const RATIO_LEVEL = 0.9;
const DAYS_A_MONTH = 30;

interface Costs {
  readonly candidate: number[];
  readonly incumbent: number[];
}

/** What a switch costs: the condition, the ratio of means, and the saving a month at the route's volume. */
export interface CostResult {
  readonly condition: Condition;
  readonly ratio: Estimate | null;
  readonly monthlySaving: Estimate | null;
}

/** Least fall of mean cost that the policy asks for; negative where it allows a rise. */
function leastSaving(policy: Policy): number {
  return policy.objective === "best-within-budget" ? 1 - (policy.maxCostRatio ?? 1) : policy.minSaving;
}

/** Tests that the candidate's mean cost has fallen enough, at the declared looks. */
export function judgeCost(
  units: readonly Unit[],
  looks: readonly Look[],
  policy: Policy,
  candidate: PlannedCandidate,
  volume: number | null,
): CostResult {
  const answered = units.filter(({ candidateTrials }) => candidateTrials.length > 0);
  const unpriced = answered.filter(({ candidateUsd, incumbentUsd }) => candidateUsd === null || incumbentUsd === null);
  const unknown = (why: string): CostResult => ({
    condition: { name: "cost", state: "unknown", p: null, why },
    ratio: null,
    monthlySaving: null,
  });
  if (answered.length === 0) return unknown("no answers");
  if (unpriced.length > 0) return unknown(`${unpriced.length} of ${answered.length} cases have no known cost`);
  const all = costsOf(answered);
  const minSaving = leastSaving(policy);
  const guard = heavyTail(answered, candidate, all);
  const tested = looks.flatMap(({ n, share }) => {
    const costs = costsOf(answered.filter(({ place }) => place <= n));
    return costs.candidate.length < 2 ? [] : [{ p: savingTest({ ...guarded(costs, guard), minSaving }), share }];
  });
  const p = tested.length === 0 ? 1 : sequentialP(tested);
  const excess = all.candidate.map((cost, index) => (1 - minSaving) * (all.incumbent[index] as number) - cost);
  const fails = excess.length > 1 && oneSidedT(excess).p <= 1 - FAIL_LEVEL;
  const { value, interval } = fieller({ ...all, level: RATIO_LEVEL });
  const ratio = value === null ? null : { value, interval, n: all.candidate.length };
  return {
    condition: { name: "cost", state: fails ? "fails" : p <= policy.alpha ? "holds" : "open", p: Math.min(1, p) },
    ratio,
    monthlySaving: volume === null ? null : savingPerMonth(answered, volume),
  };
}

function costsOf(units: readonly Unit[]): Costs {
  return {
    candidate: units.map(({ candidateUsd }) => candidateUsd ?? 0),
    incumbent: units.map(({ incumbentUsd }) => incumbentUsd ?? 0),
  };
}

// A model that reasons, or is cut off, can cost far more than any answer seen so far: one pseudo-pair at the cap stands for it.
function heavyTail(units: readonly Unit[], candidate: PlannedCandidate, costs: Costs): [number, number] | undefined {
  const trials = units.flatMap(({ candidateTrials }) => candidateTrials);
  const { maxTokens } = candidate.params;
  if (maxTokens === undefined || !trials.some(({ capped, reasoningTokens }) => capped || (reasoningTokens ?? 0) > 0))
    return undefined;
  const inputs = trials.map(({ inputTokens }) => inputTokens).filter((tokens) => tokens !== null);
  const freshInput = Math.ceil(inputs.reduce((sum, tokens) => sum + tokens, 0) / Math.max(1, inputs.length));
  const atCap = costOf({ freshInput, visibleOutput: maxTokens }, candidate.model);
  if (atCap === undefined) return undefined;
  return [atCap, costs.incumbent.reduce((sum, cost) => sum + cost, 0) / costs.incumbent.length];
}

function guarded(costs: Costs, guard: [number, number] | undefined): Costs {
  if (guard === undefined) return costs;
  return { candidate: [...costs.candidate, guard[0]], incumbent: [...costs.incumbent, guard[1]] };
}

function savingPerMonth(units: readonly Unit[], volume: number): Estimate {
  const calls = volume * DAYS_A_MONTH;
  const perCall = units.map(
    ({ candidateUsd, incumbentUsd, cases }) => ((incumbentUsd ?? 0) - (candidateUsd ?? 0)) / cases,
  );
  const interval = meanInterval(perCall, 0.95);
  const value = (perCall.reduce((sum, usd) => sum + usd, 0) / perCall.length) * calls;
  const scale = (bound: number | null) => (bound === null ? null : bound * calls);
  return {
    value,
    interval: interval === null ? null : { ...interval, low: scale(interval.low), high: scale(interval.high) },
    n: perCall.length,
  };
}

/** Tests "95 % of answers within the limit" on first repeats; a failed call exceeds every limit. Undefined without a limit. */
export function judgeLatency(units: readonly Unit[], looks: readonly Look[], policy: Policy): Condition | undefined {
  const limit = policy.p95LatencyMs;
  if (limit === undefined) return undefined;
  const firsts = (some: readonly Unit[]) =>
    some.flatMap(({ candidateTrials }) => candidateTrials.filter(({ repeat }) => repeat === 0));
  const all = firsts(units);
  const unmeasured = all.filter((trial) => trial.state === "completed" && trial.latencyMs === null).length;
  if (all.length === 0 || unmeasured > 0) {
    return { name: "latency", state: "unknown", p: null, why: `${unmeasured} of ${all.length} answers were not timed` };
  }
  const exceeds = (trial: TrialNumbers) => trial.state !== "completed" || (trial.latencyMs ?? 0) > limit;
  const tested = looks.flatMap(({ n, share }) => {
    const trials = firsts(units.filter(({ place }) => place <= n));
    if (trials.length === 0) return [];
    return [
      { p: exceedanceTest({ exceed: trials.filter(exceeds).length, n: trials.length, share: P95_SHARE }), share },
    ];
  });
  const p = tested.length === 0 ? 1 : Math.min(1, sequentialP(tested));
  const fails = exactLowerBound(all.filter(exceeds).length, all.length, FAIL_LEVEL) > P95_SHARE;
  return { name: "latency", state: fails ? "fails" : p <= policy.alpha ? "holds" : "open", p };
}

/** Errors are not certified (failures already count against quality): the observed rate must be within the limit. */
export function judgeErrors(units: readonly Unit[], policy: Policy): Condition {
  const trials = units.flatMap(({ candidateTrials }) => candidateTrials).filter(({ state }) => state !== "missing");
  if (trials.length === 0) return { name: "errors", state: "unknown", p: null, why: "no answers" };
  const failed = trials.filter(({ state }) => state === "failed").length;
  if (failed / trials.length <= policy.maxErrorRate) return { name: "errors", state: "holds", p: null };
  const fails = exactLowerBound(failed, trials.length, FAIL_LEVEL) > policy.maxErrorRate;
  return { name: "errors", state: fails ? "fails" : "open", p: null };
}

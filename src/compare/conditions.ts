import type { Condition } from "../domain/decision.ts";
import type { Policy } from "../domain/policy.ts";
import type { TrialNumbers } from "../domain/run.ts";
import { type Look, sequentialP } from "../stats/looks.ts";
import { exactLowerBound } from "../stats/proportion.ts";
import { exceedanceTest } from "../stats/quantile.ts";
import type { Unit } from "./pairs.ts";
import { isAnswer } from "./table.ts";

/** Level of the one-sided tests that can turn a condition into a reason to keep. */
export const FAIL_LEVEL = 0.95;
/** Share of answers that may exceed a p95 limit. */
const P95_SHARE = 0.05;

/** A condition whose p is small enough at the Holm level of its comparison holds, unless the opposite is shown. */
export function atLevel(condition: Condition, level: number): Condition {
  const holds = condition.state === "open" && condition.p !== null && condition.p <= level;
  return holds ? { ...condition, state: "holds" } : condition;
}

/**
 * Tests "95 % of answers within the limit" on first repeats; a failed call exceeds every limit. Undefined without a limit.
 * Never says `holds`: that takes the Holm level.
 */
export function judgeLatency(units: readonly Unit[], looks: readonly Look[], policy: Policy): Condition | undefined {
  const limit = policy.p95LatencyMs;
  if (limit === undefined) return undefined;
  const firsts = (some: readonly Unit[]) =>
    some.flatMap(({ candidateTrials }) => candidateTrials.filter((trial) => trial.repeat === 0 && isAnswer(trial)));
  const all = firsts(units);
  if (all.length === 0) return { name: "latency", state: "unknown", p: null, why: "no answers" };
  const untimed = all.filter(({ state, latencyMs }) => state === "completed" && latencyMs === null).length;
  if (untimed > 0) {
    return { name: "latency", state: "unknown", p: null, why: `${untimed} of ${all.length} answers were not timed` };
  }
  const exceeds = ({ state, latencyMs }: TrialNumbers) => state === "failed" || latencyMs === null || latencyMs > limit;
  const tested = looks.flatMap(({ n, share }) => {
    const trials = firsts(units.filter(({ place }) => place <= n));
    const counts = { exceed: trials.filter(exceeds).length, n: trials.length };
    return trials.length === 0 ? [] : [{ p: exceedanceTest({ ...counts, share: P95_SHARE }), share }];
  });
  const seen = { count: all.filter(exceeds).length, of: all.length };
  const fails = exactLowerBound(seen.count, seen.of, FAIL_LEVEL) > P95_SHARE;
  return { name: "latency", state: fails ? "fails" : "open", p: sequentialP(tested), seen };
}

/** Errors are not certified (failures already count against quality): the observed rate must be within the limit. */
export function judgeErrors(units: readonly Unit[], policy: Policy): Condition {
  const trials = units.flatMap(({ candidateTrials }) => candidateTrials).filter(isAnswer);
  if (trials.length === 0) return { name: "errors", state: "unknown", p: null, why: "no answers" };
  const failed = trials.filter(({ state }) => state === "failed").length;
  const seen = { count: failed, of: trials.length };
  if (failed / trials.length <= policy.maxErrorRate) return { name: "errors", state: "holds", p: null, seen };
  const fails = exactLowerBound(failed, trials.length, FAIL_LEVEL) > policy.maxErrorRate;
  return { name: "errors", state: fails ? "fails" : "open", p: null, seen };
}

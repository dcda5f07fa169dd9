import type { Condition } from "../domain/decision.ts";
import type { Policy } from "../domain/policy.ts";
import { type Look, sequentialP } from "../stats/looks.ts";
import { exactLowerBound } from "../stats/proportion.ts";
import { exceedanceTest } from "../stats/quantile.ts";
import { countUpTo, type PairedUnits } from "./pairs.ts";
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
export function judgeLatency(units: PairedUnits, looks: readonly Look[], policy: Policy): Condition | undefined {
  const limit = policy.p95LatencyMs;
  if (limit === undefined) return undefined;
  const all = firstsOf(units, units.length, limit);
  if (all.n === 0) return { name: "latency", state: "unknown", p: null, why: "no answers" };
  if (all.untimed > 0) {
    return {
      name: "latency",
      state: "unknown",
      p: null,
      why: `${all.untimed} of ${all.n} answers were not timed together with the incumbent's`,
    };
  }
  const tested = looks.flatMap(({ n: at, share }) => {
    const { exceed, n } = firstsOf(units, countUpTo(units.places, at), limit);
    return n === 0 ? [] : [{ p: exceedanceTest({ exceed, n, share: P95_SHARE }), share }];
  });
  const seen = { count: all.exceed, of: all.n };
  const fails = exactLowerBound(seen.count, seen.of, FAIL_LEVEL) > P95_SHARE;
  return { name: "latency", state: fails ? "fails" : "open", p: sequentialP(tested), seen };
}

/** First repeats of the first so many units that are answers: how many, how many exceed the limit, and how many nobody timed. */
function firstsOf(units: PairedUnits, count: number, limit: number): { n: number; exceed: number; untimed: number } {
  const counts = { n: 0, exceed: 0, untimed: 0 };
  for (let unit = 0; unit < count; unit++) {
    for (const trial of units.timedCandidateTrials(unit)) {
      const { state, latencyMs, repeat } = trial;
      if (repeat !== 0 || !isAnswer(trial)) continue;
      counts.n += 1;
      if (state === "failed" || latencyMs === null || latencyMs > limit) counts.exceed += 1;
      if (state === "completed" && latencyMs === null) counts.untimed += 1;
    }
  }
  return counts;
}

/** Errors are not certified (failures already count against quality): the observed rate must be within the limit. */
export function judgeErrors(units: PairedUnits, policy: Policy): Condition {
  let answers = 0;
  let failed = 0;
  for (let unit = 0; unit < units.length; unit++) {
    for (const trial of units.candidateTrials(unit)) {
      if (isAnswer(trial)) answers += 1;
      if (trial.state === "failed") failed += 1;
    }
  }
  if (answers === 0) return { name: "errors", state: "unknown", p: null, why: "no answers" };
  const seen = { count: failed, of: answers };
  if (failed / answers <= policy.maxErrorRate) return { name: "errors", state: "holds", p: null, seen };
  const fails = exactLowerBound(failed, answers, FAIL_LEVEL) > policy.maxErrorRate;
  return { name: "errors", state: fails ? "fails" : "open", p: null, seen };
}

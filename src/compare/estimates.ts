import type { Estimate } from "../domain/decision.ts";
import { clusteredMean, meanInterval, sumOf } from "../stats/mean.ts";
import { wilson } from "../stats/proportion.ts";
import { quantile, quantileInterval } from "../stats/quantile.ts";
import { known } from "./columns.ts";

// What models are described by. For reading, not for tests.
const LEVEL = 0.95;

/** A share, with Wilson's interval. @param of at least 1 */
export function shareOf(count: number, of: number): Estimate {
  return { value: count / of, interval: wilson(count, of, LEVEL), n: of };
}

/**
 * Mean quality: Wilson's interval for a share of right answers, Student's t for grades, cut to the scale.
 * @param values one a case, in [0, 1], at least one
 */
export function qualityOfCases(values: Iterable<number> & ArrayLike<number>): Estimate {
  let [right, wrong] = [0, 0];
  for (const value of values) {
    if (value === 1) right += 1;
    else if (value === 0) wrong += 1;
  }
  return right + wrong < values.length ? cut(meanOf(values)) : shareOf(right, values.length);
}

/** The same estimate; where it has no interval, with the reason: there is nothing to see a spread in. */
export function orWhy(estimate: Estimate): Estimate {
  if (estimate.interval !== null || estimate.why !== undefined) return estimate;
  return { ...estimate, why: "a single unit shows no spread" };
}

/** Mean quality where cases depend on each other. @param clusters none empty */
export function qualityOfClusters(clusters: readonly (readonly number[])[]): Estimate {
  return cut(orWhy(clusteredMean(clusters, LEVEL)));
}

/** Mean of independent values, at least one. */
export function meanOf(values: ArrayLike<number>): Estimate {
  const value = sumOf(values) / values.length;
  return orWhy({ value, interval: meanInterval(values, LEVEL), n: values.length });
}

/**
 * Mean over the calls that have a value; those of one case depend on each other. Null where none has.
 * @param calls by case, then by repeat; NaN where nothing is known
 */
export function meanByCase(calls: Float64Array, repeats: number): Estimate | null {
  const all = known(calls);
  if (all.length === 0) return null;
  if (repeats === 1) return meanOf(all);
  const byCase: number[][] = [];
  for (let from = 0; from < calls.length; from += repeats) {
    const own = known(calls.subarray(from, from + repeats));
    if (own.length > 0) byCase.push([...own]);
  }
  return byCase.length === all.length ? meanOf(all) : orWhy(clusteredMean(byCase, LEVEL));
}

// A t interval knows nothing of the ends of the scale of scores.
export function cut<E extends Estimate | null>(estimate: E): E {
  if (estimate === null || estimate.interval === null) return estimate;
  const { interval } = estimate;
  const within = (bound: number | null) => (bound === null ? null : Math.min(1, Math.max(0, bound)));
  return { ...estimate, interval: { ...interval, low: within(interval.low), high: within(interval.high) } };
}

/** A quantile of times in ms, with order statistics. @param times sorted */
export function latencyOf(times: ArrayLike<number>, q: number): Estimate | null {
  if (times.length === 0) return null;
  const interval = quantileInterval(times, q, LEVEL);
  const estimate = { value: quantile(times, q), interval, n: times.length };
  if (interval.low !== null && interval.high !== null) return estimate;
  return {
    ...estimate,
    why: `${times.length} answers are too few for ${interval.high === null ? "an upper" : "a lower"} bound`,
  };
}

import { requireFinite, requireOpenUnit } from "./check.ts";
import type { Estimate, Interval } from "./interval.ts";
import { studentCdf, studentQuantile } from "./special.ts";

/** From the first to the last: the same values give the same sum to the last bit. */
export function sumOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum;
}

/**
 * Mean and standard error of at least one value. A spread that is rounding noise (1e-12 of the largest value) counts
 * as none, so that equal decimals never become a significant difference. The error of a single value is null.
 *
 * @throws RangeError on no values, NaN or infinities
 */
export function meanAndError(values: ArrayLike<number>): { mean: number; error: number | null } {
  if (values.length === 0) throw new RangeError("a mean needs at least one value");
  requireFinite("values", values);
  const n = values.length;
  const mean = sumOf(values) / n;
  if (n < 2) return { mean, error: null };
  let largest = 0;
  let squares = 0;
  for (let i = 0; i < n; i++) {
    largest = Math.max(largest, Math.abs(values[i]!));
    squares += (values[i]! - mean) ** 2;
  }
  const deviation = Math.sqrt(squares / (n - 1));
  return { mean, error: deviation <= 1e-12 * largest ? 0 : deviation / Math.sqrt(n) };
}

/**
 * Student's t interval for a mean (Student 1908, Biometrika 6:1).
 *
 * @param values independent values, in the unit of the bounds
 * @param level two-sided coverage, 0.95 for 95 %
 * @returns null for fewer than two values; a point where all values are equal
 * @throws RangeError on NaN, infinities or a level outside (0, 1)
 */
export function meanInterval(values: ArrayLike<number>, level: number): Interval | null {
  requireOpenUnit("level", level);
  if (values.length < 2) return null;
  const { mean, error } = meanAndError(values);
  const reach = studentQuantile((1 + level) / 2, values.length - 1) * (error ?? 0);
  return { low: mean - reach, high: mean + reach, level, method: "Student t" };
}

/**
 * The mean over all values of all clusters, with an error that lets values of one cluster depend on each other:
 * SE = sqrt(G / (G - 1) sum_g (sum of residuals in g)^2) / n, Student's t with G - 1 degrees of freedom
 * (Liang & Zeger 1986, Biometrika 73:13; Miller 2024, arXiv:2411.00640).
 *
 * @param clusters one list of values per cluster, none empty
 * @param level two-sided coverage, 0.95 for 95 %
 * @returns `n` counts values, not clusters; the interval is null for a single cluster
 * @throws RangeError on no clusters, an empty cluster, NaN, infinities or a level outside (0, 1)
 */
export function clusteredMean(clusters: readonly (readonly number[])[], level: number): Estimate {
  requireOpenUnit("level", level);
  if (clusters.some((cluster) => cluster.length === 0)) throw new RangeError("a cluster holds at least one value");
  const values = clusters.flat();
  const { mean } = meanAndError(values);
  const groups = clusters.length;
  if (groups < 2) return { value: mean, interval: null, n: values.length };
  const squares = clusters.reduce((sum, cluster) => sum + cluster.reduce((r, x) => r + (x - mean), 0) ** 2, 0);
  const error = Math.sqrt((groups / (groups - 1)) * squares) / values.length;
  const reach = studentQuantile((1 + level) / 2, groups - 1) * error;
  return {
    value: mean,
    interval: { low: mean - reach, high: mean + reach, level, method: "Student t, clustered" },
    n: values.length,
  };
}

/**
 * One-sided t-test of H0: mean >= 0 against mean < 0 (Student 1908, Biometrika 6:1). Without variance p is 0 if the
 * mean is negative, else 1; a single value proves nothing and has p = 1.
 *
 * @param values independent values, at least one
 * @returns the mean in the unit of the values, and p in [0, 1]
 * @throws RangeError on no values, NaN or infinities
 */
export function oneSidedT(values: ArrayLike<number>): { mean: number; p: number } {
  const { mean, error } = meanAndError(values);
  if (error === null) return { mean, p: 1 };
  if (error === 0) return { mean, p: mean < 0 ? 0 : 1 };
  return { mean, p: studentCdf(mean / error, values.length - 1) };
}

/**
 * A total of several weighted means over the same units, with the error that lets these depend on each other: the weighted
 * residuals of a unit are added up first, then SE = sqrt(G / (G - 1) sum_g r_g^2) (Liang & Zeger 1986, Biometrika 73:13).
 *
 * @param value the total
 * @param residuals one sum of weighted residuals per unit
 * @param level two-sided coverage, 0.95 for 95 %
 * @returns `n` counts units; the interval is null for a single one
 * @throws RangeError on NaN, infinities or a level outside (0, 1)
 */
export function weightedTotal(value: number, residuals: readonly number[], level: number): Estimate {
  requireOpenUnit("level", level);
  requireFinite("residuals", residuals);
  const n = residuals.length;
  if (n < 2) return { value, interval: null, n };
  const error = Math.sqrt((n / (n - 1)) * residuals.reduce((sum, residual) => sum + residual ** 2, 0));
  const reach = studentQuantile((1 + level) / 2, n - 1) * error;
  return { value, interval: { low: value - reach, high: value + reach, level, method: "Student t, clustered" }, n };
}

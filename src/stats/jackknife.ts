import type { Estimate } from "./interval.ts";
import { studentQuantile } from "./special.ts";

/**
 * A statistic of independent units with a delete-one jackknife interval: SE^2 = (n - 1) / n sum (T_i - mean T_i)^2,
 * Student's t with n - 1 degrees of freedom (Quenouille 1956; Efron & Tibshirani 1993, ch. 11), cut to `range`.
 *
 * @param statistic null where the units do not determine it
 * @param range what the statistic can be at all
 * @returns null where the statistic is; the interval is null for fewer than three units, where leaving one out leaves
 *   nothing, and where all leave the same (too little is known about what was never seen)
 */
export function jackknife<T>(
  units: readonly T[],
  statistic: (units: readonly T[]) => number | null,
  { level, range }: { readonly level: number; readonly range: readonly [low: number, high: number] },
): Estimate | null {
  const value = statistic(units);
  if (value === null) return null;
  const n = units.length;
  const left = n < 3 ? [] : units.map((_, at) => statistic(units.toSpliced(at, 1)));
  const known = left.filter((each) => each !== null);
  if (known.length < n || n < 3) return { value, interval: null, n };
  const mean = known.reduce((sum, each) => sum + each, 0) / n;
  const error = Math.sqrt(((n - 1) / n) * known.reduce((sum, each) => sum + (each - mean) ** 2, 0));
  if (error < 1e-12) return { value, interval: null, n };
  const reach = studentQuantile((1 + level) / 2, n - 1) * error;
  const [low, high] = range;
  const interval = { low: Math.max(low, value - reach), high: Math.min(high, value + reach) };
  return { value, interval: { ...interval, level, method: "delete-one jackknife, Student t" }, n };
}

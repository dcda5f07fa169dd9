import { requireFinite, requireOpenUnit } from "./check.ts";
import type { Estimate } from "./interval.ts";
import { studentQuantile } from "./special.ts";

/** How a paired difference hangs on the difference in length. */
export interface LengthEffect {
  /** Change of the difference from answers of equal length to ones that are much longer (tanh going to 1). */
  readonly slope: Estimate;
  /** The difference between answers of equal length. */
  readonly atEqualLength: Estimate;
}

/**
 * Least squares of the paired difference on tanh(length difference / SD of the length differences), with Student t
 * intervals on n - 2 degrees of freedom. The form is that of length-controlled AlpacaEval (Dubois et al. 2024,
 * arXiv:2404.04475).
 *
 * @param pairs `difference` of quality in [-1, 1] and `longer`, by how many characters the first answer is longer
 * @param level two-sided coverage, 0.95 for 95 %
 * @returns null for fewer than three pairs, and where all differ in length alike
 * @throws RangeError on NaN, infinities or a level outside (0, 1)
 */
export function lengthEffect(
  pairs: readonly { readonly difference: number; readonly longer: number }[],
  level: number,
): LengthEffect | null {
  requireOpenUnit("level", level);
  requireFinite(
    "difference",
    pairs.map(({ difference }) => difference),
  );
  requireFinite(
    "longer",
    pairs.map(({ longer }) => longer),
  );
  const n = pairs.length;
  if (n < 3) return null;
  const meanLonger = pairs.reduce((sum, { longer }) => sum + longer, 0) / n;
  const sd = Math.sqrt(pairs.reduce((sum, { longer }) => sum + (longer - meanLonger) ** 2, 0) / (n - 1));
  if (!(sd > 0)) return null;
  const points = pairs.map(({ difference, longer }) => ({ x: Math.tanh(longer / sd), y: difference }));
  const meanX = points.reduce((sum, { x }) => sum + x, 0) / n;
  const meanY = points.reduce((sum, { y }) => sum + y, 0) / n;
  const spread = points.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0);
  if (!(spread > 1e-12)) return null;
  const slope = points.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0) / spread;
  const intercept = meanY - slope * meanX;
  const residual = points.reduce((sum, { x, y }) => sum + (y - intercept - slope * x) ** 2, 0) / (n - 2);
  const t = studentQuantile((1 + level) / 2, n - 2);
  const estimate = (value: number, variance: number): Estimate => {
    const reach = t * Math.sqrt(variance);
    return {
      value,
      interval: { low: value - reach, high: value + reach, level, method: "least squares, Student t" },
      n,
    };
  };
  return {
    slope: estimate(slope, residual / spread),
    atEqualLength: estimate(intercept, residual * (1 / n + meanX ** 2 / spread)),
  };
}

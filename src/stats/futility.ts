import { type PairCounts, requireFinite, requireMargin } from "./check.ts";
import { meanAndError } from "./mean.ts";
import { studentQuantile } from "./special.ts";
import { tangoZ } from "./tango.ts";

/**
 * Whether to stop collecting binary pairs: Tango's score lies below -1.645, so the candidate looks worse than the
 * margin allows. Non-binding: stopping here cannot raise the rate of false approvals.
 *
 * @param counts pairs won, lost and all, with margin in (-1, 1)
 * @throws RangeError on counts that are no counts, n < wins + losses or a margin outside (-1, 1)
 */
export function futileBinary(counts: PairCounts & { readonly margin: number }): boolean {
  return tangoZ(counts) < -1.645;
}

/**
 * Whether to stop collecting graded differences: their one-sided upper 95 % t bound lies below -margin. Fewer than two
 * values never suffice. Non-binding.
 *
 * @param differences independent differences D (candidate minus incumbent) in [-1, 1]
 * @param margin in (-1, 1), same unit
 * @throws RangeError on NaN, infinities or a margin outside (-1, 1)
 */
export function futileGraded(differences: ArrayLike<number>, margin: number): boolean {
  requireMargin(margin);
  const bound = upperBound(differences);
  return bound !== null && bound < -margin;
}

/**
 * One-sided upper 95 % t bound of the mean of independent differences: what `futileGraded` holds against the margin. Null for
 * fewer than two.
 *
 * @throws RangeError on NaN or infinities
 */
export function upperBound(differences: ArrayLike<number>): number | null {
  requireFinite("differences", differences);
  if (differences.length < 2) return null;
  const { mean, error } = meanAndError(differences);
  return mean + studentQuantile(0.95, differences.length - 1) * (error ?? 0);
}

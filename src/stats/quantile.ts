import { requireCount, requireFinite, requireOpenUnit, requireProbability } from "./check.ts";
import type { Interval } from "./interval.ts";
import { binomialTail } from "./special.ts";

function requireSorted(sorted: ArrayLike<number>): void {
  requireCount("the number of values", sorted.length, 1);
  requireFinite("sorted", sorted);
  for (let i = 1; i < sorted.length; i++) {
    if (sorted[i]! < sorted[i - 1]!) throw new RangeError(`values must ascend, but sorted[${i}] falls`);
  }
}

/**
 * The q-quantile of a sample, interpolated between neighbours (Hyndman & Fan 1996, type 7).
 *
 * @param sorted values in ascending order, at least one
 * @param q in [0, 1]: 0.5 the median, 0.95 the p95
 * @throws RangeError on no values, values that do not ascend, NaN, or q outside [0, 1]
 */
export function quantile(sorted: ArrayLike<number>, q: number): number {
  requireSorted(sorted);
  requireProbability("q", q);
  const place = q * (sorted.length - 1);
  const below = Math.floor(place);
  const low = sorted[below]!;
  return low + (place - below) * ((sorted[below + 1] ?? low) - low);
}

/**
 * Distribution-free interval for a quantile, by order statistics: ranks cut off at most (1 - level)/2 of a binomial
 * (n, q) on either side (Thompson 1936, Ann. Math. Stat. 7:122). The median of 100 lies between ranks 40 and 61.
 *
 * @param sorted values in ascending order, at least one
 * @param q in (0, 1)
 * @param level two-sided coverage, 0.95 for 95 %
 * @returns values of the sample; null for a bound that n values cannot give (the upper one of a p95 at n = 50)
 * @throws RangeError on no values, values that do not ascend, NaN, or q or level outside (0, 1)
 */
export function quantileInterval(sorted: ArrayLike<number>, q: number, level: number): Interval {
  requireSorted(sorted);
  requireOpenUnit("q", q);
  requireOpenUnit("level", level);
  const n = sorted.length;
  const cut = (1 - level) / 2;
  // Rank r is safely low if fewer than r values below the quantile are rare: P(X <= r - 1) = P(n - X >= n - r + 1).
  const lowRank = lastRank(n, (rank) => binomialTail(n - rank + 1, n, 1 - q) <= cut);
  const highRank = n + 1 - lastRank(n, (back) => binomialTail(n - back + 1, n, q) <= cut);
  return {
    low: lowRank === 0 ? null : sorted[lowRank - 1]!,
    high: highRank > n ? null : sorted[highRank - 1]!,
    level,
    method: "order statistics",
  };
}

/**
 * Interval for the ratio of one quantile of two samples, which may depend on each other: {@link quantileInterval} of each at
 * (1 + level) / 2, and by Bonferroni's inequality both hold together at the level. Wide, and exact whatever the distributions.
 *
 * @param sorted values of the numerator, in ascending order, at least one
 * @param beside values of the denominator, likewise, above 0
 * @returns null for a bound that so few values cannot give
 * @throws RangeError as {@link quantileInterval} does
 */
export function quantileRatioInterval(
  sorted: ArrayLike<number>,
  beside: ArrayLike<number>,
  { q, level }: { readonly q: number; readonly level: number },
): Interval {
  const [ours, theirs] = [sorted, beside].map((values) => quantileInterval(values, q, (1 + level) / 2));
  const over = (a: number | null | undefined, b: number | null | undefined) =>
    a == null || b == null || b <= 0 ? null : a / b;
  return {
    low: over(ours?.low, theirs?.high),
    high: over(ours?.high, theirs?.low),
    level,
    method: "order statistics of both, Bonferroni",
  };
}

/** The largest r from 1 to n for which a condition holds that holds up to some r; 0 where it never does. */
function lastRank(n: number, holds: (rank: number) => boolean): number {
  let [low, high] = [0, n + 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return low;
}

/**
 * Exact binomial p for H0: P(a call exceeds the limit) >= share. A small p shows that "p95 <= L" holds (share 0.05).
 * At 0.05/0.05 it allows 0, 1, 2, 3 exceedances among 59, 93, 124, 153 calls.
 *
 * @param counts `exceed` of `n` calls were above the limit (failed ones among them); `share` in (0, 1)
 * @returns P(X <= exceed) for X binomial (n, share)
 * @throws RangeError unless 0 <= exceed <= n, n >= 1 and 0 < share < 1
 */
export function exceedanceTest(counts: {
  readonly exceed: number;
  readonly n: number;
  readonly share: number;
}): number {
  const { exceed, n, share } = counts;
  requireCount("n", n, 1);
  requireCount("exceed", exceed);
  if (exceed > n) throw new RangeError(`exceed = ${exceed} is more than n = ${n}`);
  requireOpenUnit("share", share);
  return binomialTail(n - exceed, n, 1 - share);
}

import { type PairCounts, requireMargin, requireOpenUnit, requirePairs } from "./check.ts";
import type { Interval } from "./interval.ts";
import { bisect } from "./solve.ts";
import { normalQuantile } from "./special.ts";

/**
 * The score statistic itself, without checks, for loops that have made them. A positive difference d0 is mirrored
 * (swap the models, flip the sign): it is the same number, without the cancellation.
 */
export function scoreZ(wins: number, losses: number, n: number, margin: number): number {
  if (margin < 0) return -scoreZ(losses, wins, n, -margin);
  const numerator = wins - losses + n * margin;
  if (numerator === 0) return 0;
  const spread = margin * (1 + margin);
  const b = -wins - losses - (2 * n - wins + losses) * margin;
  const c = losses * spread;
  const lossRate = (Math.sqrt(Math.max(0, b * b - 8 * n * c)) - b) / (4 * n);
  // On paper the rate is at least the margin; rounding near 0 must not make the variance vanish.
  return numerator / Math.sqrt(n * (2 * Math.max(margin, lossRate) - spread));
}

/**
 * Tango's score statistic for H0: P(win) - P(loss) = -margin (Tango 1998, Statistics in Medicine 17:891).
 * Large values speak for the candidate. 0 at 0/0.
 *
 * @param counts pairs won, lost and all, with -1 < margin < 1 in quality points (0.05 is five points)
 * @returns a number that is about standard normal under H0
 * @throws RangeError on counts that are no counts, n < wins + losses or a margin outside (-1, 1)
 */
export function tangoZ(counts: PairCounts & { readonly margin: number }): number {
  requirePairs(counts);
  requireMargin(counts.margin);
  return scoreZ(counts.wins, counts.losses, counts.n, counts.margin);
}

/**
 * Tango's two-sided score interval for P(win) - P(loss): all differences whose score statistic stays within the normal
 * quantiles (Tango 1998, Statistics in Medicine 17:891). Approximate; `exactInterval` is the one that decides.
 *
 * @param counts pairs won, lost and all, with level in (0, 1), 0.95 for 95 %
 * @returns bounds in [-1, 1]
 * @throws RangeError on counts that are no counts, n < wins + losses or a level outside (0, 1)
 */
export function tangoInterval(counts: PairCounts & { readonly level: number }): Interval {
  requirePairs(counts);
  requireOpenUnit("level", counts.level);
  const { wins, losses, n, level } = counts;
  const z = normalQuantile((1 + level) / 2);
  const lowest = (won: number, lost: number): number => {
    if (lost === n) return -1;
    const refuted = (difference: number): boolean => scoreZ(won, lost, n, -difference) > z;
    return bisect(refuted, { yes: -1, no: 1, tolerance: 1e-14 }).yes;
  };
  return { low: lowest(wins, losses), high: -lowest(losses, wins), level, method: "Tango score" };
}

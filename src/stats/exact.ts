import { type PairCounts, requireAlpha, requireMargin, requirePairs } from "./check.ts";
import type { Interval } from "./interval.ts";
import { lnFactorials, regionAbove, supremum, TIE } from "./region.ts";
import { marginAtBorder } from "./solve.ts";
import { scoreZ, tangoInterval } from "./tango.ts";

const INTERVAL_STEPS = 100;

/**
 * Test A: the exact unconditional p-value for H0: P(win) - P(loss) <= -margin, outcomes ordered by Tango's score.
 * The chance, in the worst case under H0, of an outcome that speaks at least as loudly for the candidate.
 * (Tango 1998, Statistics in Medicine 17:891; Hsueh, Liu & Chen 2001, Biometrics 57:478.)
 *
 * For binary scores, one trial a case, n <= 500 (larger n work and take longer: time grows as n).
 *
 * @param counts pairs won, lost and all, with margin in (-1, 1): 0 asks for superiority, a negative one for superiority
 *   by more than that
 * @returns p in [0, 1]
 * @throws RangeError on counts that are no counts, n < wins + losses or a margin outside (-1, 1)
 */
export function exactNonInferiority(counts: PairCounts & { readonly margin: number }): number {
  requirePairs(counts);
  requireMargin(counts.margin);
  const { wins, losses, n, margin } = counts;
  const region = regionAbove(scoreZ(wins, losses, n, margin) - TIE, n, margin);
  return Math.min(1, supremum(region, lnFactorials(n), { margin }).p);
}

/**
 * The interval for P(win) - P(loss) that goes with test A: its low bound exceeds -margin where the test rejects at
 * `alpha`; the high bound comes by swapping the models. Bounds are located to 1e-7 and lie on the cautious side.
 *
 * The exact p-value is not quite monotone in the margin (outcomes change places in the ordering). Name the margin that
 * decides as `margin`, and the low bound is certain to agree with the test there.
 *
 * @param counts pairs won, lost and all, with alpha one-sided in (0, 0.5): 0.05 gives a 90 % interval
 * @returns bounds in [-1, 1], level 1 - 2 alpha
 * @throws RangeError on counts that are no counts, n < wins + losses, alpha outside (0, 0.5) or margin outside (-1, 1)
 */
export function exactInterval(counts: PairCounts & { readonly alpha: number; readonly margin?: number }): Interval {
  requirePairs(counts);
  requireAlpha("alpha", counts.alpha);
  if (counts.margin !== undefined) requireMargin(counts.margin);
  const { wins, losses, n, alpha, margin: anchor } = counts;
  const lnFactorial = lnFactorials(n);
  const level = 1 - 2 * alpha;
  const largestAccepted = (won: number, lost: number, anchorHere?: number): number => {
    let first = 0;
    const excess = (margin: number): number => {
      const region = regionAbove(scoreZ(won, lost, n, margin) - TIE, n, margin);
      // Where the verdict hangs on it, the very grid of the test; on the way there, a quarter of it finds the same peak.
      const grid = margin === anchor ? {} : { steps: INTERVAL_STEPS };
      const worst = supremum(region, lnFactorial, { margin, ceiling: alpha, first, ...grid });
      // The worst rate hardly moves with the margin: asked first, it often spares the rest.
      first = worst.q;
      return Math.log(worst.p / alpha);
    };
    const start = -(tangoInterval({ wins: won, losses: lost, n, level }).low ?? -1);
    return marginAtBorder(excess, { start, anchor: anchorHere });
  };
  return {
    low: -largestAccepted(wins, losses, anchor),
    high: largestAccepted(losses, wins),
    level,
    method: "exact unconditional (Tango-ordered), inverted",
  };
}

import { requireCount, requireProbability } from "./check.ts";

/** One planned look at the data: after `n` pairs, spending `share` of alpha. */
export interface Look {
  readonly n: number;
  readonly share: number;
}

/**
 * The looks of test A at a planned sample size. Shares sum to at most 0.9 where top-ups may follow (they have the
 * last tenth, see `topUpShare`) and to 1 below 100, where none may. Source: docs/statistics.md.
 *
 * @param plannedN the route's (or slice's) own planned number of pairs
 * @returns one look below 100, two below 200, else four; a fraction of a pair is rounded up
 * @throws RangeError unless plannedN is an integer of at least 1
 */
export function lookPlan(plannedN: number): readonly Look[] {
  requireCount("plannedN", plannedN, 1);
  if (plannedN < 100) return [{ n: plannedN, share: 1 }];
  if (plannedN < 200) {
    return [
      { n: Math.ceil(plannedN / 2), share: 0.2 },
      { n: plannedN, share: 0.7 },
    ];
  }
  return [
    { n: Math.ceil((3 * plannedN) / 10), share: 0.05 },
    { n: Math.ceil(plannedN / 2), share: 0.1 },
    { n: Math.ceil((3 * plannedN) / 4), share: 0.15 },
    { n: plannedN, share: 0.6 },
  ];
}

/**
 * The p-value over all looks made so far: min(1, min_k p_k / s_k). Valid by Bonferroni as long as the shares were fixed
 * beforehand and sum to at most 1; it never rises with another look. No look gives 1.
 *
 * @throws RangeError on a p outside [0, 1], a share outside (0, 1] or shares that sum to more than 1
 */
export function sequentialP(looks: readonly { readonly p: number; readonly share: number }[]): number {
  let least = 1;
  let spent = 0;
  for (const { p, share } of looks) {
    requireProbability("p", p);
    if (!(share > 0 && share <= 1)) throw new RangeError(`share must lie in (0, 1], got ${share}`);
    spent += share;
    least = Math.min(least, p / share);
  }
  if (spent > 1 + 1e-9) throw new RangeError(`the looks spend ${spent} of alpha, more than all of it`);
  return least;
}

/**
 * Share of alpha for the j-th top-up or re-run, j = 1, 2, ...: 0.10 / 2^j. All of them together spend less than the
 * tenth that `lookPlan` leaves from 100 pairs on.
 *
 * @throws RangeError unless j is an integer of at least 1
 */
export function topUpShare(j: number): number {
  requireCount("j", j, 1);
  return 0.1 / 2 ** j;
}

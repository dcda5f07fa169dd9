import { requireCount, requireProbability } from "./check.ts";

/** Plans of fewer pairs spend all of alpha at once and keep nothing for later looks. */
const KEEPS_FROM = 100;
/** What longer plans keep for top-ups and re-runs, of either test. */
const KEPT = 0.1;

/** One planned look at the data: after `n` pairs, spending `share` of alpha. */
export interface Look {
  readonly n: number;
  readonly share: number;
}

/**
 * The looks of test A at a planned sample size. Shares sum to at most 0.9 where top-ups may follow (they have the
 * last tenth, see `laterShare`) and to 1 below 100, where none may. Source: docs/statistics.md.
 *
 * @param plannedN the route's (or slice's) own planned number of pairs
 * @returns one look below 100, two below 200, else four; a fraction of a pair is rounded up
 * @throws RangeError unless plannedN is an integer of at least 1
 */
export function lookPlan(plannedN: number): readonly Look[] {
  requireCount("plannedN", plannedN, 1);
  if (plannedN < KEEPS_FROM) return [{ n: plannedN, share: 1 }];
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
 * Share of alpha for the first bets of test B. The test is sequential by itself, so all its planned looks share one; what
 * is left pays for later runs with fresh answers, which no running bet can take up (docs/decisions/0007).
 *
 * @throws RangeError unless plannedN is an integer of at least 1
 */
export function bettingShare(plannedN: number): number {
  requireCount("plannedN", plannedN, 1);
  return plannedN < KEEPS_FROM ? 1 : 1 - KEPT;
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
 * Share of alpha for the j-th top-up or re-run after a plan of `plannedN` pairs, j = 1, 2, ...: 0.10 / 2^j. All of them
 * together spend less than the tenth that the plan keeps. 0 below 100 planned pairs, where nothing was kept.
 *
 * @throws RangeError unless j and plannedN are integers of at least 1
 */
export function laterShare(j: number, plannedN: number): number {
  requireCount("j", j, 1);
  requireCount("plannedN", plannedN, 1);
  return plannedN < KEEPS_FROM ? 0 : KEPT / 2 ** j;
}

/**
 * Share of alpha for the j-th confirmation, j = 1, 2, ...: 1 / 2^j. All confirmations of a key spend less than one alpha,
 * apart from the one that the planned looks spend: a confirmation is a family of its own.
 *
 * @throws RangeError unless j is an integer of at least 1
 */
export function confirmShare(j: number): number {
  requireCount("j", j, 1);
  return 1 / 2 ** j;
}

import { bettingP, bettingTest } from "../stats/betting.ts";
import { futileBinary, futileGraded, upperBound } from "../stats/futility.ts";
import { sequentialP } from "../stats/looks.ts";
import { exactP } from "./exact.ts";
import { differencesOf, type QualityUnits, upTo } from "./pairs.ts";
import type { TestPlan } from "./test-plan.ts";

/** Fewer units than this never show that going on is pointless. */
const FUTILE_FROM = 20;

export interface QualityResult {
  /** p of "worse by more than the margin", over the declared looks. 1 without data. */
  readonly p: number;
  readonly looks: { n: number; share: number; p: number }[];
  /** ln of the betting process after each unit; empty for the exact test. */
  readonly path: number[];
}

interface Counts {
  readonly wins: number;
  readonly losses: number;
  readonly n: number;
}

/** How many units went up, how many down, and how many say anything. */
export function countPairs({ differences }: QualityUnits): Counts {
  let [wins, losses, n] = [0, 0, 0];
  for (const difference of differences) {
    if (Number.isNaN(difference)) continue;
    n += 1;
    if (difference > 0) wins += 1;
    else if (difference < 0) losses += 1;
  }
  return { wins, losses, n };
}

/** Tests H0: the candidate is worse by more than the margin, at the declared looks. */
export function testQuality(units: QualityUnits, plan: TestPlan): QualityResult {
  if (plan.test === "betting") {
    const differences = differencesOf(units);
    const { plannedN, plannedAlpha: alpha, margin } = plan;
    const { p, logE } = bettingTest(differences, { margin, plannedN, alpha });
    const looks =
      plan.bettingShare > 0 && differences.length > 0 ? [{ n: differences.length, share: plan.bettingShare, p }] : [];
    return { p: sequentialP(looks), looks, path: [...logE] };
  }
  const looks = plan.looks.flatMap(({ n: at, share }) => {
    const counts = countPairs(upTo(units, at));
    return counts.n === 0 ? [] : [{ n: counts.n, share, p: exactP({ ...counts, margin: plan.margin }) }];
  });
  return { p: sequentialP(looks), looks, path: [] };
}

/** What {@link testQuality} and {@link isFutile} say of the same units at any margin: what they read is gathered once. */
export function qualityTests(
  units: QualityUnits,
  plan: TestPlan,
): { readonly p: (margin: number) => number; readonly isFutile: (margin: number) => boolean } {
  if (plan.test === "exact") {
    return {
      p: (margin) => testQuality(units, { ...plan, margin }).p,
      isFutile: (margin) => isFutile(units, { ...plan, margin }),
    };
  }
  const differences = differencesOf(units);
  const bound = differences.length < FUTILE_FROM ? null : upperBound(differences);
  const { plannedN, plannedAlpha: alpha, bettingShare: share } = plan;
  return {
    p: (margin) =>
      share > 0 && differences.length > 0
        ? sequentialP([{ p: bettingP(differences, { margin, plannedN, alpha }), share }])
        : 1,
    isFutile: (margin) => bound !== null && bound < -margin,
  };
}

/** Whether going on is pointless: the data lie clearly on the wrong side of the margin. */
export function isFutile(units: QualityUnits, plan: TestPlan): boolean {
  const counts = countPairs(units);
  if (counts.n < FUTILE_FROM) return false;
  if (plan.test === "exact") return futileBinary({ ...counts, margin: plan.margin });
  return futileGraded(differencesOf(units), plan.margin);
}

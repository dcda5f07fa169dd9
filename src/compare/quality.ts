import type { Estimate } from "../domain/decision.ts";
import { bettingInterval, bettingTest } from "../stats/betting.ts";
import { exactInterval, exactNonInferiority } from "../stats/exact.ts";
import { futileBinary, futileGraded } from "../stats/futility.ts";
import { type Look, sequentialP } from "../stats/looks.ts";
import { observed, type Unit } from "./pairs.ts";

/** What is fixed about a comparison before any answer is seen. */
export interface TestPlan {
  /** `exact` is test A, `betting` test B of docs/statistics.md. */
  readonly test: "exact" | "betting";
  readonly margin: number;
  /** The slice's planned number of units. */
  readonly plannedN: number;
  readonly looks: readonly Look[];
  /** The policy's alpha over the size of the family: sizes the bets of test B. */
  readonly plannedAlpha: number;
  /** Cases of the largest unit. */
  readonly largestUnit: number;
}

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

/** Wins, losses and pairs of units whose difference is -1, 0 or 1. */
export function countPairs(units: readonly Unit[]): Counts {
  let wins = 0;
  let losses = 0;
  const pairs = observed(units);
  for (const { difference } of pairs) {
    if (difference > 0) wins += 1;
    else if (difference < 0) losses += 1;
  }
  return { wins, losses, n: pairs.length };
}

function upTo(units: readonly Unit[], n: number): Unit[] {
  return units.filter(({ place }) => place <= n);
}

function bets(units: readonly Unit[], plan: TestPlan): { differences: number[]; scale: number[] } {
  const pairs = observed(units);
  return {
    differences: pairs.map(({ difference }) => difference),
    scale: pairs.map(({ cases }) => cases / plan.largestUnit),
  };
}

/** Tests H0: the candidate is worse by more than the margin, at the declared looks. */
export function testQuality(units: readonly Unit[], plan: TestPlan): QualityResult {
  if (plan.test === "betting") {
    const { differences, scale } = bets(units, plan);
    const { plannedN, plannedAlpha: alpha, margin } = plan;
    const { p, logE } = bettingTest(differences, { margin, plannedN, alpha, scale });
    return { p, looks: [{ n: differences.length, share: 1, p }], path: [...logE] };
  }
  const looks = plan.looks.flatMap(({ n: at, share }) => {
    const counts = countPairs(upTo(units, at));
    return counts.n === 0 ? [] : [{ n: counts.n, share, p: exactNonInferiority({ ...counts, margin: plan.margin }) }];
  });
  return { p: looks.length === 0 ? 1 : Math.min(1, sequentialP(looks)), looks, path: [] };
}

/**
 * The mean difference with the interval that inverts {@link testQuality} at the one-sided level `alpha`: its low bound is
 * above -margin exactly where the test's p is at most alpha. Null without data.
 */
export function estimateQuality(units: readonly Unit[], plan: TestPlan, alpha: number): Estimate | null {
  const pairs = observed(units);
  if (pairs.length === 0) return null;
  const weights = pairs.reduce((sum, { cases }) => sum + cases, 0);
  const value = pairs.reduce((sum, { difference, cases }) => sum + difference * cases, 0) / weights;
  const level = 1 - 2 * alpha;
  if (plan.test === "betting") {
    const { differences, scale } = bets(units, plan);
    const { plannedN, plannedAlpha, margin } = plan;
    const interval = bettingInterval(differences, { plannedN, alpha: plannedAlpha, scale, rejectAt: alpha, margin });
    return { value, interval: { ...interval, level }, n: pairs.length };
  }
  let low = -1;
  let high = 1;
  let method = "";
  for (const { n: at, share } of plan.looks) {
    const counts = countPairs(upTo(units, at));
    if (counts.n === 0) continue;
    const interval = exactInterval({ ...counts, alpha: alpha * share, margin: plan.margin });
    low = Math.max(low, interval.low ?? -1);
    high = Math.min(high, interval.high ?? 1);
    method = interval.method;
  }
  return { value, interval: { low, high, level, method }, n: pairs.length };
}

/** Whether going on is pointless: the data lie clearly on the wrong side of the margin. */
export function isFutile(units: readonly Unit[], plan: TestPlan): boolean {
  const pairs = observed(units);
  if (pairs.length < 2) return false;
  if (plan.test === "exact") return futileBinary({ ...countPairs(units), margin: plan.margin });
  return futileGraded(
    pairs.map(({ difference, cases }) => ((difference + plan.margin) * cases) / plan.largestUnit - plan.margin),
    plan.margin,
  );
}

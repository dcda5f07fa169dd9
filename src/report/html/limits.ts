import type { Comparison, Decision, Estimate } from "../../domain/decision.ts";
import type { Policy } from "../../domain/policy.ts";
import { points, signedPoints } from "../numbers.ts";
import { clamp, type Domain, niceDomain } from "./scale.ts";

/** The most quality, as a share, that the route is willing to lose. */
export function marginOf(policy: Policy): number {
  return policy.objective === "best-within-budget" ? 0 : policy.margin;
}

/** A margin in words: `5 points`. */
export function marginWords(margin: number): string {
  const size = points(margin).replace(/\.0$/, "");
  return `${size} ${size === "1" ? "point" : "points"}`;
}

/** A margin as the axis and the captions write it: `−5`. */
export function marginLabel(margin: number): string {
  return signedPoints(-margin).replace(/\.0$/, "");
}

/** The highest cost, over the incumbent's, that the route accepts. */
export function costLimitOf(policy: Policy): number {
  return policy.objective === "best-within-budget" ? (policy.maxCostRatio ?? 1) : 1 - policy.minSaving;
}

/** The one-sided level at which a comparison's quality is tested: its interval inverts the test there. Null without data. */
export function testLevelOf(comparison: Comparison): number | null {
  const interval = comparison.quality?.interval;
  return interval == null ? null : (1 - interval.level) / 2;
}

/** Bounds of an estimate that exist. */
export function boundsOf(estimate: Estimate | null): number[] {
  if (estimate === null) return [];
  return [estimate.interval?.low, estimate.value, estimate.interval?.high].filter((bound) => bound != null);
}

// A hopeless candidate would flatten all the others: its bar is cut here, with an arrow.
const WIDEST: Domain = [-50, 50];

/** One axis, in points, for every difference on the page, so that any two of them compare. */
export function differenceDomain(decision: Decision): Domain {
  const values = decision.routes.flatMap(({ comparisons, policy }) => [
    -200 * marginOf(policy),
    ...comparisons.flatMap(({ quality, truth }) =>
      [...boundsOf(quality), ...boundsOf(truth)].map((share) => share * 100),
    ),
  ]);
  return niceDomain(
    [...values, 0, 2].map((value) => clamp(value, WIDEST)),
    8,
  );
}

import type { Estimate } from "../domain/decision.ts";
import { bettingInterval } from "../stats/betting.ts";
import { exactP, exactRange } from "./exact.ts";
import { differencesOf, type QualityUnits, upTo } from "./pairs.ts";
import { countPairs } from "./quality.ts";
import type { TestPlan } from "./test-plan.ts";

/**
 * The mean difference over units with the interval that inverts `testQuality` at the one-sided level `alpha`: its low bound is
 * above -margin exactly where the test's p is at most alpha. Null without data.
 */
export function estimateQuality(units: QualityUnits, plan: TestPlan, alpha: number): Estimate | null {
  const pairs = differencesOf(units);
  if (pairs.length === 0) return null;
  const value = pairs.reduce((sum, difference) => sum + difference, 0) / pairs.length;
  const { low, high, method } =
    plan.test === "betting" ? bettingBounds(units, plan, alpha) : exactBounds(units, plan, alpha);
  return { value, interval: { low, high, level: 1 - 2 * alpha, method }, n: pairs.length };
}

type Bounds = Pick<NonNullable<Estimate["interval"]>, "low" | "high" | "method">;

const NOTHING_RULED_OUT = { low: -1, high: 1, method: "no share of alpha is left" };

function bettingBounds(units: QualityUnits, plan: TestPlan, alpha: number): Bounds {
  if (plan.bettingShare === 0) return NOTHING_RULED_OUT;
  const { plannedN, plannedAlpha, margin, bettingShare } = plan;
  return bettingInterval(differencesOf(units), {
    plannedN,
    alpha: plannedAlpha,
    rejectAt: alpha * bettingShare,
    margin,
  });
}

/** One look's counts with the share of alpha that it may spend. */
interface LookCounts {
  readonly wins: number;
  readonly losses: number;
  readonly n: number;
  readonly alpha: number;
}

// Every look may narrow the interval. The last has most of the cases and of alpha, so it nearly always gives both bounds;
// inverting a test costs twenty times what making it once does, so the others are inverted only if they reject a bound.
function exactBounds(units: QualityUnits, { looks, margin }: TestPlan, alpha: number): Bounds {
  let low = -1;
  let high = 1;
  let method = "";
  for (const { n, share } of looks.toReversed()) {
    const look = { ...countPairs(upTo(units, n)), alpha: alpha * share };
    if (look.n === 0 || (method !== "" && !narrows(look, { low, high, margin }))) continue;
    const interval = exactRange({ ...look, margin });
    low = Math.max(low, interval.low ?? -1);
    high = Math.min(high, interval.high ?? 1);
    method = interval.method;
  }
  return method === "" ? NOTHING_RULED_OUT : { low, high, method };
}

function narrows(look: LookCounts, { low, high, margin }: { low: number; high: number; margin: number }): boolean {
  const swapped = { ...look, wins: look.losses, losses: look.wins };
  // Exact p-values wobble a little as the margin moves: the one that the verdict hangs on is asked by itself.
  return rejects(look, -low) || (low <= -margin && rejects(look, margin)) || rejects(swapped, high);
}

function rejects({ wins, losses, n, alpha }: LookCounts, margin: number): boolean {
  return margin >= 1 || exactP({ wins, losses, n, margin }) <= alpha;
}

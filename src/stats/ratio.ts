import { requireFinite, requireOpenUnit } from "./check.ts";
import type { Interval } from "./interval.ts";
import { meanAndError, oneSidedT } from "./mean.ts";
import { studentQuantile } from "./special.ts";

/** Costs of the same units under both models, unit by unit (totals of a cluster where cases share one). */
export interface PairedCosts {
  readonly candidate: ArrayLike<number>;
  readonly incumbent: ArrayLike<number>;
}

function requireCosts({ candidate, incumbent }: PairedCosts): void {
  if (candidate.length !== incumbent.length) {
    throw new RangeError(`${candidate.length} costs of the candidate, ${incumbent.length} of the incumbent`);
  }
  if (candidate.length === 0) throw new RangeError("a ratio of costs needs at least one pair");
  for (const [name, costs] of [["candidate", candidate] as const, ["incumbent", incumbent] as const]) {
    requireFinite(name, costs);
    for (let i = 0; i < costs.length; i++) if (costs[i]! < 0) throw new RangeError(`${name} holds a negative cost`);
  }
}

/**
 * One-sided p for H0: E[candidate] >= (1 - minSaving) E[incumbent], by the t-test on Z_i = C_cand - (1 - minSaving)
 * C_inc (`oneSidedT`, zero-variance rule included). A small p says the candidate saves at least that share.
 *
 * @param costs paired costs in one currency, with minSaving as a share below 1 (0.1 = 10 %; negative: may cost more)
 * @returns p in [0, 1]
 * @throws RangeError on lists of different length, no pairs, negative or non-finite costs, or minSaving >= 1
 */
export function savingTest(costs: PairedCosts & { readonly minSaving: number }): number {
  return savingTester(costs).saves(costs.minSaving);
}

/** Tests of the same costs at any saving: they are checked once, and take their memory once. */
interface SavingTester {
  /** {@link savingTest}. */
  saves(minSaving: number): number;
  /** The same test with the sides exchanged, for H0: E[candidate] <= (1 - minSaving) E[incumbent]. */
  exceeds(minSaving: number): number;
}

/** See {@link SavingTester}. */
export function savingTester(costs: PairedCosts): SavingTester {
  requireCosts(costs);
  const { candidate, incumbent } = costs;
  const excess = new Float64Array(candidate.length);
  const test = (minSaving: number, sign: 1 | -1): number => {
    if (!(Number.isFinite(minSaving) && minSaving < 1)) throw new RangeError(`minSaving must be below 1: ${minSaving}`);
    // By hand: `Float64Array.from` with a function takes several times as long.
    for (let i = 0; i < excess.length; i++) {
      const cost = candidate[i]!;
      const allowed = (1 - minSaving) * incumbent[i]!;
      // A saving exactly at the limit must come out as zero, not as rounding noise with a sign.
      excess[i] = Math.abs(cost - allowed) <= 1e-12 * Math.max(cost, allowed) ? 0 : sign * (cost - allowed);
    }
    return oneSidedT(excess).p;
  };
  return { saves: (minSaving) => test(minSaving, 1), exceeds: (minSaving) => test(minSaving, -1) };
}

/**
 * Ratio of mean costs, candidate over incumbent, with Fieller's interval for paired data (Fieller 1954, JRSS B 16:175).
 *
 * @param costs paired costs in one currency, with the two-sided level (0.9 for 90 %)
 * @returns `value` is null where the incumbent's mean is 0; `interval` is null with fewer than two pairs, or where the
 *   incumbent's own interval contains 0
 * @throws RangeError on lists of different length, no pairs, negative or non-finite costs, or a level outside (0, 1)
 */
export function fieller(costs: PairedCosts & { readonly level: number }): {
  value: number | null;
  interval: Interval | null;
} {
  requireCosts(costs);
  requireOpenUnit("level", costs.level);
  const { candidate, incumbent, level } = costs;
  const top = meanAndError(candidate);
  const bottom = meanAndError(incumbent);
  const value = bottom.mean === 0 ? null : top.mean / bottom.mean;
  const n = candidate.length;
  if (top.error === null || bottom.error === null) return { value, interval: null };
  let products = 0;
  for (let i = 0; i < n; i++) products += (candidate[i]! - top.mean) * (incumbent[i]! - bottom.mean);
  const covariance = products / (n - 1) / n;
  const t2 = studentQuantile((1 + level) / 2, n - 1) ** 2;
  const a = bottom.mean ** 2 - t2 * bottom.error ** 2;
  const b = top.mean * bottom.mean - t2 * covariance;
  const c = top.mean ** 2 - t2 * top.error ** 2;
  if (a <= 0) return { value, interval: null };
  const root = Math.sqrt(Math.max(0, b * b - a * c));
  return { value, interval: { low: (b - root) / a, high: (b + root) / a, level, method: "Fieller" } };
}

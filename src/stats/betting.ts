import { requireAlpha, requireCount, requireMargin, requireOpenUnit } from "./check.ts";
import type { Interval } from "./interval.ts";
import { marginAtBorder } from "./solve.ts";

/** Rounding in averaged scores may pass the end of the range by this much. */
const SLACK = 1e-9;

/** What is fixed when a run is planned, and stays fixed when cases are appended. */
export interface BettingPlan {
  /** N: how many units the plan foresees. More may come; they are bet on with this N. */
  readonly plannedN: number;
  /** The policy's alpha divided by the size of the family, one-sided. It sizes the bets; never Holm's running level. */
  readonly alpha: number;
}

/** Outcome of the betting test. */
export interface BettingResult {
  /** min(1, 1 / max_t E_t), valid at every n and under any stopping rule. */
  readonly p: number;
  /** ln E_t after unit t = 1, 2, ...: the path the wealth took. */
  readonly logE: Float64Array;
  /** The highest point of the path, the start (ln 1 = 0) included. */
  readonly maxLogE: number;
  /** The 1-based unit at which E first reached 1/alpha, null if it never did. */
  readonly crossedAt: number | null;
}

/**
 * The wealth of one who bets, unit by unit, that E[D] > -margin (Waudby-Smith & Ramdas 2024, JRSS B 86:1):
 * E_t = prod(1 + lambda_t Z_t), Z = D + margin, lambda_t = min(0.75 / (1 - margin), sqrt(2 ln(1/alpha) / (N v_{t-1}))),
 * v_{t-1} = (0.25 + sum_{j<t} (D_j - mu_j)^2) / t and mu_j = sum_{i<=j} D_i / (j + 1). Under H0: E[D] <= -margin its
 * expectation never grows.
 */
export class BettingProcess {
  /** ln E after the units so far. */
  logE = 0;
  /** The highest that ln E has been, the start (0) included. */
  maxLogE = 0;
  readonly #plan: BettingPlan & { readonly margin: number };
  readonly #cap: number;
  readonly #effort: number;
  #units = 0;
  #sum = 0;
  #squares = 0.25;

  /** @throws RangeError on a margin outside (-1, 1), alpha outside (0, 0.5) or plannedN < 1 */
  constructor(plan: BettingPlan & { readonly margin: number }) {
    requireCount("plannedN", plan.plannedN, 1);
    requireAlpha("alpha", plan.alpha);
    requireMargin(plan.margin);
    this.#plan = plan;
    this.#cap = 0.75 / (1 - plan.margin);
    this.#effort = (2 * Math.log(1 / plan.alpha)) / plan.plannedN;
  }

  /** Bets on one more unit, and returns ln E. @throws RangeError unless -1 <= d <= 1 */
  add(d: number): number {
    if (!(Math.abs(d) <= 1 + SLACK)) throw new RangeError(`difference ${this.#units} is out of range: ${d}`);
    this.#units++;
    const bet = Math.min(this.#cap, Math.sqrt((this.#effort * this.#units) / this.#squares));
    this.logE += Math.log1p(bet * (d + this.#plan.margin));
    if (this.logE > this.maxLogE) this.maxLogE = this.logE;
    this.#sum += d;
    this.#squares += (d - this.#sum / (this.#units + 1)) ** 2;
    return this.logE;
  }

  /** Another bettor with the same past. */
  copy(): BettingProcess {
    const other = new BettingProcess(this.#plan);
    other.logE = this.logE;
    other.maxLogE = this.maxLogE;
    other.#units = this.#units;
    other.#sum = this.#sum;
    other.#squares = this.#squares;
    return other;
  }
}

/**
 * Test B: the betting e-process for H0: E[D] <= -margin over all units. O(n).
 *
 * A cluster of cases is one unit, its D the mean over its cases; H0 is about the mean over units (docs/decisions/0008).
 *
 * @param differences D in [-1, 1] in the order drawn before any answer was seen
 * @throws RangeError on values out of range, margin outside (-1, 1), alpha outside (0, 0.5) or plannedN < 1
 */
export function bettingTest(
  differences: ArrayLike<number>,
  options: BettingPlan & { readonly margin: number },
): BettingResult {
  const process = new BettingProcess(options);
  const logE = new Float64Array(differences.length);
  let crossedAt: number | null = null;
  for (let i = 0; i < differences.length; i++) {
    logE[i] = process.add(differences[i]!);
    if (crossedAt === null && Math.exp(-process.maxLogE) <= options.alpha) crossedAt = i + 1;
  }
  return { p: Math.exp(-process.maxLogE), logE, maxLogE: process.maxLogE, crossedAt };
}

/** The p-value of {@link bettingTest}, without its path: for whoever asks about many margins. @throws RangeError as it does */
export function bettingP(differences: ArrayLike<number>, options: BettingPlan & { readonly margin: number }): number {
  const process = new BettingProcess(options);
  for (let i = 0; i < differences.length; i++) process.add(differences[i]!);
  return Math.exp(-process.maxLogE);
}

/**
 * The interval for E[D] that goes with test B: its low bound exceeds -margin where the test's p is at most `rejectAt`;
 * the high bound comes by swapping the models. Bounds are located to 1e-7 and lie on the cautious side.
 *
 * The p-value is not quite monotone in the margin (the cap on the bets moves with it). Name the margin that decides as
 * `margin`, and the low bound is certain to agree with the test there.
 *
 * @param differences D in [-1, 1], in the order drawn beforehand
 * @param options the plan, with `rejectAt`: the one-sided level p is held against (Holm's); `alpha` when left out
 * @returns bounds in [-1, 1] (-1 and 1 where nothing is ruled out), level 1 - 2 rejectAt
 * @throws RangeError as `bettingTest`
 */
export function bettingInterval(
  differences: ArrayLike<number>,
  options: BettingPlan & { readonly rejectAt?: number; readonly margin?: number },
): Interval {
  const { margin: anchor, rejectAt = options.alpha, ...plan } = options;
  requireOpenUnit("rejectAt", rejectAt);
  if (anchor !== undefined) requireMargin(anchor);
  const mirrored = Float64Array.from(differences, (d) => -d);
  const largestAccepted = (values: ArrayLike<number>, anchorHere?: number): number => {
    const excess = (margin: number): number => {
      const process = new BettingProcess({ ...plan, margin });
      for (let i = 0; i < values.length; i++) process.add(values[i]!);
      return -process.maxLogE - Math.log(rejectAt);
    };
    let sum = 0;
    for (let i = 0; i < values.length; i++) sum += values[i]!;
    return marginAtBorder(excess, { start: values.length === 0 ? 0 : -sum / values.length, anchor: anchorHere });
  };
  return {
    low: -largestAccepted(differences, anchor),
    high: largestAccepted(mirrored),
    level: 1 - 2 * rejectAt,
    method: "betting e-process, inverted",
  };
}

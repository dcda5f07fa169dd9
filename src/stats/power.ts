import { BettingProcess } from "./betting.ts";
import {
  type PairCounts,
  requireAlpha,
  requireCount,
  requireMargin,
  requireOpenUnit,
  requireProbability,
} from "./check.ts";
import { lnFactorials, regionAbove, regionProbability, supremum, TIE } from "./region.ts";
import { bisect } from "./solve.ts";
import { normalQuantile } from "./special.ts";
import { scoreZ } from "./tango.ts";

/** Test A is for at most this many pairs; test B takes over above. */
const MOST_PAIRS = 500;

/**
 * The outcomes of n pairs that test A rejects at `alpha`, p = sup P(z >= z_obs) being monotone along Tango's ordering:
 * one border in z, found by raising it wherever the worst case under H0 still exceeds alpha.
 *
 * @returns entry l: the smallest number of wins that rejects beside l losses, n + 1 where none does
 * @throws RangeError unless n >= 1, -1 < margin < 1 and 0 < alpha < 0.5
 */
export function criticalWins(options: {
  readonly n: number;
  readonly margin: number;
  readonly alpha: number;
}): Int32Array {
  const { n, margin, alpha } = options;
  requireCount("n", n, 1);
  requireMargin(margin);
  requireAlpha("alpha", alpha);
  const lnFactorial = lnFactorials(n);
  const beyond = scoreZ(n, 0, n, margin) + 1;
  let border = scoreZ(0, n, n, margin);
  for (;;) {
    const worst = supremum(regionAbove(border, n, margin), lnFactorial, { margin });
    if (worst.p <= alpha) return regionAbove(border + TIE, n, margin);
    const rare = (z: number): boolean =>
      regionProbability(regionAbove(z, n, margin), lnFactorial, worst.win, worst.loss) <= alpha;
    border = bisect(rare, { yes: beyond, no: border, tolerance: TIE / 10 }).yes;
  }
}

/** A truth to plan for: P(win) and P(loss) of a pair, tested at one-sided alpha with a margin. */
export interface BinaryScenario {
  readonly win: number;
  readonly loss: number;
  readonly margin: number;
  readonly alpha: number;
}

/**
 * The probability that test A approves, at any of the looks (p <= alpha times the look's share). Exact for every
 * number of looks, nothing is simulated: the distribution of (wins, losses) is carried forward pair by pair, O(n^3),
 * and what a look rejects leaves it; a single look is summed over its region at once.
 *
 * @param options the truth, n pairs in all, and the looks in ascending order (`lookPlan(n)`; one look at n if left out)
 * @returns a probability
 * @throws RangeError on rates that are none, looks that do not ascend to at most n, or shares outside (0, 1]
 */
export function exactPower(
  options: BinaryScenario & {
    readonly n: number;
    readonly looks?: readonly { readonly n: number; readonly share: number }[];
  },
): number {
  const { n, win, loss, margin, alpha, looks = [{ n, share: 1 }] } = options;
  requireCount("n", n, 1);
  requireProbability("win", win);
  requireProbability("loss", loss);
  requireProbability("win + loss", win + loss);
  if (looks.length === 0) throw new RangeError("power needs at least one look");
  looks.forEach((look, k) => {
    requireCount(`looks[${k}].n`, look.n, (looks[k - 1]?.n ?? 0) + 1);
    if (look.n > n) throw new RangeError(`looks[${k}].n = ${look.n} is beyond n = ${n}`);
    if (!(look.share > 0 && look.share <= 1)) throw new RangeError(`looks[${k}].share must lie in (0, 1]`);
  });
  const regions = looks.map((look) => criticalWins({ n: look.n, margin, alpha: alpha * look.share }));
  if (regions.length === 1) return regionProbability(regions[0]!, lnFactorials(looks[0]!.n), win, loss);

  const width = n + 1;
  const state = new Float64Array(width * width); // state[l * width + w] = P(w wins, l losses, not approved yet)
  state[0] = 1;
  let approved = 0;
  let pairs = 0;
  for (const region of regions) {
    for (; pairs < region.length - 1; pairs++) addPair(state, { width, pairs, win, loss });
    for (let losses = 0; losses <= pairs; losses++) {
      for (let wins = region[losses]!; wins + losses <= pairs; wins++) {
        approved += state[losses * width + wins]!;
        state[losses * width + wins] = 0;
      }
    }
  }
  return approved;
}

/** One more pair: a state is fed by itself (a tie), by one win fewer and by one loss fewer. In place, from the top. */
function addPair(
  state: Float64Array,
  { width, pairs, win, loss }: { width: number; pairs: number; win: number; loss: number },
): void {
  const tie = Math.max(0, 1 - win - loss);
  for (let losses = pairs + 1; losses >= 0; losses--) {
    for (let wins = pairs + 1 - losses; wins >= 0; wins--) {
      const at = losses * width + wins;
      const fromWin = wins > 0 ? state[at - 1]! * win : 0;
      const fromLoss = losses > 0 ? state[at - width]! * loss : 0;
      state[at] = state[at]! * tie + fromWin + fromLoss;
    }
  }
}

/** Above the normal quantile by so much lies the score from which test A rejects, whatever the n. */
const OVER_NORMAL = 0.1;

/**
 * About the probability that test A approves in one look, without its exact border: for plans that try many numbers of
 * pairs. `exactPower` is the exact one, and takes a hundred times as long.
 */
export function chanceToApprove({ n, win, loss, margin, alpha }: BinaryScenario & { readonly n: number }): number {
  const start = { wins: 0, losses: 0, n: 0 };
  return chanceToReach(borderOf(alpha), { start, more: n, win, loss, margin });
}

/** About the score from which test A rejects at a level. */
export function borderOf(alpha: number): number {
  return normalQuantile(1 - alpha) + OVER_NORMAL;
}

/**
 * The chance that `more` pairs, won and lost at the given rates, lift Tango's score of all pairs together to `border`.
 *
 * @param options the counts so far (n = 0 where there are none), how many more, and their rates
 * @returns a probability, summed over the outcomes
 */
export function chanceToReach(
  border: number,
  options: {
    readonly start: PairCounts;
    readonly more: number;
    readonly win: number;
    readonly loss: number;
    readonly margin: number;
  },
): number {
  const { start, more, win, loss, margin } = options;
  const all = regionAbove(border, start.n + more, margin);
  const needed = Int32Array.from({ length: more + 1 }, (_, lost) => {
    const wins = Math.max(0, all[start.losses + lost]! - start.wins);
    return wins + lost > more ? more + 1 : wins;
  });
  return regionProbability(needed, lnFactorials(more), win, loss);
}

/**
 * The smallest n, in steps of 10, at which test A (one look, family of one) approves with probability `target`.
 *
 * @returns null if 500 pairs, the most test A is for, do not suffice
 * @throws RangeError on rates that are none, or margin, alpha or target out of range
 */
export function casesForPower(options: BinaryScenario & { readonly target: number }): number | null {
  requireOpenUnit("target", options.target);
  for (let n = 10; n <= MOST_PAIRS; n += 10) {
    // Where the approximate chance is far off there is no need of the exact one.
    if (chanceToApprove({ ...options, n }) < options.target - 0.2) continue;
    if (exactPower({ ...options, n }) >= options.target) return n;
  }
  return null;
}

/**
 * The share of simulated runs of n units in which test B approves. `draw` gives one difference D in [-1, 1] of the
 * truth to plan for, taking its randomness from `random`: the same seed gives the same answer.
 *
 * @param options n units planned and drawn, one-sided alpha (it also sizes the bets), how many runs to simulate
 * @returns a share; its own standard error is sqrt(share (1 - share) / simulations)
 * @throws RangeError on differences, margin or alpha out of range, n < 1 or simulations < 1
 */
export function bettingPower(options: {
  readonly n: number;
  readonly draw: (random: () => number) => number;
  readonly margin: number;
  readonly alpha: number;
  /** The level that p is held against, where it is not the one that sizes the bets. */
  readonly rejectAt?: number;
  readonly simulations: number;
  readonly random: () => number;
}): number {
  const { n, draw, margin, alpha, rejectAt = alpha, simulations, random } = options;
  requireCount("n", n, 1);
  requireCount("simulations", simulations, 1);
  let approvals = 0;
  const needed = -Math.log(rejectAt);
  for (let run = 0; run < simulations; run++) {
    const process = new BettingProcess({ margin, plannedN: n, alpha });
    for (let unit = 0; unit < n && process.maxLogE < needed; unit++) process.add(draw(random));
    if (process.maxLogE >= needed) approvals++;
  }
  return approvals / simulations;
}

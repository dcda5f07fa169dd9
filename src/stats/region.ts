import { lnGamma } from "./special.ts";
import { scoreZ } from "./tango.ts";

/** Scores closer than this count as tied, so that rounding cannot split outcomes which are equal on paper. */
export const TIE = 1e-9;

const GRID_STEPS = 400;
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/**
 * A set of outcomes (wins, losses) of n pairs, as a staircase: entry l is the smallest number of wins that belongs to
 * it beside l losses, or n + 1 where none does. Adding a win or dropping a loss never leaves the set.
 */
export type Region = Int32Array;

/** All outcomes whose Tango score reaches `threshold`. O(n), since the score rises with wins and falls with losses. */
export function regionAbove(threshold: number, n: number, margin: number): Region {
  const region = new Int32Array(n + 1).fill(n + 1);
  let wins = 0;
  for (let losses = 0; losses <= n; losses++) {
    while (wins + losses <= n && scoreZ(wins, losses, n, margin) < threshold) wins++;
    if (wins + losses > n) break;
    region[losses] = wins;
  }
  return region;
}

/** ln 0!, ..., ln n! */
export function lnFactorials(n: number): Float64Array {
  return Float64Array.from({ length: n + 1 }, (_, k) => lnGamma(k + 1));
}

/** ln 0 would turn 0 * ln 0 into NaN; this is finite and still makes every positive power vanish. */
const safeLn = (x: number): number => (x > 0 ? Math.log(x) : -1e300);

/**
 * P((W, L) in region) for n pairs won with probability `win` and lost with probability `loss`. Walks down from the most
 * losses, carrying P(W >= wins | L = losses) along by the binomial recurrences; only positive terms are ever added.
 */
export function regionProbability(region: Region, lnFactorial: Float64Array, win: number, loss: number): number {
  const n = region.length - 1;
  const lnLoss = safeLn(loss);
  const lnOther = safeLn(1 - loss);
  const share = loss < 1 ? Math.min(1, win / (1 - loss)) : 0;
  const lnWin = safeLn(share);
  const lnTie = safeLn(loss < 1 ? (1 - loss - win) / (1 - loss) : 1);
  const choose = (m: number, k: number): number => lnFactorial[m]! - lnFactorial[k]! - lnFactorial[m - k]!;
  const won = (m: number, k: number): number => Math.exp(choose(m, k) + k * lnWin + (m - k) * lnTie);
  let losses = n;
  while (losses >= 0 && region[losses]! > n) losses--;
  let wins = n - losses + 1;
  let tail = 0;
  let total = 0;
  for (; losses >= 0; losses--) {
    const others = n - losses;
    while (wins > region[losses]!) tail += won(others, --wins);
    total += tail * Math.exp(choose(n, losses) + losses * lnLoss + others * lnOther);
    if (wins > 0) tail += share * won(others, wins - 1);
  }
  return total;
}

/**
 * The largest probability of `region` under H0, over the border P(win) - P(loss) = -margin: the smaller of the two
 * rates runs over q_i = q_max (i/400)^2, then golden section around the best. Stops early above `ceiling`.
 * (The supremum over all of H0 lies on that border: Hsueh, Liu & Chen 2001, Biometrics 57:478.)
 *
 * @returns the probability and the pair of rates that gives it
 */
export function supremum(
  region: Region,
  lnFactorial: Float64Array,
  { margin, ceiling = Infinity }: { margin: number; ceiling?: number },
): { p: number; win: number; loss: number } {
  const largest = (1 - Math.abs(margin)) / 2;
  const at = (q: number): { p: number; win: number; loss: number } => {
    const win = q + Math.max(0, -margin);
    const loss = q + Math.max(0, margin);
    return { p: regionProbability(region, lnFactorial, win, loss), win, loss };
  };
  const rate = (i: number): number => largest * (i / GRID_STEPS) ** 2;
  let best = at(0);
  let bestStep = 0;
  for (let i = 1; i <= GRID_STEPS && best.p <= ceiling; i++) {
    const here = at(rate(i));
    if (here.p > best.p) {
      best = here;
      bestStep = i;
    }
  }
  let left = rate(Math.max(0, bestStep - 1));
  let right = rate(Math.min(GRID_STEPS, bestStep + 1));
  let inner = at(right - GOLDEN * (right - left));
  let outer = at(left + GOLDEN * (right - left));
  for (let round = 0; round < 40 && best.p <= ceiling; round++) {
    if (inner.p > best.p) best = inner;
    if (outer.p > best.p) best = outer;
    if (inner.p >= outer.p) {
      right = left + GOLDEN * (right - left);
      outer = inner;
      inner = at(right - GOLDEN * (right - left));
    } else {
      left = right - GOLDEN * (right - left);
      inner = outer;
      outer = at(left + GOLDEN * (right - left));
    }
  }
  return best;
}

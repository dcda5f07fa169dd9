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
/** Terms below this share of a sum no longer change it. */
const NEGLIGIBLE = 1e-18;
/** Below this a product of ratios has lost its digits, and is made anew. */
const FADED = 1e-290;

/** Binomial probabilities of m trials at `share`, with ln k! at hand. */
class Binomial {
  readonly share: number;
  /** P(no success) over P(success) of one trial. */
  readonly odds: number;
  readonly #lnFactorial: Float64Array;
  readonly #lnYes: number;
  readonly #lnNo: number;

  constructor(share: number, lnFactorial: Float64Array) {
    this.share = share;
    this.odds = (1 - share) / share;
    this.#lnFactorial = lnFactorial;
    this.#lnYes = safeLn(share);
    this.#lnNo = share < 1 ? Math.log1p(-share) : -1e300;
  }

  /** P(X = k) for 0 <= k <= m. */
  mass(k: number, m: number): number {
    const choose = this.#lnFactorial[m]! - this.#lnFactorial[k]! - this.#lnFactorial[m - k]!;
    return Math.exp(choose + k * this.#lnYes + (m - k) * this.#lnNo);
  }

  /** P(X >= k), summed from k to whichever side has the less of it. */
  tail(k: number, m: number): number {
    if (k <= 0 || k > m) return k <= 0 ? 1 : 0;
    const up = k > this.share * m;
    let at = up ? k : k - 1;
    let term = this.mass(at, m);
    let sum = term;
    while (term > NEGLIGIBLE * sum && at !== (up ? m : 0)) {
      term *= up ? (m - at) / (at + 1) / this.odds : (at / (m - at + 1)) * this.odds;
      at += up ? 1 : -1;
      sum += term;
    }
    return up ? sum : 1 - sum;
  }
}

/**
 * P((W, L) in region) for n pairs won with probability `win` and lost with probability `loss`. Walks down from the most
 * losses that have any weight, carrying P(L = losses) and P(W >= wins | L = losses) along by the binomial recurrences;
 * only positive terms are ever added. Good to 1e-11 of its size down to 1e-20.
 */
export function regionProbability(region: Region, lnFactorial: Float64Array, win: number, loss: number): number {
  const n = region.length - 1;
  if (loss >= 1) return region[n] === 0 ? 1 : 0;
  // Nine standard deviations and twenty above the mean: beyond them lies less than 1e-22 at any n and rate.
  let losses = Math.min(n, Math.ceil(n * loss + 9 * Math.sqrt(n * loss * (1 - loss)) + 20));
  while (losses >= 0 && region[losses]! + losses > n) losses--;
  if (losses < 0) return 0;
  const lost = new Binomial(loss, lnFactorial);
  const won = new Binomial(Math.min(1, win / (1 - loss)), lnFactorial);
  if (loss <= 0) return won.tail(region[0]!, n);
  let others = n - losses;
  let wins = region[losses]!;
  let tail = won.tail(wins, others);
  // P(W = wins - 1 | L = losses): what one more pair that is not lost, or one win fewer asked for, adds to the tail.
  let below = wins > 0 ? won.mass(wins - 1, others) : 0;
  let mass = lost.mass(losses, n);
  let total = tail * mass;
  while (losses > 0 && (mass * losses > NEGLIGIBLE * total || losses > n * loss)) {
    mass = mass < FADED ? lost.mass(losses - 1, n) : mass * (losses / (others + 1)) * lost.odds;
    losses--;
    others++;
    if (wins > 0) {
      tail += won.share * below;
      below = below < FADED ? won.mass(wins - 1, others) : below * (others / (others - wins + 1)) * (1 - won.share);
    }
    for (; wins > region[losses]!; wins--) {
      tail += below;
      const ratio = ((wins - 1) / (others - wins + 2)) * won.odds;
      below = wins === 1 ? 0 : below < FADED ? won.mass(wins - 2, others) : below * ratio;
    }
    total += tail * mass;
  }
  return total;
}

/** A probability with the pair of rates that gives it; `q` is the smaller one. */
interface Supremum {
  readonly p: number;
  readonly win: number;
  readonly loss: number;
  readonly q: number;
}

/**
 * The largest probability of `region` under H0, over the border P(win) - P(loss) = -margin: the smaller of the two
 * rates runs over q_i = q_max (i/steps)^2 (400 of them), then golden section around the best. Stops early above `ceiling`, which it
 * tries first at the rate `first`.
 * (The supremum over all of H0 lies on that border: Hsueh, Liu & Chen 2001, Biometrics 57:478.)
 */
export function supremum(
  region: Region,
  lnFactorial: Float64Array,
  {
    margin,
    ceiling = Infinity,
    first = 0,
    steps = GRID_STEPS,
  }: { margin: number; ceiling?: number; first?: number; steps?: number },
): Supremum {
  const largest = (1 - Math.abs(margin)) / 2;
  const at = (q: number): Supremum => {
    const win = q + Math.max(0, -margin);
    const loss = q + Math.max(0, margin);
    return { p: regionProbability(region, lnFactorial, win, loss), win, loss, q };
  };
  const rate = (i: number): number => largest * (i / steps) ** 2;
  let best = at(0);
  let bestStep = 0;
  const guess = at(Math.min(first, largest));
  if (guess.p > ceiling) return guess;
  for (let i = 1; i <= steps && best.p <= ceiling; i++) {
    const here = at(rate(i));
    if (here.p > best.p) {
      best = here;
      bestStep = i;
    }
  }
  let left = rate(Math.max(0, bestStep - 1));
  let right = rate(Math.min(steps, bestStep + 1));
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

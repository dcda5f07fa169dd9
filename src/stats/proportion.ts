import { requireCount, requireOpenUnit } from "./check.ts";
import type { Interval } from "./interval.ts";
import { bisect } from "./solve.ts";
import { binomialTail, normalQuantile } from "./special.ts";

function requireSuccesses(successes: number, n: number): void {
  requireCount("n", n, 1);
  requireCount("successes", successes);
  if (successes > n) throw new RangeError(`successes = ${successes} exceeds n = ${n}`);
}

/**
 * Wilson's score interval for a proportion (Wilson 1927, JASA 22:209).
 *
 * @param successes how many of `n` trials succeeded
 * @param level two-sided coverage, 0.95 for 95 %
 * @returns bounds as shares in [0, 1]; at 0 and n successes the outer bound is exactly 0 and 1
 * @throws RangeError unless 0 <= successes <= n, n >= 1 and 0 < level < 1
 */
export function wilson(successes: number, n: number, level: number): Interval {
  requireSuccesses(successes, n);
  requireOpenUnit("level", level);
  const z = normalQuantile((1 + level) / 2);
  const share = successes / n;
  const weight = 1 + (z * z) / n;
  const centre = (share + (z * z) / (2 * n)) / weight;
  const reach = (z * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n))) / weight;
  return {
    low: successes === 0 ? 0 : centre - reach,
    high: successes === n ? 1 : centre + reach,
    level,
    method: "Wilson score",
  };
}

/**
 * One-sided exact lower bound for a proportion (Clopper & Pearson 1934, Biometrika 26:404): the share p at which
 * `successes` or more out of `n` has probability 1 - level. Above a limit, it shows that the limit is broken.
 *
 * @param level one-sided confidence, 0.95 for 95 %
 * @returns a share in [0, 1]; 0 when nothing succeeded
 * @throws RangeError unless 0 <= successes <= n, n >= 1 and 0 < level < 1
 */
export function exactLowerBound(successes: number, n: number, level: number): number {
  requireSuccesses(successes, n);
  requireOpenUnit("level", level);
  if (successes === 0) return 0;
  const refuted = (share: number): boolean => binomialTail(successes, n, share) <= 1 - level;
  return bisect(refuted, { yes: 0, no: 1, tolerance: 1e-15 }).yes;
}

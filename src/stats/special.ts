import { bisect } from "./solve.ts";

/**
 * ln Gamma(x) for x > 0, by Stirling's series after shifting x above 15 (Abramowitz & Stegun 6.1.41 and 6.1.15);
 * relative error about 1e-15. Throws RangeError unless x is positive and finite.
 */
export function lnGamma(x: number): number {
  if (!(x > 0 && x < Infinity)) throw new RangeError(`lnGamma needs a positive finite number, got ${x}`);
  let shift = 1;
  let y = x;
  while (y < 15) shift *= y++;
  const inverse = 1 / (y * y);
  const series = 1 / 12 - inverse * (1 / 360 - inverse * (1 / 1260 - inverse * (1 / 1680 - inverse * (1 / 1188))));
  return (y - 0.5) * Math.log(y) - y + 0.5 * Math.log(2 * Math.PI) + series / y - Math.log(shift);
}

/**
 * Regularized incomplete beta function I_x(a, b), 0 <= x <= 1, a, b > 0 (Abramowitz & Stegun 26.5.2 for the reflection,
 * 26.5.8 for the continued fraction). Throws RangeError outside that domain.
 */
export function regularizedBeta(x: number, a: number, b: number): number {
  if (!(x >= 0 && x <= 1 && a > 0 && b > 0)) throw new RangeError(`regularizedBeta(${x}, ${a}, ${b}) is not defined`);
  if (x === 0 || x === 1) return x;
  const lnFront = lnGamma(a + b) - lnGamma(a) - lnGamma(b) + a * Math.log(x) + b * Math.log1p(-x);
  if (x <= (a + 1) / (a + b + 2)) return (Math.exp(lnFront) / a) * betaFraction(x, a, b);
  return 1 - (Math.exp(lnFront) / b) * betaFraction(1 - x, b, a);
}

/** The continued fraction of the incomplete beta function by Lentz's method; fast for x <= (a + 1) / (a + b + 2). */
function betaFraction(x: number, a: number, b: number): number {
  const away = (value: number): number => (Math.abs(value) < 1e-300 ? 1e-300 : value);
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m < 100_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    fraction *= d * c;
    if (Math.abs(d * c - 1) < 1e-15) break;
  }
  return fraction;
}

/**
 * P(Z <= x) for a standard normal Z. The series of Marsaglia (2004, J. Stat. Software 11/4) in the middle and Laplace's
 * continued fraction (Abramowitz & Stegun 26.2.14) in the tails, so that tiny tails keep their digits.
 * Throws RangeError on NaN.
 */
export function normalCdf(x: number): number {
  if (Number.isNaN(x)) throw new RangeError("normalCdf needs a number, got NaN");
  const density = Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
  const size = Math.abs(x);
  if (size < 2.5) {
    let term = x;
    let sum = x;
    for (let k = 3; Math.abs(term) > 1e-18 * Math.abs(sum); k += 2) {
      term *= (x * x) / k;
      sum += term;
    }
    return 0.5 + density * sum;
  }
  let fraction = size;
  for (let k = 120; k >= 1; k--) fraction = size + k / fraction;
  const tail = density === 0 ? 0 : density / fraction;
  return x < 0 ? tail : 1 - tail;
}

/**
 * The x with P(Z <= x) = p, 0 < p < 1: Abramowitz & Stegun 26.2.23 polished by Halley's method to 1e-14.
 * Throws RangeError outside (0, 1).
 */
export function normalQuantile(p: number): number {
  if (!(p > 0 && p < 1)) throw new RangeError(`normalQuantile needs 0 < p < 1, got ${p}`);
  if (p > 0.5) return -normalQuantile(1 - p);
  const t = Math.sqrt(-2 * Math.log(p));
  const numerator = 2.515517 + t * (0.802853 + t * 0.010328);
  let x = numerator / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))) - t;
  for (let round = 0; round < 4; round++) {
    const step = (normalCdf(x) - p) * Math.sqrt(2 * Math.PI) * Math.exp(0.5 * x * x);
    x -= step / (1 + 0.5 * x * step);
  }
  return x;
}

/** P(T <= t) for Student's t with df > 0 degrees of freedom (Abramowitz & Stegun 26.7.1). RangeError otherwise. */
export function studentCdf(t: number, df: number): number {
  if (Number.isNaN(t) || !(df > 0)) throw new RangeError(`studentCdf(${t}, ${df}) is not defined`);
  if (!Number.isFinite(t)) return t < 0 ? 0 : 1;
  const square = t * t;
  const tail =
    square < df
      ? 0.5 - 0.5 * regularizedBeta(square / (df + square), 0.5, df / 2)
      : 0.5 * regularizedBeta(df / (df + square), df / 2, 0.5);
  return t < 0 ? tail : 1 - tail;
}

/** The t with P(T <= t) = p for Student's t with df > 0, 0 < p < 1, by bisection. RangeError outside that domain. */
export function studentQuantile(p: number, df: number): number {
  if (!(p > 0 && p < 1 && df > 0)) throw new RangeError(`studentQuantile(${p}, ${df}) is not defined`);
  if (p > 0.5) return -studentQuantile(1 - p, df);
  if (p === 0.5) return 0;
  const below = (t: number): boolean => studentCdf(t, df) <= p;
  let low = -1;
  while (!below(low)) low *= 2;
  return bisect(below, { yes: low, no: low === -1 ? 0 : low / 2, tolerance: 0 }).yes;
}

/**
 * P(X >= k) for X binomial with n trials of probability p, as I_p(k, n - k + 1) (Abramowitz & Stegun 26.5.24).
 * Throws RangeError unless n is a count, k an integer and 0 <= p <= 1.
 */
export function binomialTail(k: number, n: number, p: number): number {
  if (!(Number.isSafeInteger(k) && Number.isSafeInteger(n) && n >= 0 && p >= 0 && p <= 1)) {
    throw new RangeError(`binomialTail(${k}, ${n}, ${p}) is not defined`);
  }
  if (k <= 0) return 1;
  return k > n ? 0 : regularizedBeta(p, k, n - k + 1);
}

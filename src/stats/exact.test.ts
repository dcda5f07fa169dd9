import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exactInterval, exactNonInferiority } from "./exact.ts";
import { tangoZ } from "./tango.ts";

const pairs = fc
  .record({ wins: fc.nat(12), losses: fc.nat(8), ties: fc.nat(30) })
  .filter(({ wins, losses, ties }) => wins + losses + ties > 0)
  .map(({ wins, losses, ties }) => ({ wins, losses, n: wins + losses + ties }));
const margins = fc.constantFrom(-0.1, 0, 0.02, 0.05, 0.1, 0.3);
const alphas = fc.constantFrom(0.05, 0.025, 0.01, 0.0025);

/** Test A as the definition reads: every outcome of n pairs, one by one. An oracle for small n. */
function byEnumeration(wins: number, losses: number, n: number, margin: number): number {
  const observed = tangoZ({ wins, losses, n, margin }) - 1e-9;
  const choose = (m: number, k: number): number => (k === 0 ? 1 : (choose(m - 1, k - 1) * m) / k);
  let worst = 0;
  for (let i = 0; i <= 400; i++) {
    const q = ((1 - Math.abs(margin)) / 2) * (i / 400) ** 2;
    const win = q + Math.max(0, -margin);
    const loss = q + Math.max(0, margin);
    let p = 0;
    for (let l = 0; l <= n; l++) {
      for (let w = 0; w + l <= n; w++) {
        if (tangoZ({ wins: w, losses: l, n, margin }) < observed) continue;
        const tie = Math.max(0, 1 - win - loss);
        p += choose(n, l) * choose(n - l, w) * win ** w * loss ** l * tie ** (n - w - l);
      }
    }
    worst = Math.max(worst, p);
  }
  return worst;
}

describe("exactNonInferiority (test A)", () => {
  it.each([
    [0, 0, 59, 0.05, 0.048495, 6],
    [0, 0, 58, 0.05, 0.051047, 6],
    [3, 3, 100, 0.05, 0.04445, 5],
    [10, 10, 200, 0.05, 0.02008, 5],
    [12, 6, 60, 0, 0.10754, 5],
  ])("knows wins %i, losses %i of %i at margin %d: p = %d", (wins, losses, n, margin, p, digits) => {
    expect(exactNonInferiority({ wins, losses, n, margin })).toBeCloseTo(p, digits);
  });

  it("is (1 - margin)^n when all pairs tie", () => {
    expect(exactNonInferiority({ wins: 0, losses: 0, n: 59, margin: 0.05 })).toBeCloseTo(0.95 ** 59, 12);
  });

  it("proves nothing about superiority when all pairs tie", () => {
    expect(exactNonInferiority({ wins: 0, losses: 0, n: 40, margin: 0 })).toBe(1);
  });

  it.each([-0.2, 0, 0.07, 0.4])("agrees with an enumeration of all outcomes at margin %d", (margin) => {
    for (const [wins, losses] of [
      [0, 0],
      [3, 0],
      [4, 1],
      [2, 3],
      [9, 0],
      [0, 9],
    ] as const) {
      const p = exactNonInferiority({ wins, losses, n: 9, margin });
      const oracle = byEnumeration(wins, losses, 9, margin);
      expect(p).toBeGreaterThanOrEqual(oracle - 1e-12);
      expect(p).toBeLessThan(oracle + 1e-4);
    }
  });

  it("stays in [0, 1], and one more pair won or one less lost never raises p", () => {
    fc.assert(
      fc.property(pairs, margins, ({ wins, losses, n }, margin) => {
        const p = exactNonInferiority({ wins, losses, n, margin });
        expect(p).toBeGreaterThanOrEqual(0);
        expect(p).toBeLessThanOrEqual(1);
        if (wins + losses < n) {
          expect(exactNonInferiority({ wins: wins + 1, losses, n, margin })).toBeLessThanOrEqual(p + 1e-12);
        }
        // One more pair, won. (At a negative margin, superiority by more than a value, p can wobble up by a hair.)
        if (margin >= 0)
          expect(exactNonInferiority({ wins: wins + 1, losses, n: n + 1, margin })).toBeLessThanOrEqual(p + 1e-12);
        if (losses > 0) {
          expect(exactNonInferiority({ wins, losses: losses - 1, n, margin })).toBeLessThanOrEqual(p + 1e-12);
        }
      }),
    );
  });

  it("refuses impossible counts and margins", () => {
    expect(() => exactNonInferiority({ wins: 2, losses: 2, n: 3, margin: 0.05 })).toThrow(RangeError);
    expect(() => exactNonInferiority({ wins: 0, losses: 0, n: 3, margin: -1 })).toThrow(RangeError);
    expect(() => exactNonInferiority({ wins: NaN, losses: 0, n: 3, margin: 0.05 })).toThrow(RangeError);
  });
});

describe("exactInterval", () => {
  it("excludes -margin exactly when the test rejects", () => {
    fc.assert(
      fc.property(pairs, margins, alphas, (counts, margin, alpha) => {
        const rejected = exactNonInferiority({ ...counts, margin }) <= alpha;
        expect(exactInterval({ ...counts, alpha, margin }).low! > -margin).toBe(rejected);
        expect(exactInterval({ ...counts, alpha }).low! > -margin).toBe(rejected);
      }),
      { numRuns: 20 },
    );
  });

  it("flips its sign when the models swap, and contains the observed difference", () => {
    fc.assert(
      fc.property(pairs, alphas, ({ wins, losses, n }, alpha) => {
        const interval = exactInterval({ wins, losses, n, alpha });
        const swapped = exactInterval({ wins: losses, losses: wins, n, alpha });
        expect(swapped.low).toBe(-interval.high!);
        expect(swapped.high).toBe(-interval.low!);
        expect(interval.low).toBeLessThanOrEqual((wins - losses) / n);
        expect(interval.high).toBeGreaterThanOrEqual((wins - losses) / n);
      }),
      { numRuns: 20 },
    );
  });

  it("solves (1 - margin)^n = alpha when all pairs tie", () => {
    const { low, high, level, method } = exactInterval({ wins: 0, losses: 0, n: 20, alpha: 0.05 });
    expect(low).toBeCloseTo(0.05 ** (1 / 20) - 1, 6);
    expect(high).toBeCloseTo(1 - 0.05 ** (1 / 20), 6);
    expect(level).toBeCloseTo(0.9, 12);
    expect(method).toBe("exact unconditional (Tango-ordered), inverted");
  });

  it("reaches the end of the range when every pair is won or lost", () => {
    expect(exactInterval({ wins: 3, losses: 0, n: 3, alpha: 0.05 }).high).toBe(1);
    expect(exactInterval({ wins: 0, losses: 3, n: 3, alpha: 0.05 }).low).toBe(-1);
  });
});

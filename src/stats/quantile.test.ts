import { describe, expect, it } from "vitest";
import { exceedanceTest, quantile, quantileInterval, quantileRatioInterval } from "./quantile.ts";

const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);

describe("quantiles", () => {
  it("interpolates as R does by default", () => {
    expect(quantile([1, 2, 3, 4], 0.5)).toBe(2.5);
    expect(quantile(upTo(11), 0.95)).toBeCloseTo(10.5, 12);
    expect([quantile([7], 0.95), quantile(upTo(9), 0), quantile(upTo(9), 1)]).toEqual([7, 1, 9]);
  });

  it("puts the median of 100 between ranks 40 and 61", () => {
    expect(quantileInterval(upTo(100), 0.5, 0.95)).toMatchObject({ low: 40, high: 61 });
  });

  it("has no bound where too few values lie beyond", () => {
    expect(quantileInterval(upTo(50), 0.95, 0.95).high).toBeNull();
    expect(quantileInterval(upTo(50), 0.05, 0.95).low).toBeNull();
    expect(quantileInterval([3], 0.5, 0.95)).toMatchObject({ low: null, high: null });
  });

  it("refuses values that do not ascend, and none at all", () => {
    expect(() => quantile([2, 1], 0.5)).toThrow(RangeError);
    expect(() => quantile([], 0.5)).toThrow(RangeError);
    expect(() => quantile([1, NaN], 0.5)).toThrow(RangeError);
    expect(() => quantileInterval([1, 2], 1, 0.95)).toThrow(RangeError);
  });
});

describe("quantileRatioInterval", () => {
  it("takes the bounds of each sample at half of what may be missed", () => {
    const [ours, theirs] = [upTo(100).map((value) => 3 * value), upTo(100)];
    const { low, high } = quantileInterval(theirs, 0.5, 0.95);
    const ratio = quantileRatioInterval(ours, theirs, { q: 0.5, level: 0.9 });
    expect(ratio).toMatchObject({ level: 0.9, low: (3 * low!) / high!, high: (3 * high!) / low! });
  });

  it("has no bound for a p95 of fewer than 72 values, nor over a denominator of 0", () => {
    const of = (n: number) => quantileRatioInterval(upTo(n), upTo(n), { q: 0.95, level: 0.9 });
    expect(of(72).high).not.toBeNull();
    expect(of(71)).toMatchObject({ low: null, high: null });
    const still = new Float64Array(100);
    expect(quantileRatioInterval(upTo(100), still, { q: 0.5, level: 0.9 })).toMatchObject({ low: null, high: null });
  });
});

describe("exceedanceTest", () => {
  it.each([
    [0, 59],
    [1, 93],
    [2, 124],
    [3, 153],
  ])("allows %i exceedances among %i calls, but not among one fewer", (exceed, n) => {
    expect(exceedanceTest({ exceed, n, share: 0.05 })).toBeLessThanOrEqual(0.05);
    expect(exceedanceTest({ exceed, n: n - 1, share: 0.05 })).toBeGreaterThan(0.05);
  });

  it("is (1 - share)^n without any, and 1 when all exceed", () => {
    expect(exceedanceTest({ exceed: 0, n: 59, share: 0.05 })).toBeCloseTo(0.95 ** 59, 12);
    expect(exceedanceTest({ exceed: 9, n: 9, share: 0.05 })).toBe(1);
    expect(() => exceedanceTest({ exceed: 3, n: 2, share: 0.05 })).toThrow(RangeError);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clusteredMean, meanAndError, meanInterval, oneSidedT } from "./mean.ts";
import { studentQuantile } from "./special.ts";

const SLEEP = [-1.2, -2.4, -1.3, -1.3, 0, -1, -1.8, -0.8, -4.6, -1.4];

describe("means", () => {
  it("gives R's answer for the sleep data", () => {
    const { mean, p } = oneSidedT(SLEEP);
    expect(2 * p).toBeCloseTo(0.002833, 6);
    const { low, high } = meanInterval(SLEEP, 0.95)!;
    expect(low).toBeCloseTo(-2.4598858, 6);
    expect(high).toBeCloseTo(-0.7001142, 6);
    const error = (high! - low!) / 2 / studentQuantile(0.975, 9);
    expect(mean / error).toBeCloseTo(-4.0621, 4);
  });

  it("gives the clustered error, t with G - 1 degrees of freedom", () => {
    const { value, interval, n } = clusteredMean(
      [
        [1, 1, 1],
        [0, 0, 0],
        [1, 0],
        [1, 1],
      ],
      0.95,
    );
    expect(value).toBeCloseTo(0.6, 12);
    expect(n).toBe(10);
    expect((interval!.high! - value) / studentQuantile(0.975, 3)).toBeCloseTo(0.26733, 5);
    expect(meanAndError([1, 1, 1, 0, 0, 0, 1, 0, 1, 1]).error).toBeCloseTo(0.1633, 5);
  });

  it("is the plain interval when every cluster holds one value", () => {
    const plain = meanInterval(SLEEP, 0.9)!;
    const clustered = clusteredMean(
      SLEEP.map((x) => [x]),
      0.9,
    ).interval!;
    expect(clustered.low).toBeCloseTo(plain.low!, 12);
    expect(clustered.high).toBeCloseTo(plain.high!, 12);
  });

  it("has no interval for one value or one cluster", () => {
    expect(meanInterval([1], 0.95)).toBeNull();
    expect(meanInterval([], 0.95)).toBeNull();
    expect(clusteredMean([[1, 0, 1]], 0.95).interval).toBeNull();
  });

  it("decides by the sign where there is no variance, and a single value proves nothing", () => {
    expect(oneSidedT([-0.1, -0.1, -0.1]).p).toBe(0);
    expect(oneSidedT([0.1, 0.1, 0.1]).p).toBe(1);
    expect(oneSidedT([0, 0]).p).toBe(1);
    expect(oneSidedT([-5]).p).toBe(1);
  });

  it("does not depend on the order of the values", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -99, max: 99 }), { minLength: 2 }), (values) => {
        expect(oneSidedT(values.toReversed()).p).toBeCloseTo(oneSidedT(values).p, 10);
      }),
    );
  });

  it("refuses missing numbers", () => {
    expect(() => oneSidedT([])).toThrow(RangeError);
    expect(() => meanInterval([1, NaN], 0.95)).toThrow(RangeError);
    expect(() => clusteredMean([[1], []], 0.95)).toThrow(RangeError);
    expect(() => clusteredMean([], 0.95)).toThrow(RangeError);
  });
});

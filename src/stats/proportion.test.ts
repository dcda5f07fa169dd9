import { describe, expect, it } from "vitest";
import { exactLowerBound, wilson } from "./proportion.ts";
import { binomialTail } from "./special.ts";

describe("wilson", () => {
  it("gives Wilson's known answers", () => {
    const interval = wilson(81, 263, 0.95);
    expect(interval.low).toBeCloseTo(0.2553, 4);
    expect(interval.high).toBeCloseTo(0.3662, 4);
    expect(wilson(0, 20, 0.95).low).toBe(0);
    expect(wilson(0, 20, 0.95).high).toBeCloseTo(0.1611, 4);
    expect(wilson(20, 20, 0.95).high).toBe(1);
  });

  it("refuses more successes than trials, and no trials", () => {
    expect(() => wilson(3, 2, 0.95)).toThrow(RangeError);
    expect(() => wilson(0, 0, 0.95)).toThrow(RangeError);
    expect(() => wilson(NaN, 2, 0.95)).toThrow(RangeError);
  });
});

describe("exactLowerBound", () => {
  it("is the share at which the tail has exactly the error rate", () => {
    expect(exactLowerBound(0, 20, 0.95)).toBe(0);
    expect(exactLowerBound(59, 59, 0.95)).toBeCloseTo(0.05 ** (1 / 59), 12);
    expect(binomialTail(7, 100, exactLowerBound(7, 100, 0.95))).toBeCloseTo(0.05, 10);
  });
});

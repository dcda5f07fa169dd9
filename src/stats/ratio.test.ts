import { describe, expect, it } from "vitest";
import { fieller, savingTest } from "./ratio.ts";

describe("ratio of costs", () => {
  const candidate = [1, 2, 3, 4];
  const incumbent = [2, 3, 5, 9];

  it("gives Fieller's known interval", () => {
    const { value, interval } = fieller({ candidate, incumbent, level: 0.9 });
    expect(value).toBeCloseTo(10 / 19, 12);
    expect(interval!.low).toBeCloseTo(0.43249, 5);
    expect(interval!.high).toBeCloseTo(0.98083, 5);
  });

  it("agrees with the saving test at its bounds", () => {
    const { interval } = fieller({ candidate, incumbent, level: 0.9 });
    expect(savingTest({ candidate, incumbent, minSaving: 1 - interval!.high! })).toBeCloseTo(0.05, 10);
    expect(savingTest({ candidate, incumbent, minSaving: 1 - interval!.low! })).toBeCloseTo(0.95, 10);
  });

  it("has no interval where the incumbent's mean could be 0, and no ratio where it is", () => {
    expect(fieller({ candidate, incumbent: [0, 0, 0, 9], level: 0.9 }).interval).toBeNull();
    expect(fieller({ candidate, incumbent: [0, 0, 0, 0], level: 0.9 })).toEqual({ value: null, interval: null });
    expect(fieller({ candidate: [1], incumbent: [2], level: 0.9 })).toEqual({ value: 0.5, interval: null });
  });

  it("takes a saving exactly at the limit for none, whatever the rounding", () => {
    const costs = [0.1, 0.7, 0.013, 1.9, 3e-7];
    const ninety = { candidate: costs.map((cost) => cost * 0.9), incumbent: costs };
    expect(savingTest({ ...ninety, minSaving: 0.1 })).toBe(1);
    expect(savingTest({ ...ninety, minSaving: 0.05 })).toBeLessThan(0.5);
    expect(savingTest({ candidate: [1, 1], incumbent: [2, 2], minSaving: 0.1 })).toBe(0);
  });

  it("refuses lists that are no pairs, and costs that are none", () => {
    expect(() => savingTest({ candidate: [1], incumbent: [1, 2], minSaving: 0.1 })).toThrow(RangeError);
    expect(() => savingTest({ candidate: [], incumbent: [], minSaving: 0.1 })).toThrow(RangeError);
    expect(() => savingTest({ candidate: [-1], incumbent: [1], minSaving: 0.1 })).toThrow(RangeError);
    expect(() => savingTest({ candidate: [1], incumbent: [1], minSaving: 1 })).toThrow(RangeError);
    expect(() => fieller({ candidate: [1], incumbent: [NaN], level: 0.9 })).toThrow(RangeError);
  });
});

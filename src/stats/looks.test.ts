import { describe, expect, it } from "vitest";
import { bettingShare, confirmShare, laterShare, lookPlan, sequentialP } from "./looks.ts";

describe("looks", () => {
  it("plans one, two or four looks by the planned number", () => {
    expect(lookPlan(99)).toEqual([{ n: 99, share: 1 }]);
    expect(lookPlan(101)).toEqual([
      { n: 51, share: 0.2 },
      { n: 101, share: 0.7 },
    ]);
    expect(lookPlan(230)).toEqual([
      { n: 69, share: 0.05 },
      { n: 115, share: 0.1 },
      { n: 173, share: 0.15 },
      { n: 230, share: 0.6 },
    ]);
  });

  it("never spends more than alpha, all later looks included", () => {
    const later = Array.from({ length: 40 }, (_, j) => laterShare(j + 1, 100));
    expect(later.slice(0, 2)).toEqual([0.05, 0.025]);
    const sum = (shares: readonly number[]) => shares.reduce((a, b) => a + b, 0);
    for (const n of [1, 99, 100, 199, 200, 1000]) {
      const afterwards = Array.from({ length: 40 }, (_, j) => laterShare(j + 1, n));
      expect(sum([...lookPlan(n).map((look) => look.share), ...afterwards])).toBeLessThanOrEqual(1 + 1e-12);
      expect(sum([bettingShare(n), ...afterwards])).toBeLessThanOrEqual(1 + 1e-12);
    }
    expect(laterShare(1, 99)).toBe(0);
    expect(sum(Array.from({ length: 40 }, (_, j) => confirmShare(j + 1)))).toBeLessThanOrEqual(1);
  });

  it("takes the best of p over share, and 1 without a look", () => {
    expect(sequentialP([])).toBe(1);
    expect(sequentialP([{ p: 0.4, share: 0.2 }])).toBe(1);
    expect(
      sequentialP([
        { p: 0.1, share: 0.2 },
        { p: 0.014, share: 0.7 },
      ]),
    ).toBeCloseTo(0.02, 12);
  });

  it("refuses looks that spend more than all of alpha, and shares or p that are none", () => {
    expect(() =>
      sequentialP([
        { p: 0.1, share: 1 },
        { p: 0.1, share: 0.05 },
      ]),
    ).toThrow(RangeError);
    expect(() => sequentialP([{ p: 0.1, share: 0 }])).toThrow(RangeError);
    expect(() => sequentialP([{ p: NaN, share: 1 }])).toThrow(RangeError);
    expect(() => lookPlan(0)).toThrow(RangeError);
    expect(() => laterShare(0, 100)).toThrow(RangeError);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { holm, holmLevels } from "./holm.ts";

const family = fc.array(
  fc.double({ min: 0, max: 1, noNaN: true }).map((p) => p ** 4),
  { maxLength: 12 },
);

describe("holm", () => {
  it("adjusts the known family", () => {
    const adjusted = holm([0.01, 0.02, 0.03, 0.04, 0.05]);
    [0.05, 0.08, 0.09, 0.09, 0.09].forEach((p, i) => {
      expect(adjusted[i]).toBeCloseTo(p, 12);
    });
    expect(holm([0.04, 0.01, 0.03]).map((p) => Number(p.toFixed(12)))).toEqual([0.06, 0.03, 0.06]);
  });

  it("keeps the order of the p-values and never lowers one", () => {
    fc.assert(
      fc.property(family, (pValues) => {
        const adjusted = holm(pValues);
        pValues.forEach((p, i) => {
          expect(adjusted[i]).toBeGreaterThanOrEqual(p);
          expect(adjusted[i]).toBeLessThanOrEqual(1);
          pValues.forEach((other, j) => {
            if (other <= p) expect(adjusted[j]).toBeLessThanOrEqual(adjusted[i]!);
          });
        });
      }),
    );
  });

  it("tests each hypothesis at the level of its step, and at the last level reached after stopping", () => {
    expect(holmLevels([0.02, 0.001, 0.3, 0.04], 0.05)).toEqual([0.05 / 3, 0.0125, 0.05 / 3, 0.05 / 3]);
    expect(holmLevels([0.01], 0.05)).toEqual([0.05]);
  });

  it("has p at or below its level exactly where Holm rejects", () => {
    fc.assert(
      fc.property(family, (pValues) => {
        const levels = holmLevels(pValues, 0.05);
        expect(pValues.map((p, i) => p <= levels[i]!)).toEqual(holm(pValues).map((p) => p <= 0.05));
      }),
    );
  });

  it("refuses p-values that are none", () => {
    expect(() => holm([0.1, NaN])).toThrow(RangeError);
    expect(() => holmLevels([0.1], 1)).toThrow(RangeError);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { normalQuantile } from "./special.ts";
import { tangoInterval, tangoZ } from "./tango.ts";

const counts = fc
  .record({ wins: fc.nat(40), losses: fc.nat(40), ties: fc.nat(40) })
  .filter(({ wins, losses, ties }) => wins + losses + ties > 0)
  .map(({ wins, losses, ties }) => ({ wins, losses, n: wins + losses + ties }));

describe("Tango's score", () => {
  it("gives the published interval", () => {
    const interval = tangoInterval({ wins: 6, losses: 16, n: 161, level: 0.95 });
    expect(interval.low).toBeCloseTo(-0.124, 4);
    expect(interval.high).toBeCloseTo(-0.0054, 4);
  });

  it("reaches 1 when every pair is won", () => {
    const interval = tangoInterval({ wins: 3, losses: 0, n: 3, level: 0.95 });
    expect(interval.low).toBeCloseTo(-0.123, 4);
    expect(interval.high).toBe(1);
  });

  it("is McNemar's z at margin 0, and 0 at 0/0", () => {
    expect(tangoZ({ wins: 12, losses: 6, n: 60, margin: 0 })).toBeCloseTo(6 / Math.sqrt(18), 12);
    expect(tangoZ({ wins: 0, losses: 0, n: 60, margin: 0 })).toBe(0);
  });

  it("has the normal quantile as its value at the bounds", () => {
    fc.assert(
      fc.property(counts, ({ wins, losses, n }) => {
        const { low, high } = tangoInterval({ wins, losses, n, level: 0.9 });
        const z = normalQuantile(0.95);
        if (losses < n) expect(tangoZ({ wins, losses, n, margin: -low! })).toBeCloseTo(z, 6);
        if (wins < n) expect(tangoZ({ wins, losses, n, margin: -high! })).toBeCloseTo(-z, 6);
      }),
    );
  });

  it("flips its sign when the models swap", () => {
    fc.assert(
      fc.property(counts, fc.double({ min: -0.9, max: 0.9, noNaN: true }), ({ wins, losses, n }, margin) => {
        expect(tangoZ({ wins: losses, losses: wins, n, margin: -margin })).toBeCloseTo(
          -tangoZ({ wins, losses, n, margin }),
          9,
        );
      }),
    );
  });

  it("stays a number at margins as small as numbers get", () => {
    expect(tangoZ({ wins: 0, losses: 0, n: 9, margin: 1e-300 })).toBeCloseTo(0, 12);
    expect(tangoZ({ wins: 0, losses: 0, n: 9, margin: -5e-324 })).toBeCloseTo(0, 12);
  });

  it("refuses impossible counts and margins", () => {
    expect(() => tangoZ({ wins: 5, losses: 5, n: 9, margin: 0 })).toThrow(RangeError);
    expect(() => tangoZ({ wins: 1.5, losses: 0, n: 9, margin: 0 })).toThrow(RangeError);
    expect(() => tangoZ({ wins: 1, losses: 0, n: 9, margin: 1 })).toThrow(RangeError);
    expect(() => tangoInterval({ wins: 0, losses: 0, n: 0, level: 0.95 })).toThrow(RangeError);
  });
});

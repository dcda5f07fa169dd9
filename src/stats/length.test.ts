import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lengthEffect } from "./length.ts";

const pair = fc.record({
  difference: fc.double({ min: -1, max: 1, noNaN: true }),
  longer: fc.integer({ min: -5_000, max: 5_000 }),
});

describe("lengthEffect", () => {
  it("finds the line that the pairs lie on", () => {
    // The standard deviation of -2, -1, 0, 1, 2 is the square root of 2.5.
    const pairs = [-2, -1, 0, 1, 2].map((longer) => ({
      longer: longer * 100,
      difference: 0.1 + 0.3 * Math.tanh(longer / Math.sqrt(2.5)),
    }));
    const effect = lengthEffect(pairs, 0.95);
    expect(effect?.slope.value).toBeCloseTo(0.3, 12);
    expect(effect?.atEqualLength.value).toBeCloseTo(0.1, 12);
  });

  it("takes the intervals of ordinary least squares", () => {
    const pairs = [0.1, -0.2, 0.3, 0.2].map((difference, at) => ({ difference, longer: at - 1.5 }));
    // The textbook formulas with t(.975, 2) = 4.302653, worked in another language.
    const effect = lengthEffect(pairs, 0.95);
    expect(effect?.slope.value).toBeCloseTo(0.1643532, 7);
    expect(effect?.slope.interval?.low).toBeCloseTo(-0.5763352, 6);
    expect(effect?.atEqualLength.value).toBeCloseTo(0.1, 12);
    expect(effect?.atEqualLength.interval?.low).toBeCloseTo(-0.3717498, 6);
  });

  it("leaves the difference as it is where no answer is longer on average and length does not matter", () => {
    const pairs = [-1, 1, -1, 1].map((longer, at) => ({ longer, difference: at < 2 ? 0.2 : 0.4 }));
    expect(lengthEffect(pairs, 0.95)).toMatchObject({ atEqualLength: { value: expect.closeTo(0.3, 12) } });
    expect(lengthEffect(pairs, 0.95)?.slope.value).toBeCloseTo(0, 12);
  });

  it("turns with the models, and does not care for the unit of length", () => {
    fc.assert(
      fc.property(fc.array(pair, { minLength: 3, maxLength: 40 }), (pairs) => {
        const effect = lengthEffect(pairs, 0.9);
        const swapped = lengthEffect(
          pairs.map(({ difference, longer }) => ({ difference: -difference, longer: -longer })),
          0.9,
        );
        const scaled = lengthEffect(
          pairs.map(({ difference, longer }) => ({ difference, longer: longer * 4 })),
          0.9,
        );
        if (effect === null) {
          expect([swapped, scaled]).toEqual([null, null]);
          return;
        }
        expect(swapped?.atEqualLength.value).toBeCloseTo(-effect.atEqualLength.value, 9);
        expect(swapped?.slope.value).toBeCloseTo(effect.slope.value, 9);
        expect(scaled?.slope.value).toBeCloseTo(effect.slope.value, 9);
      }),
    );
  });

  it("says nothing of two pairs, or where length never differs", () => {
    expect(lengthEffect([], 0.95)).toBeNull();
    expect(
      lengthEffect(
        [1, 2].map((longer) => ({ longer, difference: 0 })),
        0.95,
      ),
    ).toBeNull();
    expect(
      lengthEffect(
        [1, 1, 1].map((longer) => ({ longer, difference: 0.5 })),
        0.95,
      ),
    ).toBeNull();
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { calibrate, type LabelStratum } from "./ppi.ts";
import { studentCdf } from "./special.ts";

const OPTIONS = { margin: 0.05, level: 0.9 };
const value = fc.constantFrom(-1, 0, 1);
const stratum: fc.Arbitrary<LabelStratum> = fc.record({
  labelled: fc.array(fc.record({ y: value, f: value }), { minLength: 2, maxLength: 30 }),
  unlabelled: fc.array(value, { maxLength: 30 }),
});

describe("calibrate", () => {
  it("is the formula: worked by hand for four labels and three pairs without", () => {
    const labelled = [
      { y: 1, f: 1 },
      { y: 0, f: 0 },
      { y: -1, f: -1 },
      { y: 1, f: 0 },
    ];
    const unlabelled = [1, 1, 0];
    // cov = (3/4 + 1/4 * ... ) on means Y 1/4 and F 0: sum (y - 1/4) f / 3 = 2/3; var F = 2/3; 1 + k/m = 7/3.
    const lambda = 3 / 7;
    const estimate = 0 + lambda * (2 / 3 - 0); // with the pseudo-label the mean of Y is (1 + 0 - 1 + 1 - 1) / 5 = 0
    const residuals = [1 - lambda, 0, -1 + lambda, 1, -1];
    const ofLabels = residuals.reduce((sum, each) => sum + each ** 2, 0) / 4 / 5;
    const error = Math.sqrt(ofLabels + (lambda ** 2 * (1 / 3)) / 3);
    const result = calibrate([{ labelled, unlabelled }], OPTIONS);
    expect(result?.lambda).toBeCloseTo(lambda, 12);
    expect(result?.estimate.value).toBeCloseTo(estimate, 12);
    expect(result?.p).toBeCloseTo(1 - studentCdf((estimate + 0.05) / error, 3), 12);
    expect(result?.estimate.n).toBe(4);
  });

  it("does not listen to a judge that says the same of every pair, or the opposite of people", () => {
    const people = [1, 0, -1, 0, 1];
    const same = people.map((y) => ({ y, f: 1 }));
    const against = people.map((y) => ({ y, f: -y }));
    for (const labelled of [same, against]) {
      expect(calibrate([{ labelled, unlabelled: [1, 1, 1] }], OPTIONS)?.lambda).toBe(0);
    }
  });

  it("never proves anything by a hundred ties alone: the loss not yet seen is counted", () => {
    const ties = (count: number) => Array.from({ length: count }, () => ({ y: 0, f: 0 }));
    expect(calibrate([{ labelled: ties(20), unlabelled: [] }], OPTIONS)?.p).toBeGreaterThan(0.05);
    expect(calibrate([{ labelled: ties(200), unlabelled: [] }], OPTIONS)?.p).toBeLessThan(0.05);
  });

  it("gains precision from a judge that agrees with people", () => {
    const labelled = Array.from({ length: 100 }, (_, at) => ({ y: (at % 3) - 1, f: (at % 3) - 1 }));
    const many = Array.from({ length: 900 }, (_, at) => (at % 3) - 1);
    const width = (unlabelled: number[]) => {
      const interval = calibrate([{ labelled, unlabelled }], OPTIONS)?.estimate.interval;
      return (interval?.high ?? Number.NaN) - (interval?.low ?? Number.NaN);
    };
    expect(width(many)).toBeLessThan(0.6 * width([]));
  });

  it("weights strata by their size, not by how many labels each has", () => {
    const up = { y: 1, f: 1 };
    const down = { y: -1, f: -1 };
    const strata = [
      { labelled: new Array(50).fill(up), unlabelled: [] },
      { labelled: new Array(50).fill(down), unlabelled: new Array(900).fill(-1) },
    ];
    const result = calibrate(strata, OPTIONS);
    expect(result?.estimate.value).toBeCloseTo(0.05 * 1 + 0.95 * -1, 9);
  });

  it("is undefined without two labels in a stratum where others have none; an empty one does not matter", () => {
    const labelled = [
      { y: 1, f: 1 },
      { y: 0, f: 1 },
    ];
    expect(calibrate([], OPTIONS)).toBeNull();
    expect(calibrate([{ labelled: labelled.slice(1), unlabelled: [1] }], OPTIONS)).toBeNull();
    expect(
      calibrate(
        [
          { labelled, unlabelled: [] },
          { labelled: [], unlabelled: [1] },
        ],
        OPTIONS,
      ),
    ).toBeNull();
    const one = calibrate([{ labelled, unlabelled: [1] }], OPTIONS);
    expect(
      calibrate(
        [
          { labelled, unlabelled: [1] },
          { labelled: [], unlabelled: [] },
        ],
        OPTIONS,
      ),
    ).toEqual(one);
  });

  it("gives the same whatever the order, and a p that falls as the margin grows", () => {
    fc.assert(
      fc.property(fc.array(stratum, { minLength: 1, maxLength: 3 }), (strata) => {
        const result = calibrate(strata, OPTIONS);
        if (result === null) return;
        const turned = strata.map(({ labelled, unlabelled }) => ({
          labelled: labelled.toReversed(),
          unlabelled: unlabelled.toReversed(),
        }));
        expect(calibrate(turned, OPTIONS)?.p).toBeCloseTo(result.p, 9);
        expect(result.p).toBeGreaterThanOrEqual(0);
        expect(result.p).toBeLessThanOrEqual(1);
        expect(calibrate(strata, { ...OPTIONS, margin: 0.2 })?.p).toBeLessThanOrEqual(result.p + 1e-12);
      }),
    );
  });
});

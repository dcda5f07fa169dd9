import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exactInterval } from "../stats/exact.ts";
import { bettingShare, lookPlan } from "../stats/looks.ts";
import { estimateQuality } from "./interval.ts";
import { type QualityUnits, upTo } from "./pairs.ts";
import { countPairs, testQuality } from "./quality.ts";
import type { TestPlan } from "./test-plan.ts";

function unitsFrom(differences: readonly (number | null)[], cases = differences.map(() => 1)): QualityUnits {
  let place = 0;
  return {
    length: differences.length,
    places: Uint32Array.from(cases, (size) => (place += size)),
    cases: Uint32Array.from(cases),
    differences: Float64Array.from(differences, (difference) => difference ?? Number.NaN),
  };
}

const exactPlan = (n: number, margin = 0.05): TestPlan => ({
  test: "exact",
  rightOrWrong: true,
  margin,
  plannedN: n,
  plannedCases: n,
  looks: lookPlan(n),
  bettingShare: bettingShare(n),
  look: { kind: "planned", j: 0 },
  plannedAlpha: 0.05,
});
const bettingPlan = (n: number, margin = 0.05): TestPlan => ({
  ...exactPlan(n, margin),
  test: "betting",
});
const boundsOf = (units: QualityUnits, plan: TestPlan, alpha: number) => {
  const interval = estimateQuality(units, plan, alpha)?.interval;
  return { low: interval?.low ?? Number.NaN, high: interval?.high ?? Number.NaN };
};

const binary = fc.array(fc.constantFrom(0, 0, 0, 0, 0, 0, 1, -1, null), { minLength: 1, maxLength: 60 });
const alphas = fc.constantFrom(0.05, 0.025, 0.01);
const margins = fc.constantFrom(0, 0.05, 0.1);

describe("estimateQuality", () => {
  it("is null without data", () => {
    expect(estimateQuality(unitsFrom([]), exactPlan(1), 0.05)).toBeNull();
    expect(estimateQuality(unitsFrom([null]), bettingPlan(1), 0.05)).toBeNull();
  });

  it("averages over units, whatever their size", () => {
    const estimate = estimateQuality(unitsFrom([0.4, -0.2], [3, 1]), bettingPlan(2), 0.05);
    expect(estimate?.value).toBeCloseTo(0.1, 12);
    expect(estimate?.n).toBe(2);
    expect(estimate?.interval?.level).toBeCloseTo(0.9, 12);
  });

  it("agrees with test A: the low bound is above -margin exactly where p is at most the level", () => {
    fc.assert(
      fc.property(binary, alphas, margins, (differences, alpha, margin) => {
        const [units, plan] = [unitsFrom(differences), exactPlan(differences.length, margin)];
        if (countPairs(units).n === 0) return;
        expect(boundsOf(units, plan, alpha).low > -margin).toBe(testQuality(units, plan).p <= alpha);
      }),
      { numRuns: 25, seed: 1 },
    );
  });

  it("agrees with test A even where its p is not monotone in the margin", () => {
    for (const { wins, losses, n, around } of [
      { wins: 10, losses: 5, n: 21, around: 1e-9 },
      { wins: 6, losses: 2, n: 20, around: -1e-6 },
    ]) {
      const units = unitsFrom(Array.from({ length: n }, (_, at) => (at < wins ? 1 : at < wins + losses ? -1 : 0)));
      const plan = exactPlan(n, 0.1);
      const { p } = testQuality(units, plan);
      expect(boundsOf(units, plan, p * (1 + around)).low > -0.1).toBe(around > 0);
    }
  });

  it("agrees with test A over several looks", () => {
    for (const [wins, losses] of [
      [0, 0],
      [4, 1],
      [5, 5],
      [9, 0],
    ] as const) {
      const differences = Array.from({ length: 120 }, (_, i) =>
        i % 10 < 1 && i / 10 < wins ? 1 : i % 10 === 5 && i / 10 < losses ? -1 : 0,
      );
      const [units, plan] = [unitsFrom(differences), exactPlan(120)];
      expect(boundsOf(units, plan, 0.05).low > -0.05).toBe(testQuality(units, plan).p <= 0.05);
    }
  });

  it("is what all looks leave together, although only those that matter are inverted", () => {
    // A start so good, or so bad, that the first look bounds more than the last.
    for (const sign of [1, -1]) {
      const units = unitsFrom(Array.from({ length: 110 }, (_, index) => (index < 40 ? sign : 0)));
      const plan = exactPlan(110);
      const each = plan.looks.map(({ n, share }) =>
        exactInterval({ ...countPairs(upTo(units, n)), alpha: 0.05 * share, margin: plan.margin }),
      );
      const low = Math.max(...each.map((interval) => interval.low ?? -1));
      const high = Math.min(...each.map((interval) => interval.high ?? 1));
      expect(boundsOf(units, plan, 0.05)).toEqual({ low, high });
    }
  });

  it("agrees with test B, clusters and all", () => {
    const grades = fc.array(fc.tuple(fc.double({ min: -1, max: 1, noNaN: true }), fc.integer({ min: 1, max: 4 })), {
      minLength: 1,
      maxLength: 80,
    });
    fc.assert(
      fc.property(
        grades,
        fc.double({ min: 0, max: 0.3, noNaN: true }),
        alphas,
        margins,
        (pairs, size, alpha, margin) => {
          const differences = pairs.map(([difference]) => difference * size);
          const units = unitsFrom(
            differences,
            pairs.map(([, cases]) => cases),
          );
          const plan = bettingPlan(differences.length, margin);
          expect(boundsOf(units, plan, alpha).low > -margin).toBe(testQuality(units, plan).p <= alpha);
        },
      ),
      { numRuns: 150, seed: 1 },
    );
  });
});

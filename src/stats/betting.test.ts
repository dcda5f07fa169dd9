import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bettingInterval, bettingP, bettingTest } from "./betting.ts";

const policy = { plannedN: 60, alpha: 0.05 };
const graded = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 1, maxLength: 60 });
const leaning = fc
  .record({ shift: fc.double({ min: -0.2, max: 0.4, noNaN: true }), noise: graded })
  .map(({ shift, noise }) => noise.map((d) => Math.max(-1, Math.min(1, shift + d / 4))));
const margins = fc.constantFrom(-0.1, 0, 0.05, 0.1, 0.3);

/** A law of D with few values; at margin 0.05 its mean is shifted to at most -0.05, so H0 holds. */
interface Law {
  readonly values: readonly (readonly [d: number, chance: number])[];
}

const nullLaw = fc
  .record({
    points: fc.array(
      fc.tuple(fc.double({ min: -1, max: 1, noNaN: true }), fc.double({ min: 0.05, max: 1, noNaN: true })),
      {
        minLength: 2,
        maxLength: 3,
      },
    ),
    worse: fc.constantFrom(0, 0, 0.02),
  })
  .map(({ points, worse }): Law => {
    const weight = points.reduce((sum, [, chance]) => sum + chance, 0);
    const mean = points.reduce((sum, [d, chance]) => sum + (d * chance) / weight, 0);
    const lower = mean + 0.05 + worse;
    return { values: points.map(([d, chance]) => [d - lower, chance / weight] as const) };
  })
  .filter(({ values }) => values.every(([d]) => Math.abs(d) <= 1));

/** Every sequence of `steps` draws, with its chance and the path of the wealth. */
function* tree({ values }: Law, steps: number, margin: number): Generator<{ chance: number; logE: Float64Array }> {
  const sequences = function* (drawn: readonly number[], chance: number): Generator<[readonly number[], number]> {
    if (drawn.length === steps) yield [drawn, chance];
    else for (const [d, p] of values) yield* sequences([...drawn, d], chance * p);
  };
  for (const [drawn, chance] of sequences([], 1)) {
    yield { chance, logE: bettingTest(drawn, { margin, plannedN: steps, alpha: 0.05 }).logE };
  }
}

/** E[E_n] over every sequence of `steps` draws from a two- or three-point distribution. */
function expectedE(steps: number, values: Law["values"], margin: number): number {
  let sum = 0;
  for (const { chance, logE } of tree({ values }, steps, margin)) sum += chance * Math.exp(logE.at(-1)!);
  return sum;
}

describe("bettingTest (test B)", () => {
  it("has the same p with and without its path", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { maxLength: 60 }), (differences) => {
        const plan = { plannedN: 40, alpha: 0.05, margin: 0.1 };
        expect(bettingP(differences, plan)).toBe(bettingTest(differences, plan).p);
      }),
    );
  });

  it("crosses after 78 ties out of 100", () => {
    const { crossedAt, p, logE } = bettingTest(new Float64Array(100), { plannedN: 100, alpha: 0.05, margin: 0.05 });
    expect(crossedAt).toBe(78);
    expect(Math.exp(-logE[76]!)).toBeGreaterThan(0.05);
    expect(p).toBeLessThan(0.05);
  });

  it.each([
    [0.05, 78],
    [0.1, 38],
    [0.02, 199],
  ])("needs at margin %d a plan of %i pairs when all tie", (margin, n) => {
    expect(bettingTest(new Float64Array(n), { plannedN: n, alpha: 0.05, margin }).crossedAt).toBe(n);
    expect(bettingTest(new Float64Array(n - 1), { plannedN: n - 1, alpha: 0.05, margin }).crossedAt).toBeNull();
  });

  it("knows the wealth after five gains of 0.2", () => {
    const { maxLogE, logE } = bettingTest([0.2, 0.2, 0.2, 0.2, 0.2], { plannedN: 5, alpha: 0.05, margin: 0.05 });
    expect(maxLogE).toBeCloseTo(0.900631, 6);
    expect(logE).toHaveLength(5);
  });

  it("has an expectation of at most 1 under H0, exactly 1 at its border", () => {
    expect(
      expectedE(
        8,
        [
          [-0.3, 0.5],
          [0.2, 0.5],
        ],
        0.05,
      ),
    ).toBeCloseTo(1, 12);
    expect(
      expectedE(
        6,
        [
          [-1, 0.1],
          [0, 0.85],
          [1, 0.05],
        ],
        0.05,
      ),
    ).toBeCloseTo(1, 12);
    expect(
      expectedE(
        8,
        [
          [-0.3, 0.6],
          [0.2, 0.4],
        ],
        0.05,
      ),
    ).toBeLessThan(1);
  });

  it("is a supermartingale under H0 at every node, and rarely reaches 1/alpha wherever one stops", () => {
    fc.assert(
      fc.property(nullLaw, fc.constantFrom(2, 3, 10), (law, odds) => {
        const steps = 5;
        const node = new Map<string, { chance: number; next: number; here: number }>();
        let reached = 0;
        for (const { chance, logE } of tree(law, steps, 0.05)) {
          const path = [0, ...logE];
          if (Math.max(...path) >= Math.log(odds)) reached += chance;
          for (let t = 0; t < steps; t++) {
            // Paths that agree so far have the same wealth so far, and the same future.
            const key = path.slice(0, t + 1).join(" ");
            const at = node.get(key) ?? { chance: 0, next: 0, here: Math.exp(path[t]!) };
            at.chance += chance;
            at.next += chance * Math.exp(path[t + 1]!);
            node.set(key, at);
          }
        }
        for (const { chance, next, here } of node.values())
          expect(next / chance).toBeLessThanOrEqual(here * (1 + 1e-9));
        expect(reached).toBeLessThanOrEqual(1 / odds + 1e-9);
      }),
      { numRuns: 150 },
    );
  });

  it("remembers a crossing that later losses undo", () => {
    const result = bettingTest([...new Array(90).fill(0), ...new Array(30).fill(-1)], {
      plannedN: 100,
      alpha: 0.05,
      margin: 0.05,
    });
    expect(result.crossedAt).toBe(78);
    expect(result.logE.at(-1)).toBeLessThan(0);
    expect(result.p).toBeLessThanOrEqual(0.05);
  });

  it("knows nothing without data", () => {
    expect(bettingTest([], { ...policy, margin: 0.05 })).toMatchObject({ p: 1, maxLogE: 0, crossedAt: null });
  });

  it("refuses values out of range and settings that make no sense", () => {
    expect(() => bettingTest([1.2], { ...policy, margin: 0.05 })).toThrow(RangeError);
    expect(() => bettingTest([NaN], { ...policy, margin: 0.05 })).toThrow(RangeError);
    expect(() => bettingTest([0], { ...policy, margin: 1 })).toThrow(RangeError);
    expect(() => bettingTest([0], { ...policy, plannedN: 0, margin: 0.05 })).toThrow(RangeError);
    expect(() => bettingTest([0], { ...policy, alpha: 0.5, margin: 0.05 })).toThrow(RangeError);
  });
});

describe("bettingInterval", () => {
  it("excludes -margin exactly when the test rejects, at Holm's level too", () => {
    fc.assert(
      fc.property(leaning, margins, fc.constantFrom(0.05, 0.01), (values, margin, rejectAt) => {
        const rejected = bettingTest(values, { ...policy, margin }).p <= rejectAt;
        expect(bettingInterval(values, { ...policy, rejectAt, margin }).low! > -margin).toBe(rejected);
        expect(bettingInterval(values, { ...policy, rejectAt }).low! > -margin).toBe(rejected);
      }),
    );
  });

  it("flips its sign when the models swap", () => {
    fc.assert(
      fc.property(leaning, (values) => {
        const interval = bettingInterval(values, policy);
        const swapped = bettingInterval(
          values.map((d) => -d),
          policy,
        );
        expect(swapped.low).toBeCloseTo(-interval.high!, 12);
        expect(swapped.high).toBeCloseTo(-interval.low!, 12);
      }),
    );
  });

  it("spans the whole range where nothing is ruled out", () => {
    expect(bettingInterval([], policy)).toMatchObject({ low: -1, high: 1, level: 0.9 });
    expect(bettingInterval([0.1], policy).method).toBe("betting e-process, inverted");
  });
});

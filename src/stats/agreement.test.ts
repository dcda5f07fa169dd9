import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { agreement, cohenKappa, gwetAc1, type Rated } from "./agreement.ts";
import { alphaAgreement, krippendorffAlpha } from "./krippendorff.ts";

/** Units of two raters from a square table of counts: `table[first][second]`. */
function fromTable(table: readonly (readonly number[])[]): Rated[] {
  return table.flatMap((row, first) =>
    row.flatMap((count, second) => Array.from({ length: count }, () => ({ ratings: [first, second] }))),
  );
}

const N = null;
/** Krippendorff's example: four observers, twelve units, values 1 to 5. */
const OBSERVERS = [
  [1, 2, 3, 3, 2, 1, 4, 1, 2, N, N, N],
  [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, N, 3],
  [N, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, N],
  [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, N],
];
const UNITS: Rated[] = Array.from({ length: 12 }, (_, unit) => ({
  ratings: OBSERVERS.map((observer) => (observer[unit] == null ? N : observer[unit] - 1)),
}));

const ratings = fc.array(
  fc.record({ ratings: fc.array(fc.option(fc.nat(3), { nil: null }), { minLength: 2, maxLength: 4 }) }),
  { minLength: 1, maxLength: 30 },
);
const pairs = fc.array(fc.record({ ratings: fc.tuple(fc.nat(3), fc.nat(3)) }), { minLength: 1, maxLength: 30 });

describe("published answers", () => {
  it("of the table 118, 5, 2, 0, where kappa falls below 0 and AC1 does not", () => {
    const rated = fromTable([
      [118, 5],
      [2, 0],
    ]);
    expect(cohenKappa(rated, 2)).toBeCloseTo(-0.0234, 4);
    expect(gwetAc1(rated, 2)).toBeCloseTo(0.9408, 4);
  });

  it("of Krippendorff's four observers", () => {
    expect(krippendorffAlpha(UNITS, 5, "nominal")).toBeCloseTo(0.743, 3);
    expect(krippendorffAlpha(UNITS, 5, "ordinal")).toBeCloseTo(0.815, 3);
  });
});

describe("agreement", () => {
  it("is 1 where all agree and the units differ", () => {
    const rated = fromTable([
      [5, 0],
      [0, 7],
    ]);
    expect([cohenKappa(rated, 2), gwetAc1(rated, 2), krippendorffAlpha(rated, 2, "nominal")]).toEqual([1, 1, 1]);
  });

  it("is undefined, not 1 and not 0, where nothing can be told", () => {
    const one = fromTable([
      [9, 0],
      [0, 0],
    ]);
    expect(cohenKappa(one, 2)).toBeNull();
    expect(krippendorffAlpha(one, 2, "nominal")).toBeNull();
    expect(gwetAc1(one, 2)).toBe(1);
    for (const none of [[], [{ ratings: [1, null] }]]) {
      expect([cohenKappa(none, 2), gwetAc1(none, 2), krippendorffAlpha(none, 2, "ordinal")]).toEqual([
        null,
        null,
        null,
      ]);
    }
  });

  it("does not depend on the order of units or raters, nor on the categories' names", () => {
    fc.assert(
      fc.property(ratings, (rated) => {
        const turned = rated.toReversed().map((unit) => ({ ratings: unit.ratings.toReversed() }));
        const renamed = rated.map((unit) => ({
          ratings: unit.ratings.map((rating) => (rating === null ? null : 3 - rating)),
        }));
        for (const other of [turned, renamed]) {
          for (const measure of [
            (units: readonly Rated[]) => gwetAc1(units, 4),
            (units: readonly Rated[]) => krippendorffAlpha(units, 4, "nominal"),
            (units: readonly Rated[]) => krippendorffAlpha(units, 4, "ordinal"),
          ]) {
            const [a, b] = [measure(rated), measure(other)];
            if (a === null || b === null) expect(a).toBe(b);
            else expect(b).toBeCloseTo(a, 10);
          }
        }
      }),
    );
  });

  it("counts a unit of weight 2 as two units", () => {
    fc.assert(
      fc.property(pairs, (rated) => {
        const heavy = rated.map((unit, at) => ({ ...unit, weight: at % 2 === 0 ? 2 : 1 }));
        const twice = rated.flatMap((unit, at) => (at % 2 === 0 ? [unit, unit] : [unit]));
        expect(cohenKappa(heavy, 4) ?? 9).toBeCloseTo(cohenKappa(twice, 4) ?? 9, 10);
        expect(gwetAc1(heavy, 4) ?? 9).toBeCloseTo(gwetAc1(twice, 4) ?? 9, 10);
      }),
    );
  });

  it("lies within its interval, and the interval within what is possible", () => {
    fc.assert(
      fc.property(pairs, fc.constantFrom("kappa" as const, "ac1" as const), (rated, measure) => {
        const estimate = agreement(rated, { measure, categories: 4, level: 0.95 });
        if (estimate?.interval == null) return;
        const { low, high } = estimate.interval;
        expect(low).toBeGreaterThanOrEqual(-1);
        expect(high).toBeLessThanOrEqual(1);
        expect(low).toBeLessThanOrEqual(estimate.value + 1e-12);
        expect(high).toBeGreaterThanOrEqual(estimate.value - 1e-12);
      }),
    );
  });

  it("of units that all agree still says how little a few of them show", () => {
    const bound = (count: number) => {
      const half = Math.floor(count / 2);
      const rated = fromTable([
        [half, 0],
        [0, count - half],
      ]);
      return agreement(rated, { measure: "ac1", categories: 2, level: 0.95 })?.interval?.low ?? Number.NaN;
    };
    // 0.05^(1/n) agreement is not ruled out; by chance it would be a half.
    expect(bound(10)).toBeCloseTo((0.05 ** 0.1 - 0.5) / 0.5, 9);
    expect(bound(100)).toBeGreaterThan(bound(10));
  });

  it("has no interval for two units", () => {
    expect(agreement(fromTable([[1, 1]]), { measure: "ac1", categories: 2, level: 0.95 })).toMatchObject({
      interval: null,
      n: 2,
    });
    const alpha = alphaAgreement(UNITS, { metric: "nominal", categories: 5, level: 0.95 });
    expect(alpha?.n).toBe(11);
    expect(alpha?.interval?.low).toBeLessThan(0.743);
  });
});

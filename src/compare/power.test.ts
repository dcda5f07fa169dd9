import { describe, expect, it } from "vitest";
import type { Assumption } from "../domain/suite.ts";
import { lookPlan } from "../stats/looks.ts";
import { bettingPower, casesForPower, exactPower } from "../stats/power.ts";
import { decide } from "./decide.ts";
import { powerOf } from "./power.ts";
import { makeRun, type RunSpec, random, seeded } from "./run.fixtures.ts";

const power = (n: number, spec: Partial<RunSpec> = {}, assume?: Assumption) => {
  const answers = { inc: new Array<number>(n).fill(1), cand: [] };
  return powerOf(makeRun({ answers, ...spec }), assume, { random: () => seeded(1) });
};

describe("powerOf", () => {
  it("is test A's exact power over the declared looks, at the family's alpha over its size", () => {
    const answers = { inc: new Array<number>(120).fill(1), a: [], b: [] };
    const routes = [{ policy: { margin: 0.1, alpha: 0.1 } }, { policy: { alpha: 0.06 } }];
    const scenario = { win: 0.02, loss: 0.02, margin: 0.1, alpha: 0.06 / 4 };
    expect(power(120, { answers, routes }, { win: 0.02, loss: 0.02 })[0]).toEqual({
      route: "route-0",
      cases: 120,
      test: "exact",
      margin: 0.1,
      family: 4,
      power: exactPower({ ...scenario, n: 120, looks: lookPlan(120) }),
      casesNeeded: casesForPower({ ...scenario, target: 0.8 }),
      resolvableMargin: expect.closeTo(0.0765, 2),
      candidates: [
        { candidate: "a", last: null },
        { candidate: "b", last: null },
      ],
      assumption: "2 % of pairs won, 2 % lost",
    });
  });

  it("splits an assumed SD into wins and losses", () => {
    const [first] = power(60, {}, { sd: 0.2 });
    expect(first?.power).toBeCloseTo(exactPower({ win: 0.02, loss: 0.02, margin: 0.05, alpha: 0.05, n: 60 }), 12);
  });

  it("simulates test B with differences of the SD assumed, small or large", () => {
    for (const sd of [0.1, 0.3, 0.5]) {
      const [first] = power(150, { scale: "graded" }, { sd });
      const alike = bettingPower({
        n: 150,
        draw: (random) => {
          const drawn = random();
          return drawn < sd ** 2 / 2 ? 1 : drawn < sd ** 2 ? -1 : 0;
        },
        margin: 0.05,
        alpha: 0.05,
        simulations: 1_000,
        random: seeded(2),
      });
      expect(first).toMatchObject({
        test: "betting",
        assumption: `differences of SD ${sd.toFixed(2)}`,
      });
      expect(Math.abs((first?.power ?? 0) - alike)).toBeLessThan(0.15);
    }
  });

  it("asks how many units there are, not how large", () => {
    const clusters = (size: (unit: number) => number) =>
      Array.from({ length: 120 }, (_, unit) => new Array<string>(size(unit)).fill(`k${unit}`)).flat();
    const over = (names: readonly string[]) =>
      power(names.length, { clusters: names, scale: "graded" }, { sd: 0.2 })[0];
    const [equal, unequal] = [over(clusters(() => 3)), over(clusters((unit) => 1 + (unit % 5)))];
    expect(unequal?.power).toBe(equal?.power);
  });

  it("has none over an empty slice, and no NaN anywhere", () => {
    const [first] = power(10, { routes: [{ slice: { language: "de" } }] });
    expect(first).toMatchObject({ cases: 0, power: 0, casesNeeded: null });
    expect(power(10, { answers: { inc: new Array<number>(10).fill(1) } })[0]?.family).toBe(0);
    expect(JSON.stringify(power(1, { scale: "graded" }))).not.toMatch(/NaN/);
    expect(power(1, { scale: "graded" })[0]).toMatchObject({ resolvableMargin: null });
  });

  it("needs the cases of section 6 at no difference, for either test", () => {
    const exact = (win: number, margin: number) =>
      power(100, { routes: [{ policy: { margin } }] }, { win, loss: win })[0]?.casesNeeded;
    expect([exact(0.01, 0.05), exact(0.02, 0.05), exact(0.05, 0.05), exact(0.1, 0.1)]).toEqual([110, 150, 280, 140]);
    const graded = (sd: number) => power(100, { scale: "graded" }, { sd })[0]?.casesNeeded ?? 0;
    for (const [sd, cases] of [
      [0.12, 110],
      [0.2, 170],
      [0.28, 300],
    ] as const) {
      expect(Math.abs(graded(sd) - cases)).toBeLessThanOrEqual(0.1 * cases);
    }
  });

  it("needs more where less was seen last time, and says none where it was past the margin", () => {
    const inc = Array.from({ length: 120 }, (_, index) => Number(index % 8 !== 0));
    const flipped = (share: number) => inc.map((right, index) => (index % share === 1 ? 0 : right));
    const spec = { answers: { inc, slightly: flipped(40), much: flipped(5) } };
    const last = decide(makeRun(spec), random);
    const [first] = powerOf(makeRun(spec), undefined, { random: () => seeded(1), last });
    const [slightly, much] = first?.candidates ?? [];
    expect(slightly?.last?.difference).toBeCloseTo(-3 / 120, 12);
    expect(slightly?.last?.casesNeeded).toBeGreaterThan(first?.casesNeeded ?? 0);
    expect(much?.last?.casesNeeded).toBeNull();
  });
});

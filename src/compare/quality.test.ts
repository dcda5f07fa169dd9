import { describe, expect, it } from "vitest";
import { bettingTest } from "../stats/betting.ts";
import { exactNonInferiority } from "../stats/exact.ts";
import { isFutile, testQuality } from "./quality.ts";
import { counts, makeRun, type RunSpec, seeded, unitsOf } from "./run.fixtures.ts";
import { type TestPlan, testPlanOf } from "./test-plan.ts";

function prepare(spec: RunSpec): { units: ReturnType<typeof unitsOf>; plan: TestPlan } {
  const run = makeRun(spec);
  const indices = [...run.cases.keys()];
  const [route] = run.manifest.routes;
  if (route === undefined) throw new Error("no route");
  return { units: unitsOf(run), plan: testPlanOf(run, route, indices) };
}

const quality = (spec: RunSpec) => {
  const { units, plan } = prepare(spec);
  return testQuality(units, plan);
};
const futile = (spec: RunSpec) => {
  const { units, plan } = prepare(spec);
  return isFutile(units, plan);
};

describe("testQuality with test A", () => {
  it("needs 59 ties at 5 % and 5 points, and gives the exact p", () => {
    expect(quality({ answers: counts({ n: 59 }) }).p).toBeCloseTo(0.95 ** 59, 12);
    expect(quality({ answers: counts({ n: 58 }) }).p).toBeCloseTo(0.95 ** 58, 12);
  });

  it("divides the p of every look by its share and takes the least", () => {
    const { inc, cand } = counts({ losses: 10, n: 120 });
    const { p, looks } = quality({ answers: { inc, cand } });
    const [half, full] = [
      exactNonInferiority({ wins: 0, losses: 10, n: 60, margin: 0.05 }),
      exactNonInferiority({ wins: 0, losses: 10, n: 120, margin: 0.05 }),
    ];
    expect(looks).toEqual([
      { n: 60, share: 0.2, p: half },
      { n: 120, share: 0.7, p: full },
    ]);
    expect(p).toBe(Math.min(1, half / 0.2, full / 0.7));
  });

  it("keeps an approval of an early look, whatever comes after", () => {
    const { inc, cand } = counts({ wins: 50, n: 150 });
    const worse = cand.map((value, index) => (index >= 100 ? 0 : value));
    const early = quality({ answers: { inc, cand } }).looks[0]?.p ?? 1;
    expect(quality({ answers: { inc, cand: worse } }).p).toBe(early / 0.2);
  });

  it("has p = 1 without data", () => {
    expect(quality({ answers: { inc: [], cand: [] } })).toEqual({ p: 1, looks: [], path: [] });
    expect(quality({ answers: { inc: [1, 1], cand: [null, undefined] } }).p).toBe(1);
  });
});

describe("testQuality with test B", () => {
  const random = seeded(3);
  const inc = Array.from({ length: 40 }, () => random());
  const cand = Array.from({ length: 40 }, () => random());

  it("bets on the differences in test order, with N and alpha of the plan", () => {
    const differences = cand.map((value, index) => value - (inc[index] ?? 0));
    const expected = bettingTest(differences, { margin: 0.05, plannedN: 40, alpha: 0.05 });
    const { p, path, looks } = quality({ answers: { inc, cand }, scale: "graded" });
    expect(p).toBe(expected.p);
    expect(path).toEqual([...expected.logE]);
    expect(looks).toEqual([{ n: 40, share: 1, p }]);
  });

  it("keeps a tenth of alpha for later looks where the plan has 100 cases", () => {
    const { p, looks } = quality({ answers: counts({ n: 100 }), scale: "graded" });
    const expected = bettingTest(new Float64Array(100), { margin: 0.05, plannedN: 100, alpha: 0.05 });
    expect(looks).toEqual([{ n: 100, share: 0.9, p: expected.p }]);
    expect(p).toBe(expected.p / 0.9);
  });

  it("bets on a cluster as one unit, whatever its size", () => {
    const answers = { inc: [0.5, 0.5, 0.5], cand: [0.9, 0.7, 0.4] };
    const expected = bettingTest([0.3, -0.1], { margin: 0.05, plannedN: 2, alpha: 0.05 });
    const { p, path } = quality({ answers, scale: "graded", clusters: ["k", "k", undefined] });
    expect(p).toBeCloseTo(expected.p, 12);
    expect(path).toHaveLength(2);
  });

  it("loses next to nothing to a few clusters among single cases", () => {
    const zeros = { inc: new Array<number>(98).fill(0.5), cand: new Array<number>(98).fill(0.5) };
    const clusters = zeros.inc.map((_, index) => (index < 8 ? `k${index % 2}` : undefined));
    const [alone, clustered] = [undefined, clusters].map((names) =>
      quality({ answers: zeros, scale: "graded", ...(names === undefined ? {} : { clusters: names }) }),
    );
    expect(alone?.p).toBeLessThan(0.05);
    expect(clustered?.p).toBeLessThan(0.05);
  });

  it("has p = 1 and no path without data", () => {
    const empty = { p: 1, looks: [], path: [] };
    expect(quality({ answers: { inc: [], cand: [] }, scale: "graded" })).toEqual(empty);
    expect(quality({ answers: { inc: [1], cand: [undefined] }, scale: "graded" })).toEqual(empty);
  });
});

describe("isFutile", () => {
  it("never speaks before 20 units", () => {
    expect(futile({ answers: counts({ losses: 19, n: 19 }) })).toBe(false);
    expect(futile({ answers: counts({ losses: 20, n: 20 }) })).toBe(true);
    const inc = new Array<number>(19).fill(1);
    expect(futile({ answers: { inc, cand: inc.map(() => 0) }, scale: "graded" })).toBe(false);
  });

  it("speaks when Tango's score is below -1.645, by the margin of the policy", () => {
    expect(futile({ answers: counts({ losses: 12, n: 100 }) })).toBe(true);
    expect(futile({ answers: counts({ losses: 8, n: 100 }) })).toBe(false);
    expect(futile({ answers: counts({ losses: 12, n: 100 }), routes: [{ policy: { margin: 0.1 } }] })).toBe(false);
  });

  it("speaks for grades when their upper bound is below the margin", () => {
    const inc = Array.from({ length: 30 }, (_, index) => (index % 2 === 0 ? 0.9 : 0.8));
    const lower = (by: number) => inc.map((value, index) => value - by - (index % 3) / 100);
    expect(futile({ answers: { inc, cand: lower(0.1) }, scale: "graded" })).toBe(true);
    expect(futile({ answers: { inc, cand: lower(0.03) }, scale: "graded" })).toBe(false);
  });

  it("counts a cluster once, whatever its size", () => {
    const big = Array.from({ length: 100 }, (_, index) => `k${Math.floor(index / 5)}`);
    const small = Array.from({ length: 30 }, () => undefined);
    const inc = new Array<number>(130).fill(0.5);
    const against = (single: number) => inc.map((_, index) => (index < 100 ? 0.3 + (index % 4) / 100 : single));
    const clusters = [...big, ...small];
    // Twenty clusters at about -0.185 and thirty cases at +0.1: all in all about -0.014, for 130 cases it would be -0.12.
    expect(futile({ answers: { inc, cand: against(0.6) }, scale: "graded", clusters })).toBe(false);
    expect(futile({ answers: { inc, cand: against(0.45) }, scale: "graded", clusters })).toBe(true);
  });
});

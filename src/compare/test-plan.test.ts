import { describe, expect, it } from "vitest";
import type { Run } from "../domain/run.ts";
import { makeRun, type RunSpec, withTrials } from "./run.fixtures.ts";
import { familyOf, testPlanOf } from "./test-plan.ts";

function planOf(run: Run) {
  const [route] = run.manifest.routes;
  if (route === undefined) throw new Error("no route");
  return testPlanOf(run, route, [...run.cases.keys()]);
}

const plan = (n: number, spec: Partial<RunSpec> = {}) =>
  planOf(makeRun({ answers: { inc: new Array<number>(n).fill(1), cand: [] }, ...spec }));

describe("familyOf", () => {
  const answers = { inc: [1], a: [1], b: [1] };

  it("counts every route with every candidate but its incumbent", () => {
    expect(familyOf(makeRun({ answers, routes: [{}, { incumbent: "a" }] }).manifest).size).toBe(4);
  });

  it("has no comparison for a route whose incumbent does not run, and none without candidates", () => {
    expect(familyOf(makeRun({ answers, routes: [{}, { incumbent: "gone" }] }).manifest).size).toBe(2);
    expect(familyOf(makeRun({ answers: { inc: [1] } }).manifest).size).toBe(0);
  });

  it("takes the strictest alpha of its routes", () => {
    const routes = [{ policy: { alpha: 0.1 } }, { policy: { alpha: 0.02 } }];
    expect(familyOf(makeRun({ answers, routes }).manifest)).toEqual({ size: 4, alpha: 0.02 });
  });
});

describe("testPlanOf", () => {
  it("takes test A for right-or-wrong answers, one a case, up to 500 of them", () => {
    expect(plan(500).test).toBe("exact");
    expect(plan(501).test).toBe("betting");
    expect(plan(10, { scale: "graded" }).test).toBe("betting");
    expect(plan(10, { repeats: 2 }).test).toBe("betting");
    expect(plan(10, { clusters: ["k", "k"] }).test).toBe("betting");
  });

  it("does not look at the answers", () => {
    const run = makeRun({ answers: { inc: [1, 0.5, null], cand: [0.3, 1, 1] } });
    expect(planOf(withTrials(run, []))).toEqual(planOf(run));
  });

  it("declares the looks over the cases, and N over the units", () => {
    const clusters = Array.from({ length: 200 }, (_, index) => `k${Math.floor(index / 4)}`);
    const { plannedN, plannedCases, looks } = plan(200, { clusters });
    expect({ plannedN, plannedCases }).toEqual({ plannedN: 50, plannedCases: 200 });
    expect(looks.map(({ n, share }) => [n, share])).toEqual([
      [60, 0.05],
      [100, 0.1],
      [150, 0.15],
      [200, 0.6],
    ]);
    expect(plan(199).looks.map(({ n }) => n)).toEqual([100, 199]);
    expect(plan(99).looks).toEqual([{ n: 99, share: 1 }]);
  });

  it("asks for superiority in best-within-budget", () => {
    const policy = { objective: "best-within-budget", maxCostRatio: 2, margin: 0.1 } as const;
    expect(plan(10, { routes: [{ policy }] }).margin).toBe(0);
    expect(plan(10, { routes: [{ policy: { margin: 0.1 } }] }).margin).toBe(0.1);
  });

  it("sizes the bets by the family's alpha over its size", () => {
    const answers = { inc: [1], a: [1], b: [1] };
    const routes = [{ policy: { alpha: 0.2 } }, { policy: { alpha: 0.04 } }];
    expect(planOf(makeRun({ answers, routes })).plannedAlpha).toBe(0.01);
  });

  it("is a plan even for an empty slice", () => {
    expect(plan(0, { scale: "graded" })).toMatchObject({ plannedN: 1, looks: [] });
  });
});

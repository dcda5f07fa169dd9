import { describe, expect, it } from "vitest";
import { bettingTest } from "../stats/betting.ts";
import { exactNonInferiority } from "../stats/exact.ts";
import { criticalWins } from "../stats/power.ts";
import { moreCases } from "./more-cases.ts";
import { counts, makeRun, type RunSpec, seeded, unitsOf } from "./run.fixtures.ts";
import { testPlanOf } from "./test-plan.ts";

function more(spec: RunSpec, alpha = 0.05) {
  const run = makeRun(spec);
  const indices = [...run.cases.keys()];
  const [route] = run.manifest.routes;
  if (route === undefined) throw new Error("no route");
  const plan = testPlanOf(run, route, indices);
  return moreCases(unitsOf(run), plan, alpha, seeded(11));
}

describe("moreCases with test A", () => {
  it("is where the observed cases and as many ties again pass a top-up look", () => {
    // All ties behave alike: no chance in it. A first top-up has a twentieth of alpha.
    const { inc, cand } = counts({ n: 100 });
    const answers = { inc, cand: cand.map((value, index) => (index === 0 ? null : value)) };
    const found = more({ answers: { inc, cand } })?.atObserved ?? 0;
    const ties = (n: number) => exactNonInferiority({ wins: 0, losses: 0, n, margin: 0.05 });
    expect(ties(100 + found)).toBeLessThanOrEqual(0.05 * 0.05);
    expect(ties(100 + found - 25)).toBeGreaterThan(0.05 * 0.05);
    // A missing case stays missing, and counts as lost: more ties are needed to outweigh it.
    expect(more({ answers })?.atObserved).toBeGreaterThan(found);
  });

  it("counts new cases alone, at half the level, where the plan's one look has spent all of alpha", () => {
    const found = more({ answers: counts({ n: 50 }) })?.atObserved ?? 0;
    const ties = (n: number) => exactNonInferiority({ wins: 0, losses: 0, n, margin: 0.05 });
    expect(ties(found)).toBeLessThanOrEqual(0.025);
    expect(ties(found - 50)).toBeGreaterThan(0.025);
  });

  it("gives numbers at which four in five continuations pass", () => {
    const answers = counts({ wins: 5, losses: 5, n: 150 });
    const found = more({ answers })?.atObserved;
    if (typeof found !== "number") throw new Error("none");
    const critical = criticalWins({ n: 150 + found, margin: 0.05, alpha: 0.0025 });
    const random = seeded(99);
    let approved = 0;
    for (let run = 0; run < 2_000; run++) {
      let [wins, losses] = [5, 5];
      for (let each = 0; each < found; each++) {
        const drawn = Math.floor(random() * 150);
        if (drawn < 5) wins += 1;
        else if (drawn < 10) losses += 1;
      }
      if (wins >= (critical[losses] ?? 0)) approved += 1;
    }
    expect(approved / 2_000).toBeGreaterThan(0.75);
  });

  it("says none where the candidate looks worse than the margin, and how many if the two were equal", () => {
    const { atObserved, atNoDifference } = more({ answers: counts({ wins: 1, losses: 9, n: 120 }) }) ?? {};
    expect(atObserved).toBeNull();
    expect(atNoDifference).toBeGreaterThan(100);
  });

  it("asks for more at a stricter level", () => {
    const answers = counts({ wins: 3, losses: 3, n: 120 });
    const [lax, strict] = [more({ answers }, 0.05)?.atObserved ?? 0, more({ answers }, 0.01)?.atObserved ?? 0];
    expect(strict).toBeGreaterThan(lax);
  });

  it("goes on past 500 cases, where a run that began with test A stays with it", () => {
    expect(more({ answers: counts({ wins: 9, losses: 14, n: 480 }) })?.atObserved).toBeGreaterThan(0);
  });

  it("promises nobody a gain that is not there", () => {
    const routes = [{ policy: { objective: "best-within-budget", maxCostRatio: 2 } as const }];
    expect(more({ answers: counts({ wins: 5, losses: 5, n: 100 }), routes })?.atNoDifference).toBeNull();
  });

  it("has nothing to go by without data", () => {
    expect(more({ answers: { inc: [1], cand: [null] } })).toBeNull();
  });
});

describe("moreCases with test B", () => {
  const grades = (n: number, difference: (index: number) => number) => ({
    inc: new Array<number>(n).fill(0.5),
    cand: Array.from({ length: n }, (_, index) => 0.5 + difference(index)),
  });

  it("goes on along the path that the observed units have taken", () => {
    // All ties cross at 78 of 100 planned units, so after 40 of 60 the rest of a longer way is left.
    const answers = grades(60, () => 0);
    const found = more({ answers, scale: "graded" });
    expect(found?.atObserved).toBe(found?.atNoDifference);
    expect(found?.atObserved).toBeGreaterThan(0);
    expect(found?.atObserved).toBeLessThan(60);
  });

  it("bets on new clusters as units, and answers in cases", () => {
    // All ties: forty-one clusters, of three cases or five.
    const clusters = Array.from({ length: 125 }, (_, index) => (index < 5 ? "big" : `k${Math.floor((index - 5) / 3)}`));
    const found = more({ answers: grades(125, () => 0), scale: "graded", clusters }, 0.01)?.atObserved;
    const { logE } = bettingTest(new Float64Array(400), { margin: 0.05, plannedN: 41, alpha: 0.01 });
    const units = logE.findIndex((value) => value >= -Math.log(0.01 * 0.9)) + 1;
    expect(found).toBe(Math.ceil(((units - 41) * 125) / 41));
  });

  it("says none where the mean lies past the margin", () => {
    const answers = grades(50, (index) => (index % 2) / 10 - 0.15);
    expect(more({ answers, scale: "graded" })?.atObserved).toBeNull();
  });
});

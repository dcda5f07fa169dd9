import { describe, expect, it } from "vitest";
import type { Decision } from "../domain/decision.ts";
import { decide } from "./decide.ts";
import { counts, makeRun, type RunSpec, random } from "./run.fixtures.ts";

const decision = (spec: RunSpec): Decision => decide(makeRun(spec), random);
const only = (spec: RunSpec) => {
  const [route] = decision(spec).routes;
  const comparison = route?.comparisons[0];
  if (route === undefined || comparison === undefined) throw new Error("no comparison");
  return { route, comparison, verdict: route.verdict };
};
const ties = (n: number) => counts({ n });

describe("what is missing", () => {
  it("counts against the switch that it could overturn", () => {
    const { inc, cand } = ties(100);
    const holed = cand.map((quality, index) => (index < 12 ? null : quality));
    const { comparison, verdict } = only({ answers: { inc, cand: holed } });
    expect([verdict, comparison.missingMatters, comparison.missing]).toEqual([
      "inconclusive",
      true,
      { "candidate: judge unparseable": 12 },
    ]);
  });

  it("counts for the candidate before anything is kept", () => {
    const { inc, cand } = counts({ losses: 9, n: 60 });
    expect(only({ answers: { inc, cand } }).verdict).toBe("keep");
    const holed = [...cand, ...new Array<null>(12).fill(null)];
    expect(only({ answers: { inc: [...inc, ...new Array<number>(12).fill(1)], cand: holed } }).verdict).toBe(
      "inconclusive",
    );
  });

  it("counts repeat by repeat", () => {
    const whole = Array.from({ length: 120 }, () => [1, 1]);
    const half = whole.map(() => [1, null]);
    expect(only({ answers: { inc: whole, cand: whole }, repeats: 2 }).verdict).toBe("switch");
    expect(only({ answers: { inc: whole, cand: half }, repeats: 2 }).comparison).toMatchObject({
      outcome: "open",
      missing: { "candidate: judge unparseable, in some repeats": 120 },
    });
  });

  it("does no harm where the verdict holds all the same", () => {
    const { inc, cand } = ties(150);
    const { comparison, verdict } = only({ answers: { inc, cand: [undefined, ...cand.slice(1)] } });
    expect([verdict, comparison.missingMatters, comparison.n, comparison.cases]).toEqual(["switch", false, 149, 150]);
  });
});

describe("a run with little in it", () => {
  it("gives no verdict without data", () => {
    const { comparison, route } = only({ answers: { inc: [undefined, 1], cand: [undefined, undefined] } });
    expect(route).toMatchObject({ verdict: "inconclusive", candidate: "cand", monthlySaving: null });
    expect(comparison).toMatchObject({
      n: 0,
      quality: null,
      costRatio: null,
      latencyRatio: null,
      p: null,
      moreCases: null,
    });
    expect(decision({ answers: { inc: [], cand: [] } }).routes[0]?.verdict).toBe("inconclusive");
  });

  it("gives none from one case", () => {
    for (const scale of ["binary", "graded"] as const) {
      for (const [ours, theirs] of [
        [1, 0],
        [0, 1],
        [1, 1],
      ] as const) {
        expect(only({ answers: { inc: [theirs], cand: [ours] }, scale }).verdict).toBe("inconclusive");
      }
    }
  });

  it("gives none for an empty slice, on either test, and keeps its comparisons in the family", () => {
    for (const scale of ["binary", "graded"] as const) {
      const routes = [{ slice: { language: "de" } }, {}];
      const { family, routes: decided } = decision({ answers: ties(59), routes, scale });
      expect([family, decided.map(({ verdict }) => verdict)]).toEqual([2, ["inconclusive", "inconclusive"]]);
    }
  });

  it("has nothing to compare without candidates, or without the incumbent", () => {
    const alone = decision({ answers: { inc: [1, 1] } });
    expect([alone.family, alone.routes[0]]).toMatchObject([
      0,
      { verdict: "inconclusive", candidate: null, comparisons: [] },
    ]);
    const gone = decision({ answers: ties(59), routes: [{ incumbent: "gone" }, {}] });
    expect([gone.family, gone.routes.map(({ verdict }) => verdict)]).toEqual([1, ["inconclusive", "switch"]]);
    expect(decision({ answers: ties(5), routes: [] })).toMatchObject({ family: 0, routes: [] });
  });
});

describe("several routes on one suite", () => {
  const { inc, cand } = ties(130);

  it("are one family, at the strictest alpha", () => {
    const routes = [{ policy: { alpha: 0.2 } }, { policy: { alpha: 0.02 } }];
    const { family, routes: decided } = decision({ answers: { inc, cand }, routes });
    expect(family).toBe(2);
    for (const { comparisons } of decided) {
      expect(comparisons[0]?.quality?.interval?.level).toBeCloseTo(
        1 - 2 * (comparisons[0]?.outcome === "passes" ? 0.01 : 0.02),
        1,
      );
    }
    // p = 0.95^130 / 0.7, twice: enough for 0.2 and for 0.05, and for 0.02 all the same; at 0.002 neither passes.
    expect(decided.map(({ verdict }) => verdict)).toEqual(["switch", "switch"]);
    const strict = decision({
      answers: { inc, cand },
      routes: [{ policy: { alpha: 0.2 } }, { policy: { alpha: 0.002 } }],
    });
    expect(strict.routes.map(({ verdict }) => verdict)).toEqual(["inconclusive", "inconclusive"]);
  });

  it("decide each by its own cases and its own conditions", () => {
    const tags = inc.map((_, index) => ({ half: index < 65 ? "a" : "b" }));
    const mixed = cand.map((quality, index) => (index >= 65 && index % 2 === 0 ? 0 : quality));
    const routes = [{ slice: { half: "a" } }, { slice: { half: "b" } }];
    const { routes: decided } = decision({ answers: { inc, cand: mixed }, tags, routes });
    expect(decided.map(({ verdict, comparisons }) => [verdict, comparisons[0]?.cases])).toEqual([
      ["inconclusive", 65],
      ["keep", 65],
    ]);
  });
});

describe("the grade", () => {
  const scorer = { name: "s", rule: "s", weight: 1, required: false };

  it("is what the scores rest on", () => {
    const grade = (manifest: RunSpec["manifest"]) => only({ answers: ties(5), manifest: manifest ?? {} }).route;
    expect(grade({}).grade).toBe("certified");
    expect(grade({ scorers: [{ ...scorer, certainty: "heuristic" }] }).grade).toBe("advisory");
    const judged = grade({
      scorers: [{ ...scorer, certainty: "judge" }],
      judge: { model: "j", family: "inc", related: true },
    });
    expect([judged.grade, judged.gradeReason]).toEqual([
      "advisory",
      "s not calibrated by people's labels; the judge is of a compared model's family",
    ]);
    expect(grade({ source: "simulated" }).grade).toBe("simulated");
  });
});

describe("the truth of a simulated run", () => {
  const run = makeRun({ answers: ties(2) });

  it("is the mean of the true differences, or none where one is unknown", () => {
    const truthOf = (inc: number[]) =>
      decide(run, random, {
        truth: new Map([
          ["inc", inc],
          ["cand", [0.5, 0.9]],
        ]),
      }).routes[0]?.comparisons[0]?.truth?.value;
    expect(truthOf([0.25, 0.75])).toBeCloseTo(0.2, 12);
    expect(truthOf([0.25])).toBeUndefined();
    expect(decide(run, random).routes[0]?.comparisons[0]?.truth).toBeNull();
  });
});

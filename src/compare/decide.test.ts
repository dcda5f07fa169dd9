import { describe, expect, it } from "vitest";
import type { Comparison, Decision } from "../domain/decision.ts";
import { decide } from "./decide.ts";
import { type AnswerSpec, counts, FAILED, makeRun, type RunSpec, random } from "./run.fixtures.ts";

const decision = (spec: RunSpec): Decision => decide(makeRun(spec), random);
const only = (spec: RunSpec) => {
  const [route] = decision(spec).routes;
  const comparison = route?.comparisons[0];
  if (route === undefined || comparison === undefined) throw new Error("no comparison");
  return { route, comparison, verdict: route.verdict };
};
const stateOf = ({ conditions }: Comparison, name: string) => conditions.find((each) => each.name === name)?.state;
const ties = (n: number) => counts({ n });
const dear = (answers: readonly AnswerSpec[]): AnswerSpec[] =>
  answers.map((answer) => ({ ...(typeof answer === "number" ? { quality: answer } : answer), costUsd: 0.02 }));

describe("switch", () => {
  it("takes 59 ties and half the cost, not 58", () => {
    expect(only({ answers: ties(59) }).verdict).toBe("switch");
    expect(only({ answers: ties(58) }).verdict).toBe("inconclusive");
  });

  it("takes the largest p of the conditions, and shows it against the same level", () => {
    const { inc, cand } = ties(80);
    const slow = cand.map((quality, index) => ({ quality, latencyMs: index === 0 ? 2_000 : 100 }));
    const { comparison } = only({ answers: { inc, cand: slow }, routes: [{ policy: { p95LatencyMs: 1_000 } }] });
    const p = (name: string) => comparison.conditions.find((each) => each.name === name)?.p ?? 0;
    expect(comparison.p).toBe(Math.max(p("quality"), p("cost"), p("latency")));
    expect(comparison.p).toBe(p("latency"));
    expect([comparison.outcome, stateOf(comparison, "quality"), stateOf(comparison, "latency")]).toEqual([
      "open",
      "holds",
      "open",
    ]);
  });

  it("shares alpha over the family: what is enough for one is not for one of three", () => {
    const { inc, cand } = ties(65);
    expect(only({ answers: { inc, cand } }).verdict).toBe("switch");
    const bad = inc.map((_, index) => index % 2);
    const { routes, family } = decision({ answers: { inc, cand, b: bad, c: bad } });
    expect([family, routes[0]?.verdict]).toEqual([3, "inconclusive"]);
    expect(routes[0]?.comparisons[0]?.pHolm).toBeCloseTo(3 * 0.95 ** 65, 9);
  });

  it("lets the cheapest candidate win that passes, or the best where the budget is the limit", () => {
    const { inc } = ties(150);
    const priced = (costUsd: number) => inc.map((quality) => ({ quality, costUsd }));
    const cheap = { inc, a: priced(0.004), b: priced(0.003), c: priced(0.005) };
    expect(decision({ answers: cheap }).routes[0]).toMatchObject({ verdict: "switch", candidate: "b" });
    const wrong = inc.map((_, index) => (index % 3 === 0 ? 0 : 1));
    const some = inc.map((_, index) => (index % 6 === 0 ? 0 : 1));
    const routes = [{ policy: { objective: "best-within-budget", maxCostRatio: 1 } as const }];
    expect(decision({ answers: { inc: wrong, a: some, b: inc }, routes }).routes[0]).toMatchObject({
      verdict: "switch",
      candidate: "b",
    });
  });

  it("is refused where costs are unknown, with p unknown and Holm none the wiser", () => {
    const { inc, cand } = ties(100);
    const { comparison, verdict } = only({ answers: { inc, cand: [{ costUsd: null }, ...cand.slice(1)] } });
    expect([verdict, comparison.outcome, comparison.p, comparison.pHolm]).toEqual(["inconclusive", "open", null, null]);
    expect(comparison.moreCases).toBeNull();
    expect(stateOf(comparison, "quality")).toBe("holds");
  });

  it("is refused above the error rate, even where quality holds", () => {
    const { inc, cand } = ties(120);
    const failing = cand.map((quality, index) => (index < 4 ? FAILED : quality));
    const { comparison, verdict } = only({ answers: { inc, cand: failing }, routes: [{ policy: { margin: 0.15 } }] });
    const states = [stateOf(comparison, "quality"), stateOf(comparison, "errors")];
    expect([verdict, ...states, comparison.moreCases]).toEqual(["inconclusive", "holds", "open", null]);
  });

  it("never follows from a duplicate of the incumbent within the budget", () => {
    const routes = [{ policy: { objective: "best-within-budget", maxCostRatio: 5 } as const }];
    for (const scale of ["binary", "graded"] as const) {
      const inc = Array.from({ length: 120 }, (_, index) => (index % 3 === 0 ? 0 : 1));
      const { comparison, verdict } = only({ answers: { inc, cand: inc }, scale, routes });
      expect([verdict, comparison.p]).toEqual(["inconclusive", 1]);
    }
  });
});

describe("keep", () => {
  it("follows from quality clearly past the margin", () => {
    const { comparison, verdict } = only({ answers: counts({ losses: 20, n: 60 }) });
    expect([verdict, stateOf(comparison, "quality")]).toEqual(["keep", "fails"]);
    expect(comparison.moreCases).toBeNull();
  });

  it("follows from a saving that is shown to be too small", () => {
    const { inc, cand } = ties(100);
    const { comparison, verdict } = only({ answers: { inc, cand: dear(cand) } });
    expect([verdict, stateOf(comparison, "quality"), stateOf(comparison, "cost")]).toEqual(["keep", "holds", "fails"]);
  });

  it("does not follow from a handful of cases, however bad", () => {
    expect(only({ answers: counts({ losses: 10, n: 10 }) }).verdict).toBe("inconclusive");
  });

  it("waits for every candidate", () => {
    const { inc } = ties(60);
    const bad = inc.map((_, index) => (index < 20 ? 0 : 1));
    expect(decision({ answers: { inc, a: bad, b: bad } }).routes[0]?.verdict).toBe("keep");
    const some = inc.map((_, index) => (index < 2 ? 0 : 1));
    expect(decision({ answers: { inc, a: bad, b: some } }).routes[0]).toMatchObject({
      verdict: "inconclusive",
      candidate: "b",
    });
  });
});

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
      decide(
        run,
        random,
        new Map([
          ["inc", inc],
          ["cand", [0.5, 0.9]],
        ]),
      ).routes[0]?.comparisons[0]?.truth?.value;
    expect(truthOf([0.25, 0.75])).toBeCloseTo(0.2, 12);
    expect(truthOf([0.25])).toBeUndefined();
    expect(decide(run, random).routes[0]?.comparisons[0]?.truth).toBeNull();
  });
});

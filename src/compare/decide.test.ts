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

  it("shows the best of the candidates that would have paid, else the best", () => {
    const { inc } = ties(60);
    const losing = (losses: number) => inc.map((_, index) => (index < losses ? 0 : 1));
    const shown = (answers: RunSpec["answers"]) => decision({ answers }).routes[0];
    const both = { inc, a: dear(losing(18)), b: losing(22), c: losing(20) };
    expect(shown(both)).toMatchObject({ verdict: "keep", candidate: "c" });
    expect(shown({ inc, a: dear(losing(22)), b: dear(losing(18)) })).toMatchObject({ verdict: "keep", candidate: "b" });
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

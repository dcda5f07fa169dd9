import { describe, expect, it } from "vitest";
import type { Forecast } from "../domain/decision.ts";
import { clusteredMean, meanInterval } from "../stats/mean.ts";
import { decide } from "./decide.ts";
import { counts, makeRun, type RunSpec, random } from "./run.fixtures.ts";

const forecast = (spec: RunSpec): Forecast | null => decide(makeRun(spec), random).forecast;
const { inc, cand } = counts({ n: 80 });
const costs = inc.map((_, index) => 0.01 + (index % 7) / 1_000);
const priced = (answers: readonly number[], factor: number) =>
  answers.map((quality, index) => ({ quality, costUsd: (costs[index] ?? 0) * factor }));

describe("the forecast of a month", () => {
  it("is volume times mean cost, with the interval of that mean", () => {
    const found = forecast({ answers: { inc: priced(inc, 1), cand: priced(cand, 0.5) }, routes: [{ volume: 100 }] });
    const mean = costs.reduce((sum, cost) => sum + cost, 0) / 80;
    const { low, high } = meanInterval(costs, 0.95) ?? {};
    expect(found?.today.value).toBeCloseTo(3_000 * mean, 9);
    expect(found?.today.interval?.low).toBeCloseTo(3_000 * (low ?? 0), 9);
    expect(found?.today.interval?.high).toBeCloseTo(3_000 * (high ?? 0), 9);
    // The verdict is to switch to half the cost.
    expect(found?.after.value).toBeCloseTo(1_500 * mean, 9);
    expect(found?.saving.value).toBeCloseTo(1_500 * mean, 9);
    expect(found?.traffic).toMatch(/30 days/);
  });

  it("keeps today's model where the verdict is not to switch", () => {
    const found = forecast({ answers: { inc: priced(inc, 1), cand: priced(cand, 1) }, routes: [{ volume: 100 }] });
    expect(found?.saving.value).toBe(0);
    expect(found?.after).toEqual(found?.today);
  });

  it("adds up routes whose errors hang together", () => {
    const answers = { inc: priced(inc, 1), cand: priced(cand, 1) };
    const one = forecast({ answers, routes: [{ volume: 300 }] });
    const three = forecast({ answers, routes: [{ volume: 100 }, { volume: 100 }, { volume: 100 }] });
    // The same cases thrice: three times the error, not the square root of three times.
    expect(three?.today.value).toBeCloseTo(one?.today.value ?? 0, 9);
    expect(three?.today.interval?.high).toBeCloseTo(one?.today.interval?.high ?? 0, 9);
    expect(three?.routes).toBe(3);
  });

  it("counts by cluster", () => {
    const clusters = inc.map((_, index) => `k${Math.floor(index / 4)}`);
    const found = forecast({
      answers: { inc: priced(inc, 1), cand: priced(cand, 1) },
      routes: [{ volume: 1 }],
      clusters,
    });
    const groups = Array.from({ length: 20 }, (_, at) => costs.slice(4 * at, 4 * at + 4));
    expect(found?.today.interval?.high).toBeCloseTo(30 * (clusteredMean(groups, 0.95).interval?.high ?? 0), 9);
    expect(found?.today.n).toBe(20);
  });

  it("leaves out, by name, what has no volume or no price, and is null without any", () => {
    const unpriced = inc.map((quality, index) => ({ quality, costUsd: index === 3 ? null : 0.01 }));
    const routes = [{ volume: 100 }, { volume: null }, { volume: 5, incumbent: "other" }];
    const found = forecast({ answers: { inc: priced(inc, 1), other: unpriced }, routes });
    expect(found?.leftOut).toEqual(["route-1", "route-2"]);
    expect(forecast({ answers: { inc, cand } })).toBeNull();
    expect(forecast({ answers: { inc: unpriced, cand }, routes: [{ volume: 1 }] })).toBeNull();
  });
});

describe("named slices", () => {
  const tags = inc.map((_, index) => ({ kind: index < 40 ? "a" : "b" }));
  const worse = cand.map((value, index) => (index < 40 ? value : index % 2));
  const slices = [{ kind: "a" }, { kind: "b" }];
  const spec = { answers: { inc, cand: worse }, tags, routes: [{ slices, policy: { margin: 0.2 } }] };

  it("have verdicts of their own, in the same family", () => {
    const decision = decide(makeRun(spec), random);
    const [route] = decision.routes;
    expect(decision.family).toBe(3);
    expect(route?.slices.map(({ slice, verdict, candidate }) => [slice, verdict, candidate])).toEqual([
      [{ kind: "a" }, "switch", "cand"],
      [{ kind: "b" }, "keep", "cand"],
    ]);
    expect(route?.comparisons).toHaveLength(1);
    expect(route?.slices[0]?.comparisons[0]?.n).toBe(40);
  });

  it("make each answer harder to get", () => {
    const answers = { inc: inc.slice(0, 60), cand: cand.slice(0, 60) };
    const verdict = (parts: typeof slices | undefined) =>
      decide(
        makeRun({ answers, tags: tags.slice(0, 60), routes: [{ ...(parts === undefined ? {} : { slices: parts }) }] }),
        random,
      ).routes[0]?.verdict;
    expect(verdict(undefined)).toBe("switch");
    expect(verdict(slices)).toBe("inconclusive");
  });
});

describe("superiority", () => {
  it("is described beside non-inferiority, and is the test itself where the objective asks for it", () => {
    const { inc: theirs, cand: ours } = counts({ wins: 12, losses: 1, n: 80 });
    const of = (policy: object) =>
      decide(makeRun({ answers: { inc: theirs, cand: ours }, routes: [{ policy }] }), random).routes[0]?.comparisons[0];
    const described = of({});
    const decided = of({ objective: "best-within-budget", maxCostRatio: 2 });
    expect(described?.superiorityP).toBeLessThan(0.05);
    expect(described?.superiorityP).toBeGreaterThan(described?.conditions[0]?.p ?? 1);
    expect(decided?.superiorityP).toBe(decided?.conditions[0]?.p);
    expect(of({ margin: 0.9 })?.superiorityP).toBe(described?.superiorityP);
  });
});

import { describe, expect, it } from "vitest";
import { PolicySchema } from "../domain/policy.ts";
import type { PlannedCandidate } from "../domain/run.ts";
import { lookPlan } from "../stats/looks.ts";
import { clusteredMean, meanInterval } from "../stats/mean.ts";
import { fieller, savingTest } from "../stats/ratio.ts";
import { judgeCost } from "./cost.ts";
import { type AnswerSpec, makeRun, seeded, unitsOf } from "./run.fixtures.ts";

interface Given {
  readonly inc: readonly AnswerSpec[];
  readonly cand: readonly AnswerSpec[];
  readonly clusters?: readonly (string | undefined)[];
  readonly policy?: object;
  readonly volume?: number;
  readonly change?: (candidate: PlannedCandidate) => PlannedCandidate;
}

function cost({ inc, cand, clusters = [], policy = {}, volume, change = (same) => same }: Given) {
  const run = makeRun({ answers: { inc, cand }, clusters });
  const indices = [...run.cases.keys()];
  return judgeCost(unitsOf(run), {
    looks: indices.length === 0 ? [] : lookPlan(indices.length),
    policy: PolicySchema.parse(policy),
    candidate: change(run.manifest.candidates[1] as PlannedCandidate),
    volume: volume ?? null,
  });
}

const random = seeded(5);
const draw = (n: number, mean: number) => Array.from({ length: n }, () => mean * (0.5 + random()));
const priced = (costs: readonly number[]): AnswerSpec[] => costs.map((costUsd) => ({ costUsd }));
const incUsd = draw(150, 1);
const candUsd = draw(150, 0.8);
const inc = priced(incUsd);
const cand = priced(candUsd);

describe("judgeCost", () => {
  it("tests the ratio of means at the declared looks, at the saving that the policy asks for", () => {
    const at = (n: number) =>
      savingTest({ candidate: candUsd.slice(0, n), incumbent: incUsd.slice(0, n), minSaving: 0.15 });
    const { condition, ratio } = cost({ inc, cand, policy: { minSaving: 0.15 } });
    expect(condition).toEqual({ name: "cost", state: "open", p: Math.min(1, at(75) / 0.2, at(150) / 0.7) });
    expect(ratio).toEqual({ ...fieller({ candidate: candUsd, incumbent: incUsd, level: 0.9 }), n: 150 });
  });

  it("asks best-within-budget for maxCostRatio instead of the saving", () => {
    const policy = { objective: "best-within-budget", maxCostRatio: 1.5, minSaving: 0.9 };
    const exact = { candidate: [1.4, 1.4], incumbent: [1, 1] };
    expect(cost({ inc: priced(exact.incumbent), cand: priced(exact.candidate), policy }).condition.p).toBe(0);
    expect(cost({ inc: priced([1, 1]), cand: priced([1.6, 1.6]), policy }).condition).toMatchObject({
      state: "fails",
      p: 1,
    });
  });

  it("neither holds nor fails exactly at the limit", () => {
    const dear = draw(30, 1);
    const { condition } = cost({ inc: priced(dear), cand: priced(dear.map((usd) => usd * 0.9)) });
    expect(condition).toEqual({ name: "cost", state: "open", p: 1 });
  });

  it("fails where the saving is shown to be too small", () => {
    expect(cost({ inc, cand, policy: { minSaving: 0.5 } }).condition).toMatchObject({ state: "fails", p: 1 });
  });

  it("says nothing on a single pair", () => {
    expect(cost({ inc: priced([1]), cand: priced([0.1]) }).condition).toEqual({ name: "cost", state: "open", p: 1 });
  });

  it("has no verdict, no ratio and no forecast where a price is unknown", () => {
    const { condition, ratio, monthlySaving } = cost({ inc, cand: [{ costUsd: null }, ...cand.slice(1)], volume: 10 });
    expect(condition).toEqual({ name: "cost", state: "unknown", p: null, why: "1 of 150 cases have no known cost" });
    expect([ratio, monthlySaving]).toEqual([null, null]);
    expect(cost({ inc: [], cand: [] }).condition).toMatchObject({ state: "unknown", why: "no answers" });
  });

  it("passes over a look before which nothing was answered", () => {
    const none = new Array<undefined>(75).fill(undefined);
    const full = { candidate: candUsd.slice(75), incumbent: incUsd.slice(75), minSaving: 0.1 };
    expect(cost({ inc, cand: [...none, ...cand.slice(75)] }).condition.p).toBe(Math.min(1, savingTest(full) / 0.7));
  });

  it("leaves cases out that one model never answered", () => {
    const lost = [undefined, ...cand.slice(1)];
    expect(cost({ inc, cand: lost }).ratio?.n).toBe(149);
    expect(cost({ inc: [undefined, ...inc.slice(1)], cand }).condition.state).toBe("open");
  });

  it("takes a cluster's total for one unit, never the mean of ratios", () => {
    const clusters = ["k", "k", undefined, undefined];
    const { ratio } = cost({ inc: priced([1, 3, 2, 2]), cand: priced([1, 1, 1, 3]), clusters });
    expect(ratio).toEqual({ ...fieller({ candidate: [2, 1, 3], incumbent: [4, 2, 2], level: 0.9 }), n: 3 });
  });

  it("forecasts a month as volume x mean saving a call x 30, clusters by their cases", () => {
    const { monthlySaving } = cost({ inc, cand, volume: 100 });
    const saved = incUsd.map((usd, index) => usd - (candUsd[index] ?? 0));
    const interval = meanInterval(saved, 0.95);
    expect(monthlySaving?.value).toBeCloseTo((saved.reduce((sum, usd) => sum + usd, 0) / 150) * 3_000, 9);
    expect(monthlySaving?.interval?.low).toBeCloseTo((interval?.low ?? 0) * 3_000, 9);
    const clusters = ["k", "k", "k", undefined];
    const clustered = cost({
      inc: priced([2, 4, 6, 10]),
      cand: priced([1, 1, 1, 1]),
      clusters,
      volume: 1,
    }).monthlySaving;
    const expected = clusteredMean([[1, 3, 5], [9]], 0.95);
    expect(clustered?.value).toBeCloseTo(expected.value * 30, 9);
    expect(clustered?.interval?.high).toBeCloseTo((expected.interval?.high ?? 0) * 30, 9);
  });
});

describe("the guard against heavy tails", () => {
  const reasons = (usd: readonly number[]): AnswerSpec[] => usd.map((costUsd) => ({ costUsd, reasoningTokens: 9 }));
  const tenth = incUsd.map((usd) => usd / 10);

  it("adds one pair at the token limit where the candidate reasons or was cut off", () => {
    const capped = [{ costUsd: 0.1, capped: true }, ...priced(tenth.slice(1))];
    // 100 tokens in at $1 and 500 out at $10 a million.
    const atCap = 0.0051;
    const mean = incUsd.reduce((sum, usd) => sum + usd, 0) / 150;
    const at = (n: number, first: number) =>
      savingTest({
        candidate: [first, ...tenth.slice(1, n), atCap],
        incumbent: [...incUsd.slice(0, n), mean],
        minSaving: 0.1,
      });
    const first = tenth[0] ?? 0;
    expect(cost({ inc, cand: reasons(tenth) }).condition.p).toBe(Math.min(at(75, first) / 0.2, at(150, first) / 0.7));
    expect(cost({ inc, cand: capped }).condition.p).toBe(Math.min(at(75, 0.1) / 0.2, at(150, 0.1) / 0.7));
  });

  it("does nothing elsewhere", () => {
    const without = savingTest({ candidate: tenth.slice(0, 75), incumbent: incUsd.slice(0, 75), minSaving: 0.1 });
    expect(cost({ inc, cand: priced(tenth) }).condition.p).toBeLessThanOrEqual(without / 0.2);
  });

  it("takes as many answers at the limit as a unit has cases", () => {
    const clusters = ["a", "a", "b", "b"];
    const few = { inc: priced([1, 1, 1, 1]), cand: reasons([0.1, 0.1, 0.1, 0.1]), clusters };
    const expected = savingTest({ candidate: [0.2, 0.2, 0.0102], incumbent: [2, 2, 2], minSaving: 0.1 });
    expect(cost(few).condition.p).toBe(expected);
  });

  it("keeps an early saving from being enough when one answer at the limit would undo it", () => {
    const cheap = priced([1e-4, 1e-4, 1e-4]);
    expect(cost({ inc: cheap, cand: priced([1e-5, 1e-5, 1e-5]) }).condition.p).toBe(0);
    expect(cost({ inc: cheap, cand: reasons([1e-5, 1e-5, 1e-5]) }).condition.p).toBeGreaterThan(0.5);
  });

  it("gives no verdict on cost where the token limit or its price is unknown", () => {
    const change: Given["change"] = (candidate) => ({ ...candidate, params: {} });
    const unpriced: Given["change"] = (candidate) => ({
      ...candidate,
      model: { ...candidate.model, price: "unknown" },
    });
    for (const { condition, ratio } of [
      cost({ inc, cand: reasons(tenth), change }),
      cost({ inc, cand: reasons(tenth), change: unpriced }),
    ]) {
      expect(condition).toMatchObject({ state: "unknown", p: null });
      expect(ratio?.value).toBeCloseTo(0.1, 9);
    }
    expect(cost({ inc, cand: priced(tenth), change }).condition.state).toBe("open");
  });
});

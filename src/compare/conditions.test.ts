import { describe, expect, it } from "vitest";
import { PolicySchema } from "../domain/policy.ts";
import { lookPlan } from "../stats/looks.ts";
import { exceedanceTest } from "../stats/quantile.ts";
import { atLevel, judgeErrors, judgeLatency } from "./conditions.ts";
import { type AnswerSpec, FAILED, makeRun, unitsOf as pairsOf } from "./run.fixtures.ts";

function unitsOf(answers: readonly (AnswerSpec | readonly AnswerSpec[])[], repeats = 1) {
  return pairsOf(makeRun({ answers: { inc: answers.map(() => 1), cand: answers }, repeats }));
}

const policy = (changes: object) => PolicySchema.parse(changes);
const latency = (answers: readonly (AnswerSpec | readonly AnswerSpec[])[], repeats = 1) =>
  judgeLatency(unitsOf(answers, repeats), lookPlan(Math.max(1, answers.length)), policy({ p95LatencyMs: 1_000 }));
const answers = (n: number, ...first: AnswerSpec[]): AnswerSpec[] => [
  ...first,
  ...new Array<number>(n - first.length).fill(1),
];
const SLOW = { latencyMs: 1_001 };
const MISSING = { state: "missing", reason: "network", quality: null, latencyMs: null, costUsd: null } as const;

describe("judgeLatency", () => {
  it("is no condition where the route names no limit", () => {
    expect(judgeLatency(unitsOf([1]), lookPlan(1), policy({}))).toBeUndefined();
  });

  it("allows no answer above the limit among 59, and one among 93", () => {
    expect(latency(answers(59))?.p).toBeCloseTo(0.95 ** 59, 12);
    expect(latency(answers(58))?.p).toBeGreaterThan(0.05);
    expect(latency(answers(93, SLOW))?.p).toBeLessThanOrEqual(0.05);
    expect(latency(answers(92, SLOW))?.p).toBeGreaterThan(0.05);
  });

  it("takes an answer at the limit for within it", () => {
    expect(latency(answers(59, { latencyMs: 1_000 }))).toEqual(latency(answers(59)));
  });

  it("counts a failed call as exceeding every limit, timed or not", () => {
    expect(latency(answers(93, FAILED))?.p).toBe(latency(answers(93, SLOW))?.p);
    expect(latency(answers(93, { ...FAILED, latencyMs: null }))?.p).toBe(latency(answers(93, SLOW))?.p);
  });

  it("leaves calls out that never came to an answer by our fault", () => {
    expect(latency(answers(60, MISSING))).toEqual({ ...latency(answers(59)), name: "latency" });
    expect(latency([MISSING])).toEqual({ name: "latency", state: "unknown", p: null, why: "no answers" });
  });

  it("is unknown where an answer was not timed", () => {
    expect(latency(answers(59, { latencyMs: null }))).toEqual({
      name: "latency",
      state: "unknown",
      p: null,
      why: "1 of 59 answers were not timed together with the incumbent's",
    });
  });

  it("looks at first repeats alone: those of one case depend on each other", () => {
    expect(latency(new Array(59).fill([1, SLOW]), 2)?.p).toBeCloseTo(0.95 ** 59, 12);
  });

  it("takes the declared looks with their shares", () => {
    const half = exceedanceTest({ exceed: 0, n: 60, share: 0.05 });
    const full = exceedanceTest({ exceed: 8, n: 120, share: 0.05 });
    const late = [...answers(112), ...new Array(8).fill(SLOW)];
    expect(latency(late)?.p).toBe(Math.min(1, half / 0.2, full / 0.7));
  });

  it("fails where the exact lower bound of the share is above 5 %", () => {
    expect(latency(answers(100, ...new Array(10).fill(SLOW)))?.state).toBe("fails");
    expect(latency(answers(100, ...new Array(9).fill(SLOW)))?.state).toBe("open");
  });
});

describe("judgeErrors", () => {
  const errors = (failed: number, n: number, maxErrorRate = 0.02) =>
    judgeErrors(unitsOf(answers(n, ...new Array(failed).fill(FAILED))), policy({ maxErrorRate }));

  it("holds up to the observed rate that the policy allows, and tests nothing", () => {
    expect(errors(2, 100)).toEqual({ name: "errors", state: "holds", p: null, seen: { count: 2, of: 100 } });
    expect(errors(3, 100)).toEqual({ name: "errors", state: "open", p: null, seen: { count: 3, of: 100 } });
  });

  it("fails where the exact lower bound of the rate is above the limit", () => {
    expect(errors(6, 100).state).toBe("fails");
    expect(errors(5, 100).state).toBe("open");
  });

  it("is unknown without answers, and does not count what is missing", () => {
    expect(judgeErrors(unitsOf([MISSING, undefined]), policy({})).state).toBe("unknown");
    expect(judgeErrors(unitsOf([MISSING, 1]), policy({})).state).toBe("holds");
  });
});

describe("atLevel", () => {
  it("lets an open condition hold at its level, and no other", () => {
    const condition = { name: "cost", state: "open", p: 0.02 } as const;
    expect(atLevel(condition, 0.02).state).toBe("holds");
    expect(atLevel(condition, 0.019).state).toBe("open");
    expect(atLevel({ ...condition, state: "fails" }, 0.05).state).toBe("fails");
    expect(atLevel({ ...condition, p: null }, 0.05).state).toBe("open");
  });
});

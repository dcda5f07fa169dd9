import { describe, expect, it } from "vitest";
import { clusteredMean } from "../stats/mean.ts";
import { wilson } from "../stats/proportion.ts";
import { FAILED, makeRun, type RunSpec } from "./run.fixtures.ts";
import { summarise } from "./summary.ts";
import { tabulate } from "./table.ts";

function summary(spec: RunSpec) {
  const run = makeRun(spec);
  const [first] = summarise(run, tabulate(run));
  if (first === undefined) throw new Error("no candidate");
  return first;
}

describe("summarise", () => {
  it("gives a share of right answers with Wilson's interval, failures counting as wrong", () => {
    const { quality, errors, failures, trials } = summary({ answers: { inc: [1, 1, 0, FAILED] } });
    expect(quality).toEqual({ value: 0.5, interval: wilson(2, 4, 0.95), n: 4 });
    expect(errors).toEqual({ value: 0.25, interval: wilson(1, 4, 0.95), n: 4 });
    expect([failures, trials]).toEqual([{ timeout: 1 }, 4]);
  });

  it("takes the cases of a cluster, and the repeats of a case, for dependent", () => {
    const clustered = summary({ answers: { inc: [0.2, 0.4, 0.9] }, clusters: ["k", "k", undefined], scale: "graded" });
    // Two units leave t one degree of freedom: the bounds lie far outside the scale, and are cut to it.
    const whole = { level: 0.95, method: "Student t, clustered", low: 0, high: 1 };
    expect(clustered.quality).toEqual({ ...clusteredMean([[0.2, 0.4], [0.9]], 0.95), interval: whole });
    const repeated = summary({
      answers: {
        inc: [
          [0.2, 0.4],
          [0.9, 0.7],
        ],
      },
      repeats: 2,
      scale: "graded",
    });
    const pairs = [
      [0.2, 0.4],
      [0.9, 0.7],
    ];
    expect(repeated.scorers.rule).toEqual({ ...clusteredMean(pairs, 0.95), interval: whole });
  });

  it("cuts intervals of scores at 0 and 1, and of nothing else", () => {
    const scores = summary({ answers: { inc: [1, 1, 0.9, 1] }, scale: "graded" });
    expect(scores.quality?.interval?.high).toBe(1);
    const { costPer1000 } = summary({ answers: { inc: [{ costUsd: 0.004 }, { costUsd: 0.006 }, { costUsd: 0.005 }] } });
    expect(costPer1000?.interval?.high).toBeGreaterThan(5);
    expect(costPer1000?.interval?.low).toBeGreaterThan(1);
  });

  it("has no mean cost where one call has no price, and says how many", () => {
    const { costPer1000, unpriced } = summary({ answers: { inc: [1, { costUsd: null }] } });
    expect([costPer1000, unpriced]).toEqual([null, 1]);
    expect(summary({ answers: { inc: [{ costUsd: 0.002 }, { costUsd: 0.004 }] } }).costPer1000?.value).toBeCloseTo(
      3,
      12,
    );
  });

  it("counts what is missing neither as an error nor as unpriced", () => {
    const missing = { state: "missing", reason: "network", quality: null, costUsd: null, latencyMs: null } as const;
    expect(summary({ answers: { inc: [1, missing] } })).toMatchObject({
      unpriced: 0,
      unscored: 0,
      failures: {},
      errors: { n: 1 },
    });
    expect(summary({ answers: { inc: [1, null] } })).toMatchObject({ unscored: 1, quality: { n: 1 } });
  });

  it("describes nothing where there is nothing", () => {
    const empty = { quality: null, costPer1000: null, latencyP50Ms: null, latencyP95Ms: null, errors: null, trials: 0 };
    expect(summary({ answers: { inc: [undefined] } })).toMatchObject({ ...empty, scorers: { rule: null } });
  });

  it("slices by tags of two to 24 values", () => {
    const tags = Array.from({ length: 30 }, (_, index) => ({
      id: `${index}`,
      lot: "all",
      half: index < 15 ? "first" : "second",
    }));
    const { slices } = summary({ answers: { inc: tags.map((_, index) => (index < 15 ? 1 : 0)) }, tags });
    expect(Object.keys(slices)).toEqual(["half=first", "half=second"]);
    expect(slices["half=first"]).toMatchObject({ value: 1, n: 15 });
  });

  it("adds up the tokens of answers that were counted", () => {
    const { tokens } = summary({ answers: { inc: [1, { visibleTokens: null }, { reasoningTokens: 7 }, FAILED] } });
    expect(tokens).toEqual({ input: 200, visibleOutput: 100, reasoning: 7, counted: 2 });
  });
});

import { describe, expect, it } from "vitest";
import { casesOf, differencesOf, imputed, type PairedUnits, upTo } from "./pairs.ts";
import { makeRun, unitsOf as pairsOf, type RunSpec } from "./run.fixtures.ts";

const unitsOf = (spec: RunSpec) => pairsOf(makeRun(spec));

/** What the first unit says. */
const first = ({ cases, answered, differences, worst, best, candidateUsd, incumbentUsd, missing }: PairedUnits) => ({
  ...{
    cases: cases[0],
    answered: answered[0],
    difference: differences[0],
    worst: worst.values[0],
    best: best.values[0],
  },
  ...{ candidateUsd: candidateUsd[0], incumbentUsd: incumbentUsd[0], missing: [...missing] },
});

describe("casesOf", () => {
  const run = makeRun({ answers: { inc: [1, 1, 1] }, tags: [{ a: "x", b: "y" }, { a: "x" }, {}] });

  it("takes the cases that carry every tag of the slice", () => {
    expect([{}, { a: "x" }, { a: "x", b: "y" }, { a: "z" }, { toString: "x" }].map((s) => casesOf(run, s))).toEqual([
      [0, 1, 2],
      [0, 1],
      [0],
      [],
      [],
    ]);
  });
});

describe("pairUnits", () => {
  it("averages the differences of a cluster and adds up its costs", () => {
    const unit = first(unitsOf({ answers: { inc: [0.5, 1], cand: [1, 0.8] }, clusters: ["k", "k"], scale: "graded" }));
    expect(unit).toMatchObject({ cases: 2, answered: 2, candidateUsd: 0.01, incumbentUsd: 0.02, missing: [] });
    expect(unit.difference).toBeCloseTo(0.15, 12);
  });

  it("counts what is missing at -1 and at +1, whichever model it befell", () => {
    const units = unitsOf({ answers: { inc: [1, null, 1, undefined], cand: [null, 1, undefined, 1] } });
    expect([...units.missing]).toEqual([
      ["candidate: judge unparseable", 1],
      ["incumbent: judge unparseable", 1],
      ["candidate: no answer", 1],
      ["incumbent: no answer", 1],
    ]);
    expect(differencesOf(units)).toHaveLength(0);
    expect([...imputed(units, -1).differences]).toEqual([-1, -1, -1, -1]);
    expect([...imputed(units, 1).differences]).toEqual([1, 1, 1, 1]);
  });

  it("counts missing repeats and missing cases of a cluster by their share", () => {
    const repeated = first(unitsOf({ answers: { inc: [[1, 1, 1, 1]], cand: [[0, 0, 0, null]] }, repeats: 4 }));
    expect(repeated).toMatchObject({ difference: -1, worst: -1, best: -0.5 });
    expect(repeated.missing).toEqual([["candidate: judge unparseable, in some repeats", 1]]);
    const clustered = first(unitsOf({ answers: { inc: [0, 1], cand: [1, null] }, clusters: ["k", "k"] }));
    expect(clustered).toMatchObject({ difference: 1, worst: 0, best: 1 });
  });

  it("costs only the cases that both models answered, failed calls included", () => {
    const failed = { state: "failed", reason: "timeout", quality: 0, costUsd: 0.5 } as const;
    const answers = { inc: [1, 1, undefined], cand: [failed, undefined, 1] };
    const unit = first(unitsOf({ answers, clusters: ["k", "k", "k"] }));
    expect(unit).toMatchObject({ cases: 3, answered: 1, candidateUsd: 0.5, incumbentUsd: 0.01 });
  });

  it("has no cost where one answered case has none", () => {
    const answers = { inc: [1, 1], cand: [{ costUsd: null }, 1] };
    const unit = first(unitsOf({ answers, clusters: ["k", "k"] }));
    expect(unit).toMatchObject({ answered: 2, candidateUsd: Number.NaN, incumbentUsd: 0.02 });
  });

  it("covers with a look the units that are complete by then", () => {
    const units = unitsOf({ answers: { inc: [1, 1, 1, 1], cand: [0, 1, 0, 1] }, clusters: ["k", undefined, "k"] });
    const seen = [1, 2, 3, 9].map((n) => [...upTo(units, n).differences]);
    expect(seen).toEqual([[], [0], [0, -1], [0, -1, 0]]);
  });

  it("leaves out times that were not measured beside the rival's", () => {
    const answers = { inc: [{ from: "old" }, 1], cand: [1, 1] };
    const units = unitsOf({ answers, clusters: ["k", "k"] });
    expect([...units.timedCandidateTrials(0)].map(({ latencyMs }) => latencyMs)).toEqual([null, 1_000]);
    expect([...units.timedIncumbentTrials(0)].map(({ latencyMs }) => latencyMs)).toEqual([null, 1_000]);
  });
});

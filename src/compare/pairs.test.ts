import { describe, expect, it } from "vitest";
import { casesOf, groupCases, imputed, observed } from "./pairs.ts";
import { makeRun, unitsOf as pairsOf, type RunSpec } from "./run.fixtures.ts";

const unitsOf = (spec: RunSpec) => pairsOf(makeRun(spec));

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

describe("groupCases", () => {
  it("makes one unit of a cluster, in its place once it is complete", () => {
    const { cases } = makeRun({ answers: { inc: [1, 1, 1, 1] }, clusters: ["k", undefined, "k", undefined] });
    expect(groupCases(cases, [0, 1, 2, 3])).toEqual([
      { place: 2, members: [1] },
      { place: 3, members: [0, 2] },
      { place: 4, members: [3] },
    ]);
  });

  it("keeps a cluster apart from a case of the same name", () => {
    const { cases } = makeRun({ answers: { inc: [1, 1] }, clusters: [undefined, "case-0"] });
    expect(groupCases(cases, [0, 1])).toHaveLength(2);
  });
});

describe("pairUnits", () => {
  it("averages the differences of a cluster and adds up its costs", () => {
    const [unit] = unitsOf({ answers: { inc: [0.5, 1], cand: [1, 0.8] }, clusters: ["k", "k"], scale: "graded" });
    expect(unit).toMatchObject({ cases: 2, answered: 2, candidateUsd: 0.01, incumbentUsd: 0.02, missing: [] });
    expect(unit?.difference).toBeCloseTo(0.15, 12);
  });

  it("counts what is missing at -1 and at +1, whichever model it befell", () => {
    const units = unitsOf({ answers: { inc: [1, null, 1, undefined], cand: [null, 1, undefined, 1] } });
    expect(units.map(({ missing }) => missing[0])).toEqual([
      "candidate: judge unparseable",
      "incumbent: judge unparseable",
      "candidate: no answer",
      "incumbent: no answer",
    ]);
    expect(observed(units)).toEqual([]);
    expect(imputed(units, -1).map(({ difference }) => difference)).toEqual([-1, -1, -1, -1]);
    expect(imputed(units, 1).map(({ difference }) => difference)).toEqual([1, 1, 1, 1]);
  });

  it("counts missing repeats and missing cases of a cluster by their share", () => {
    const [repeated] = unitsOf({ answers: { inc: [[1, 1, 1, 1]], cand: [[0, 0, 0, null]] }, repeats: 4 });
    expect(repeated).toMatchObject({ difference: -1, worst: -1, best: -0.5 });
    expect(repeated?.missing).toEqual(["candidate: judge unparseable, in some repeats"]);
    const [clustered] = unitsOf({ answers: { inc: [0, 1], cand: [1, null] }, clusters: ["k", "k"] });
    expect(clustered).toMatchObject({ difference: 1, worst: 0, best: 1 });
  });

  it("costs only the cases that both models answered, failed calls included", () => {
    const failed = { state: "failed", reason: "timeout", quality: 0, costUsd: 0.5 } as const;
    const [unit] = unitsOf({
      answers: { inc: [1, 1, undefined], cand: [failed, undefined, 1] },
      clusters: ["k", "k", "k"],
    });
    expect(unit).toMatchObject({ cases: 3, answered: 1, candidateUsd: 0.5, incumbentUsd: 0.01 });
  });

  it("has no cost where one answered case has none", () => {
    const [unit] = unitsOf({ answers: { inc: [1, 1], cand: [{ costUsd: null }, 1] }, clusters: ["k", "k"] });
    expect(unit).toMatchObject({ answered: 2, candidateUsd: null, incumbentUsd: 0.02 });
  });
});

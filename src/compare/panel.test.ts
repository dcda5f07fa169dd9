import { describe, expect, it } from "vitest";
import type { Manifest } from "../domain/run.ts";
import { decide } from "./decide.ts";
import { type AnswerSpec, makeRun, random } from "./run.fixtures.ts";

/** A panel of three families, two of which are compared: the models' families are their names. */
const panelOf = (panel: "mean" | "majority", more: Partial<Manifest["scorers"][number]> = {}): Partial<Manifest> => ({
  judge: {
    model: "j-inc + j-cand + j-other",
    family: "inc + cand + other",
    related: false,
    panel: ["inc", "cand", "other"].map((family) => ({ model: `j-${family}`, family })),
  },
  scorers: [{ name: "judge", rule: "judge", weight: 1, required: false, certainty: "judge", panel, ...more }],
});

const voted = (votes: readonly (number | null)[], more: Partial<AnswerSpec & object> = {}): AnswerSpec => ({
  quality: 0.5,
  values: [0.5],
  votes: [votes],
  ...more,
});

function compared(inc: AnswerSpec, cand: AnswerSpec, manifest = panelOf("mean")) {
  const run = makeRun({ scale: "graded", manifest, answers: { inc: [inc], cand: [cand] } });
  const comparison = decide(run, random).routes[0]?.comparisons[0];
  return { value: comparison?.quality?.value, missing: comparison?.missing };
}

describe("a comparison under a panel", () => {
  it("hears no member of either compared family, on either answer", () => {
    expect(compared(voted([null, 1, 0.2]), voted([0, null, 0.6])).value).toBeCloseTo(0.4, 12);
    expect(compared(voted([null, 0, 0.5]), voted([1, null, 0.5])).value).toBe(0);
  });

  it("hears only those that voted on both: a lenient member on one side alone would tip it", () => {
    const manifest = panelOf("mean");
    const panel = [...(manifest.judge?.panel ?? []), { model: "j-more", family: "more" }];
    const four = { ...manifest, judge: { ...manifest.judge, panel } } as Partial<Manifest>;
    expect(compared(voted([null, 1, 0.4, null]), voted([0, null, 0.4, 1]), four).value).toBe(0);
    expect(compared(voted([null, 1, 0.4, 0]), voted([0, null, 0.4, 1]), four).value).toBeCloseTo(0.5, 12);
  });

  it("takes the middle of the values where the suite wants the majority", () => {
    const manifest = panelOf("majority");
    const families = ["x", "y", "z"].map((family) => ({ model: family, family }));
    const three = { ...manifest, judge: { ...manifest.judge, panel: families } } as Partial<Manifest>;
    expect(compared(voted([0, 0, 1]), voted([1, 1, 0]), three).value).toBe(1);
  });

  it("is missing where no unrelated member read both answers, and counts against the candidate", () => {
    const { value, missing } = compared(voted([null, 1, null]), voted([1, null, 0.5]));
    expect(value).toBeUndefined();
    expect(missing).toEqual({ "candidate: no judge of another family read both answers": 1 });
  });

  it("keeps what nobody had to judge, failures, and the other scorers with their weights", () => {
    expect(compared({ quality: 0.5, values: [0.5] }, { quality: 1, values: [1] }).value).toBe(0.5);
    expect(compared(voted([null, 1, 0.6]), { state: "failed", quality: 0 }).value).toBeCloseTo(-0.6, 12);
    const exact = { name: "rule", rule: "equals", weight: 3, required: false, certainty: "exact" as const };
    const manifest = panelOf("mean");
    const both = { ...manifest, scorers: [...(manifest.scorers ?? []), exact] };
    const with_ = (votes: readonly (number | null)[], rule: number): AnswerSpec => ({
      ...{ quality: 0.5, values: [0.5, rule] },
      votes: [votes, [null, null, null]],
    });
    expect(compared(with_([null, 1, 0], 1), with_([0, null, 1], 0), both).value).toBeCloseTo((1 - 3) / 4, 12);
  });
});

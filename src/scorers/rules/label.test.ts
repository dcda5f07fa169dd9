import { describe, expect, it } from "vitest";
import { aCase, scorerOf, scoreText } from "../scorers.fixtures.ts";

const LABELS = ["billing", "refund", "bug"];
const scorer = scorerOf("label", { labels: LABELS });
const item = aCase({ target: { label: "refund" } });

describe("label", () => {
  it.each([[["Yes", "yes"]], [["a-b", "a\u2013b"]], [["ok", "?"]]])(
    "refuses the labels %j, which nobody could tell apart",
    (labels) => {
      expect(() => scorerOf("label", { labels })).toThrow(
        "labels: two labels are the same but for case, or one has no",
      );
    },
  );

  it.each([
    ["It is a refund.", 1, 'says "refund"'],
    ["Billing", 0, 'says "billing", wanted "refund"'],
    ["billing or refund", 0, 'names no label: "billing or refund"; wanted "refund"'],
    ["", 0, 'names no label: ""; wanted "refund"'],
  ])("scores %j", async (text, value, explanation) => {
    expect(await scoreText(scorer, text, item)).toEqual({ state: "scored", value, explanation });
  });

  it("accepts every label that the case accepts, and no other", async () => {
    const either = aCase({ target: { label: "refund", accept: ["refund", "billing"] } });
    expect(await scoreText(scorer, "billing", either)).toMatchObject({ value: 1 });
    expect(await scoreText(scorer, "bug", either)).toMatchObject({
      explanation: 'says "bug", wanted "refund" or "billing"',
    });
  });

  it("takes the labels of the case's tag", async () => {
    const byTask = scorerOf("label", { by: "task", labels: { triage: LABELS, urgency: ["high", "low"] } });
    const urgent = aCase({ target: { label: "high" }, tags: { task: "urgency" } });
    expect(byTask.refuses(urgent)).toBeUndefined();
    expect(await scoreText(byTask, "high", urgent)).toMatchObject({ value: 1 });
  });

  it.each([
    [{}, 'it has no tag "task", by which the labels go'],
    [{ task: "tirage" }, "no labels for task=tirage"],
    [{ task: "constructor" }, "no labels for task=constructor"],
  ])("refuses a case with the tags %j before anything runs", async (tags, reason) => {
    const byTask = scorerOf("label", { by: "task", labels: { triage: LABELS } });
    const stray = aCase({ target: { label: "refund" }, tags });
    expect(byTask.refuses(stray)).toBe(reason);
    expect(await scoreText(byTask, "refund", stray)).toEqual({ state: "unscored", reason });
  });

  it.each([
    [{ label: "refnd" }, '"refnd" is none of the labels (billing, refund, bug)'],
    [{ label: "refund", accept: ["refund", "Bug"] }, '"Bug" is none of the labels (billing, refund, bug)'],
    [{ label: "refund", accept: [] }, /^target\.accept: /],
    ["refund", /^target: /],
    [undefined, "it has no target"],
  ])("refuses the target %j: no answer could ever be right", (target, reason) => {
    expect(scorer.refuses(aCase({ target }))).toEqual(
      typeof reason === "string" ? reason : expect.stringMatching(reason),
    );
  });
});

describe("label with an abstain label", () => {
  const options = { labels: ["billing", "refund"], abstain: "unsure" };
  const item = aCase({ target: { label: "refund" } });

  it.each([
    [{}, "Unsure.", 0],
    [{ abstainValue: 0.25 }, "I am **unsure**.", 0.25],
    [{ abstainValue: 0.25 }, "refund", 1],
    [{ abstainValue: 0.25 }, "billing", 0],
    [{ abstainValue: 0.25 }, "Hard to say.", 0],
    [{ labels: ["billing", "refund", "unsure"], abstainValue: 0.5 }, "unsure", 0.5],
  ])("with %j gives %j %d", async (more, text, value) => {
    expect(await scoreText(scorerOf("label", { ...options, ...more }), text, item)).toMatchObject({ value });
  });

  it("says so, and takes abstaining for right where it is", async () => {
    const scorer = scorerOf("label", { ...options, abstainValue: 0.25 });
    expect(await scoreText(scorer, "unsure", item)).toMatchObject({
      explanation: 'abstains ("unsure"), wanted "refund"',
    });
    const open = aCase({ target: { label: "unsure" } });
    expect(scorer.refuses(open)).toBeUndefined();
    expect(await scoreText(scorer, "unsure", open)).toMatchObject({ value: 1 });
    expect(() => scorerOf("label", { ...options, abstain: "Refund" })).toThrow(
      "abstain: it is one of the labels but for case",
    );
  });
});

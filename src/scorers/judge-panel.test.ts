import { describe, expect, it } from "vitest";
import { ScoreSchema } from "../domain/trial.ts";
import type { Judge, Rival, ScorerInput } from "../ports.ts";
import { aCase, aCompletion, scorerOf } from "./scorers.fixtures.ts";

const RUBRIC = "title: T\ncriteria: [{ id: right, ask: Right? }]";
const CHOICES =
  "title: T\nchoices: [{ id: bad, means: Wrong., value: 0 }, { id: good, means: Right., value: 1 }, { id: unsure, means: Cannot tell., value: abstain }]";

type Say = (seen: { readonly text: string; readonly sample: number }) => object | string;

/** A judge that answers by what it is shown; the tag of the prompt is added to what it says. */
function judgeThat(say: Say, model = "j", family = model) {
  const calls: string[] = [];
  const judge: Judge = {
    model,
    family,
    async ask({ messages, sample }) {
      const tag = /"for": "(answer-\w+)"/.exec(messages[0]?.content ?? "")?.[1];
      const text = messages[1]?.content ?? "";
      calls.push(text);
      const said = say({ text, sample });
      return {
        state: "replied",
        text: typeof said === "string" ? said : JSON.stringify({ for: tag, ...said }),
        costUsd: 1,
      };
    },
  };
  return { judge, calls };
}

const met = (yes: boolean) => ({ criteria: [{ id: "right", met: yes, evidence: yes ? "The parcel is late" : "" }] });
const THEIRS: Rival = { state: "answered", text: "Their words.", family: "r" };

type More = Partial<ScorerInput> & { readonly options?: object; readonly rubric?: string };

function judged(rule: string, judges: readonly Judge[], more: More = {}) {
  const { options, rubric = RUBRIC, ...input } = more;
  const readProjectFile = () => (rule === "judge-choice" ? CHOICES : rubric);
  const scorer = scorerOf(rule, { rubric: "r.yaml", ...options }, { judges, readProjectFile });
  const completion = aCompletion("The parcel is late.");
  return scorer.score({ case: aCase(), completion, repeat: 0, signal: new AbortController().signal, ...input });
}

describe("a comparison", () => {
  const oursWins: Say = ({ text }) => ({ winner: text.indexOf("parcel") < text.indexOf("Their") ? "A" : "B" });

  it("asks in both orders, and says what each gave", async () => {
    const { judge, calls } = judgeThat(oursWins);
    const score = await judged("judge-pairwise", [judge], { rival: THEIRS });
    expect(ScoreSchema.parse(score)).toMatchObject({
      value: 1,
      explanation: "better than the answer of the model that serves today",
      judge: { costUsd: 2, orders: [{ first: "win", second: "win" }] },
    });
    expect(calls).toHaveLength(2);
    expect(calls.map((text) => text.indexOf("parcel") < text.indexOf("Their")).sort()).toEqual([false, true]);
  });

  it("makes a tie of a verdict that flips with the order", async () => {
    const { judge } = judgeThat(() => ({ winner: "A" }));
    expect(await judged("judge-pairwise", [judge], { rival: THEIRS })).toMatchObject({
      value: 0.5,
      explanation: "as good as the answer of the model that serves today; 1 of 1 verdicts flip with the order",
      judge: { orders: [{ first: "win", second: "loss" }] },
    });
  });

  it("reads a judge that keeps to a form of its own by the lines that the rubric declares", async () => {
    const { judge } = judgeThat((seen) =>
      (oursWins(seen) as { winner: string }).winner === "A"
        ? "Answer B is better at first sight.\n1 is the one."
        : "2\nAnswer A is shorter, and better for it.",
    );
    const rubric = `${RUBRIC}\nverdictLines: { first: "1", second: "2" }`;
    expect(await judged("judge-pairwise", [judge], { rival: THEIRS, rubric })).toMatchObject({ value: 1 });
    expect(await judged("judge-pairwise", [judge], { rival: THEIRS })).toMatchObject({ value: 0 });
  });

  it.each([
    ["the answer itself", { state: "self" }, 0.5],
    ["no answer", { state: "failed" }, 1],
    ["the same words", { ...THEIRS, text: "The parcel is late." }, 0.5],
  ] as const)("asks nobody to compare with %s", async (_name, rival, value) => {
    const { judge, calls } = judgeThat(oursWins);
    expect(await judged("judge-pairwise", [judge], { rival })).toMatchObject({ state: "scored", value });
    expect(calls).toEqual([]);
  });

  it("is unscored where the other answer is missing, or one order cannot be read", async () => {
    const { judge } = judgeThat(({ text }) =>
      text.indexOf("parcel") < text.indexOf("Their") ? "Hm." : { winner: "A" },
    );
    expect(await judged("judge-pairwise", [judge])).toMatchObject({ reason: "no answer to compare with" });
    expect(await judged("judge-pairwise", [judge], { rival: THEIRS })).toEqual({
      state: "unscored",
      reason: "judge unparseable",
      judgeText: "Hm.",
      costUsd: 3,
    });
  });
});

describe("a choice", () => {
  it("has the value of what the judge chose", async () => {
    expect(await judged("judge-choice", [judgeThat(() => ({ choice: "good" })).judge])).toMatchObject({
      value: 1,
      explanation: "good",
      judge: { choice: "good" },
    });
  });

  it("is unscored where the judge cannot tell, or names no choice", async () => {
    const { judge } = judgeThat(() => ({ choice: "unsure" }));
    expect(await judged("judge-choice", [judge])).toMatchObject({ reason: "judge abstains: unsure" });
    expect(await judged("judge-choice", [judgeThat(() => ({ choice: "fine" })).judge])).toMatchObject({
      reason: "judge unparseable",
    });
  });
});

describe("a panel", () => {
  const yes = judgeThat(() => met(true), "yes").judge;
  const no = judgeThat(() => met(false), "no").judge;
  const mute = judgeThat(() => "Hm.", "mute").judge;

  it.each([
    ["mean", [yes, yes, no], 2 / 3],
    ["majority", [yes, yes, no], 1],
    ["majority", [yes, no, no], 0],
    ["majority", [yes, no], 0.5],
  ] as const)("takes the %s of its members", async (panel, judges, value) => {
    const score = await judged("judge", judges, { options: { panel } });
    expect(score).toMatchObject({ state: "scored", value });
  });

  it("shows who abstains, and why", async () => {
    const score = await judged("judge", [yes, mute, no]);
    expect(ScoreSchema.parse(score)).toMatchObject({
      value: 0.5,
      explanation: "does not meet: right; yes 1, mute abstains (judge unparseable), no 0",
      judge: {
        model: "yes + mute + no",
        votes: [{ value: 1 }, { value: null, reason: "judge unparseable" }, { value: 0 }],
      },
    });
    expect(await judged("judge", [mute, mute, mute])).toMatchObject({ state: "unscored", reason: "judge unparseable" });
  });

  it("hears no judge on an answer of its own family, nor on a comparison with one", async () => {
    const { judge, calls } = judgeThat(() => ({ winner: "tie", ...met(true) }), "kin");
    const score = await judged("judge", [judge, yes, no], { family: "kin" });
    expect(score).toMatchObject({
      value: 0.5,
      judge: { votes: [{ value: null, reason: "of the family of a judged model" }, {}, {}] },
    });
    const rival: Rival = { ...THEIRS, family: "kin" };
    await judged("judge-pairwise", [judge, yes, no], { rival, family: "other" });
    expect(calls).toEqual([]);
  });
});

describe("repeated readings", () => {
  it("are averaged, with the share that differs from the first", async () => {
    const { judge, calls } = judgeThat(({ sample }) => met(sample !== 1));
    const score = await judged("judge", [judge], { options: { repeats: 4 } });
    expect(score).toMatchObject({ value: 0.75, judge: { flips: { of: 3, flipped: 1 }, costUsd: 4 } });
    expect(calls).toHaveLength(4);
  });
});

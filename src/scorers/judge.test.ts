import { describe, expect, it } from "vitest";
import type { Message } from "../domain/case.ts";
import { type Score, ScoreSchema } from "../domain/trial.ts";
import { UserError } from "../errors.ts";
import type { Judge, JudgeReply } from "../ports.ts";
import { readVerdicts } from "./judge-reading.ts";
import { parseRubric } from "./rubric.ts";
import { aCase, scorerOf, scoreText, timeOf } from "./scorers.fixtures.ts";

const RUBRIC = `title: Test
criteria:
  - { id: right, ask: Is it right?, weight: 3 }
  - { id: brief, ask: Is it brief? }
`;
const ANSWER = "It cost “4,908” – in all. Nothing more.";

const verdict = (id: string, met: boolean, evidence = met ? "Nothing more" : "") => ({ id, met, evidence });
const reply = (...criteria: object[]) => JSON.stringify({ criteria });
const BOTH = reply(verdict("right", true), verdict("brief", true));

/** Plays one reply a call, the last one again and again; keeps what it was sent. */
function scripted(...replies: (JudgeReply | Error | string)[]) {
  const asked: (readonly Message[])[] = [];
  const judge: Judge = {
    model: "the-judge",
    family: "f",
    async ask({ messages }) {
      const next = replies[Math.min(asked.length, replies.length - 1)] as JudgeReply | Error | string;
      asked.push(messages);
      if (next instanceof Error) throw next;
      return typeof next === "string" ? { state: "replied", text: next, costUsd: 0.5 } : next;
    },
  };
  return { judge, asked };
}

function scoreBy(judge: Judge | undefined, text = ANSWER, signal?: AbortSignal): Promise<Score> {
  const services = { judges: judge === undefined ? [] : [judge], readProjectFile: () => RUBRIC };
  return scoreText(scorerOf("judge", { rubric: "r.yaml" }, services), text, aCase(), signal);
}

describe("judge", () => {
  it("gives the weight of the criteria that are met, with who judged, by what, at what cost", async () => {
    const score = await scoreBy(scripted(reply(verdict("right", true), verdict("brief", false))).judge);
    expect(ScoreSchema.parse(score)).toEqual({
      state: "scored",
      value: 0.75,
      explanation: "does not meet: brief",
      judge: {
        model: "the-judge",
        rubric: expect.stringMatching(/^[0-9a-f]{16}$/),
        costUsd: 0.5,
        criteria: [verdict("right", true), verdict("brief", false)],
      },
    });
  });

  it.each([
    ["as written", "It cost “4,908” – in all."],
    ["in other quotes, dashes, spaces and capitals", 'IT COST  "4,908" - in all'],
    ["with words left out", "It cost … in all"],
    ["with words left out in brackets", "It cost [...] Nothing more."],
    ["in Markdown", "**Nothing more**"],
    ["whole words that stand inside another word before", "in all. Nothing"],
  ])("counts a criterion whose evidence stands in the answer: %s", async (_name, evidence) => {
    const { judge } = scripted(reply(verdict("right", true, evidence), verdict("brief", false)));
    expect(await scoreBy(judge)).toMatchObject({ value: 0.75 });
  });

  it.each([
    ["is made up", "It cost 5,198"],
    ["is empty", ""],
    ["is dots alone", "…"],
    ["is half made up", "It cost … a fortune"],
    ["is a letter", "o"],
    ["is a word or two that stand in any answer", "in all"],
    ["stands there in another order", "Nothing more … It cost"],
    ["says one thing twice that stands there once", "Nothing more … Nothing more"],
    ["begins inside a word", "othing more"],
    ["ends inside a word", "in all. Nothing mor"],
    ["is stops and dashes", "– – – – – – – – – –"],
  ])("does not count a criterion whose evidence %s", async (_name, evidence) => {
    const { judge } = scripted(reply(verdict("right", true, evidence), verdict("brief", true)));
    expect(await scoreBy(judge)).toMatchObject({
      value: 0.25,
      explanation: "does not meet: right",
      judge: { criteria: [{ met: false, evidence }, { met: true }] },
    });
  });

  it("counts a quote of all of a short answer, and a few characters where they make a phrase", async () => {
    const quoting = (evidence: string) => scripted(reply(verdict("right", true, evidence), verdict("brief", false)));
    expect(await scoreBy(quoting("42").judge, "42.")).toMatchObject({ value: 0.75 });
    expect(await scoreBy(quoting("42").judge, "42 or 43.")).toMatchObject({ value: 0 });
    expect(await scoreBy(quoting("已经退款").judge, "我们已经退款给客户。")).toMatchObject({ value: 0.75 });
    expect(await scoreBy(quoting("我们").judge, "我们已经退款给客户。")).toMatchObject({ value: 0 });
  });

  it("looks for evidence in what the judge was shown, without hidden characters", async () => {
    const { judge } = scripted(reply(verdict("right", true, "Nothing more"), verdict("brief", false)));
    expect(await scoreBy(judge, "No\u00adthing\u200b more")).toMatchObject({ value: 0.75 });
  });

  it("asks once more after a reply that cannot be read, and sums the cost of both", async () => {
    const { judge, asked } = scripted("I like it.", BOTH);
    expect(await scoreBy(judge)).toMatchObject({
      value: 1,
      explanation: "meets every criterion",
      judge: { costUsd: 1 },
    });
    expect(asked).toHaveLength(2);
    expect(asked[1]?.slice(0, 2)).toEqual(asked[0]);
    expect(asked[1]?.slice(2)).toEqual([
      { role: "assistant", content: "I like it." },
      { role: "user", content: expect.stringContaining("not the JSON asked for") },
    ]);
  });

  it("is unscored after a second one, and keeps the text and the cost", async () => {
    const { judge, asked } = scripted("I like it.", "I do.");
    const reason = "judge unparseable";
    expect(await scoreBy(judge)).toEqual({ state: "unscored", reason, judgeText: "I do.", costUsd: 1 });
    expect(asked).toHaveLength(2);
  });

  it("asks once more after a reply that its limit cut, whatever it says by then", async () => {
    const cut: JudgeReply = { state: "replied", text: BOTH, costUsd: 0.5, cut: true };
    const { judge, asked } = scripted(cut, reply(verdict("right", false), verdict("brief", true)));
    expect(await scoreBy(judge)).toMatchObject({ value: 0.25, judge: { costUsd: 1 } });
    expect(asked[1]?.at(-1)?.content).toMatch(/^Your reply was cut off at its limit\. Reply with /);
    const reason = "judge cut off";
    expect(await scoreBy(scripted(cut).judge)).toEqual({ state: "unscored", reason, judgeText: BOTH, costUsd: 1 });
    expect(await scoreBy(scripted("Hm.", cut).judge)).toMatchObject({ state: "unscored", reason });
    expect(await scoreBy(scripted(cut, "Hm.").judge)).toMatchObject({ state: "unscored", reason: "judge unparseable" });
  });

  it("does not hand a judge an empty message of its own, where thinking has used up the limit", async () => {
    const { judge, asked } = scripted({ state: "replied", text: " ", costUsd: 0, cut: true }, BOTH);
    await scoreBy(judge);
    expect(asked[1]?.map(({ role }) => role)).toEqual(["system", "user", "user"]);
  });

  it("is unscored when the judge fails, with what was said and paid before", async () => {
    const failed: JudgeReply = { state: "failed", reason: "timeout", costUsd: 0.25 };
    const reason = "judge failed: timeout";
    expect(await scoreBy(scripted(failed).judge)).toEqual({ state: "unscored", reason, costUsd: 0.25 });
    expect(await scoreBy(scripted("Hm.", failed).judge)).toEqual({
      state: "unscored",
      reason,
      judgeText: "Hm.",
      costUsd: 0.75,
    });
  });

  it("leaves the cost out where a part of it is unknown", async () => {
    const score = await scoreBy(scripted("Hm.", { state: "replied", text: BOTH }).judge);
    expect(score).toMatchObject({ value: 1 });
    expect(score.state === "scored" && score.judge).not.toHaveProperty("costUsd");
  });

  it("never throws what the judge throws, but for the signal's own reason", async () => {
    const { judge } = scripted(new Error("socket"));
    expect(await scoreBy(judge)).toEqual({ state: "unscored", reason: "judge failed: socket", unpriced: true });
    const stopped = new Error("the run was stopped");
    await expect(scoreBy(judge, ANSWER, AbortSignal.abort(stopped))).rejects.toBe(stopped);
  });

  it("is unscored without a judge", async () => {
    expect(await scoreBy(undefined)).toEqual({ state: "unscored", reason: "no judge" });
  });
});

describe("readVerdicts", () => {
  const rubric = parseRubric(RUBRIC, "r.yaml");
  const read = (text: string) => readVerdicts(text, rubric)?.map(({ met }) => met);

  it.each([
    ["prose and a fence around it", `My view:\n\`\`\`json\n${BOTH}\n\`\`\`\nThat is {all}.`, [true, true]],
    [
      "the last of two",
      `${BOTH} On reflection: ${reply(verdict("right", false), verdict("brief", true))}`,
      [false, true],
    ],
    ["the rubric's order", reply(verdict("brief", true), verdict("right", false)), [false, true]],
    [
      "a criterion that nobody asked for",
      reply(verdict("right", true), verdict("x", true), verdict("brief", false)),
      [true, false],
    ],
    ["JSON quoted in the evidence", reply(verdict("right", true, reply()), verdict("brief", true)), [true, true]],
  ])("reads %s", (_name, text, met) => {
    expect(read(text)).toEqual(met);
  });

  it.each([
    ["nothing", ""],
    ["a bare opinion", "Good."],
    ["a criterion missing", reply(verdict("right", true))],
    ["a criterion missing from the last, though not from the first", `${BOTH} ${reply(verdict("right", true))}`],
    ["two verdicts on one criterion", reply(verdict("right", true), verdict("right", false), verdict("brief", true))],
    ["a verdict that is no yes or no", reply({ id: "right", met: "partly", evidence: "" }, verdict("brief", true))],
    ["JSON cut short", BOTH.slice(0, -2)],
  ])("does not read %s", (_name, text) => {
    expect(read(text)).toBeUndefined();
  });

  it.each([
    ["open braces", "{".repeat(200_000)],
    ["closing braces", `${BOTH.slice(0, -1)}${"}".repeat(200_000)}`],
    ["pairs", "{}".repeat(100_000)],
    ["verdicts", `${reply(verdict("right", true))} `.repeat(4_000)],
  ])("stays quick over 200 kB of %s", (_name, text) => {
    expect(timeOf(() => read(text))).toBeLessThan(1_500);
  });
});

describe("a rubric", () => {
  const fault = (text: string) => {
    try {
      parseRubric(text, "evals/rubrics/r.yaml");
    } catch (error) {
      if (error instanceof UserError) return error.message;
    }
    return undefined;
  };

  it.each([
    ["is not YAML", "title: T\ncriteria: [", /^evals\/rubrics\/r\.yaml:2: Not YAML: /],
    ["has an alias of nothing", "title: *t\ncriteria: []", /^evals\/rubrics\/r\.yaml: Not YAML: Unresolved alias/],
    ["has no criterion", "title: T\ncriteria: []", /: Not a rubric: criteria: /],
    ["has a wrong weight", "title: T\ncriteria: [{ id: a, ask: b, weight: 0 }]", /Not a rubric: criteria\.0\.weight: /],
    ["names two alike", "title: T\ncriteria: [{ id: a, ask: b }, { id: a, ask: c }]", /two criteria have the same id/],
    ["is empty", "", /Not a rubric: Invalid input/],
  ])("that %s is named with its file", (_name, text, message) => {
    expect(fault(text)).toMatch(message);
  });
});

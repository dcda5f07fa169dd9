import { describe, expect, it, vi } from "vitest";
import type { SuiteInput } from "../domain/suite.ts";
import type { Score } from "../domain/trial.ts";
import { UserError } from "../errors.ts";
import { isJudged, loadRules, RULE_NAMES } from "./rules.ts";
import { aCase, aCompletion, aSuite, RULES, SERVICES, scorerOf, scoreText } from "./scorers.fixtures.ts";
import { buildScorers } from "./table.ts";

async function complaint(scorers: SuiteInput["scorers"]): Promise<string | undefined> {
  const suite = aSuite(scorers);
  try {
    buildScorers(suite, "evals/s.ts", { services: SERVICES, rules: await loadRules(suite, "evals/s.ts") });
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
  return undefined;
}

const FIRST = { name: "first", rule: "equals" };

describe("buildScorers", () => {
  it("makes one scorer each, with the suite's weights and the rule's certainty", () => {
    const scorers = buildScorers(
      aSuite([
        { ...FIRST, required: true },
        { name: "points", rule: "key-points", weight: 0.5 },
        {
          name: "mine",
          rule: function lengthRule() {
            return 1;
          },
        },
      ]),
      "evals/s.ts",
      { services: SERVICES, rules: RULES },
    );
    expect(scorers.map(({ refuses: _, score: __, ...facts }) => facts)).toEqual([
      { name: "first", rule: "equals", weight: 1, required: true, certainty: "exact" },
      { name: "points", rule: "key-points", weight: 0.5, required: false, certainty: "heuristic" },
      { name: "mine", rule: "lengthRule", weight: 1, required: false, certainty: "exact" },
    ]);
  });

  it.each(["equal", "constructor", "__proto__"])("names file, scorer and the known rules for %s", async (rule) => {
    expect(await complaint([FIRST, { name: "second", rule }])).toBe(
      `evals/s.ts: scorers[1]: There is no rule "${rule}". Known: ${RULE_NAMES.join(", ")}; or give a function.`,
    );
  });

  it.each([
    ["label", {}, "labels: Invalid input"],
    ["label", { labels: ["a"] }, "labels: Too small: expected array to have >=2 items"],
    ["label", { labels: { x: ["a", "b"] } }, "by: labels that differ from case to case need the name of the tag"],
    ["label", { labels: ["a", "b"], lables: [] }, 'Unrecognized key: "lables"'],
    ["equals", { all: [] }, 'Unrecognized key: "all"'],
    ["equals", { ignore: ["accent"] }, "ignore.0: Invalid option"],
    ["contains", { text: " " }, "text: an empty text is in every answer"],
    ["contains-all", { texts: [] }, "texts: Too small"],
    ["regex", { pattern: "(" }, "pattern: not a regular expression"],
    ["regex", { pattern: "a", flags: "uu" }, "pattern: not a regular expression"],
    ["words", { min: 3, max: 2 }, "min: min is above max"],
    ["words", {}, "give min, max or both"],
    ["length", { max: 2.5 }, "max: Invalid input: expected int"],
    ["latency", {}, "maxMs: Invalid input"],
    ["cost", { maxUsd: -1 }, "maxUsd: Too small"],
    ["finish-reason", { accept: ["refusal"] }, "accept.0: Invalid option"],
    ["judge", {}, "rubric: Invalid input: expected string, received undefined"],
  ])("names file, scorer and option for bad options of %s", async (rule, options, fault) => {
    const message = await complaint([FIRST, { name: "second", rule, options }]);
    expect(message).toContain(`evals/s.ts: scorers[1]: Bad options of "second" (rule ${rule}): ${fault}`);
    expect(message).toMatch(/\. docs\/scorers\.md lists the options of every rule\.$/);
  });

  it("turns rules that pass or fail to their contrary, and no others", async () => {
    expect(await complaint([{ name: "a", rule: "not contains", options: { text: "x" } }])).toBeUndefined();
    expect(await complaint([{ name: "a", rule: "not citations" }])).toMatch(
      /^evals\/s\.ts: scorers\[0\]: "citations" has no contrary\. These have: equals, contains, /,
    );
    expect(await complaint([{ name: "a", rule: "not x" }])).toContain('There is no rule "not x".');
    expect(await complaint([{ name: "a", rule: "not not equals" }])).toContain('There is no rule "not not equals".');
  });

  it("knows before a rule is loaded whether it asks a model", () => {
    const judges = [...RULES].flatMap(([rule, { certainty }]) => (certainty === "judge" ? [rule] : []));
    expect(RULE_NAMES.filter((rule) => isJudged({ rule }))).toEqual(judges);
    expect([...RULES.keys()]).toEqual(RULE_NAMES);
  });

  it("hands on what a rule says of a file that is missing", () => {
    const readProjectFile = () => {
      throw new UserError({ where: "evals/s.ts", what: "The file r.yaml cannot be read.", remedy: "Check the path." });
    };
    expect(() => scorerOf("judge", { rubric: "r.yaml" }, { readProjectFile })).toThrow("r.yaml cannot be read");
  });
});

describe("a rule of the user's own", () => {
  const scoreOf = (rule: () => unknown) => scoreText(scorerOf(rule as () => number), "x");

  it.each([
    ["a number", () => 0.25, { state: "scored", value: 0.25, explanation: "" }],
    ["a promise of one", async () => 1, { state: "scored", value: 1, explanation: "" }],
    ["a score", () => ({ state: "scored", value: 0, explanation: "too long" }), { value: 0, explanation: "too long" }],
    ["an unscored one", () => ({ state: "unscored", reason: "no target" }), { state: "unscored", reason: "no target" }],
  ])("may give %s", async (_name, rule, expected) => {
    expect(await scoreOf(rule)).toMatchObject(expected);
  });

  it.each([
    ["label", { labels: ["a", "b"] }, "needs the target of a case, which nobody has while serving"],
    ["judge", { rubric: "r.yaml" }, "asks a model, which a cascade does not pay for"],
  ])("refuses %s at serving", async (rule, options, why) => {
    expect(await complaint([{ name: "it", rule, options, atServing: true }])).toBe(
      `evals/s.ts: scorers[0]: "it" is marked atServing, and its rule ${rule} ${why}. Leave atServing out, or mark a rule that goes by the answer alone.`,
    );
  });

  it("shows no target to a scorer at serving", async () => {
    const reads = ({ case: { target } }: { case: { target?: unknown } }) => (target === undefined ? 0 : 1);
    const uses = [
      { name: "after", rule: reads },
      { name: "serving", rule: reads, atServing: true },
      { name: "text", rule: "contains", atServing: true },
    ];
    const scorers = buildScorers(aSuite(uses), "evals/s.ts", { services: SERVICES, rules: RULES });
    const item = aCase({ target: "42" });
    const values = await Promise.all(scorers.slice(0, 2).map((scorer) => scoreText(scorer, "42", item)));
    expect(values).toMatchObject([{ value: 1 }, { value: 0 }]);
    expect(scorers[2]?.refuses(item)).toBeDefined();
  });

  it.each([
    ["a number above 1", () => 7, "the function gave 7, not a number from 0 to 1"],
    ["a number below 0", () => -0.1, "the function gave -0.1, not a number from 0 to 1"],
    ["no number", () => Number.NaN, "the function gave NaN, not a number from 0 to 1"],
    ["nothing", () => undefined, "the function gave no number and no score: "],
    ["a boolean", () => true, "the function gave no number and no score: "],
    ["a score out of range", () => ({ state: "scored", value: 3, explanation: "" }), "value: Too big"],
    ["a score without words", () => ({ state: "scored", value: 1 }), "explanation: Invalid input"],
    ["a score of its own making", () => ({ success: true }), "state: Invalid discriminator value"],
    [
      "a throw",
      () => {
        throw new Error("oops");
      },
      "the function threw: oops",
    ],
    ["a rejection", () => Promise.reject(new Error("late")), "the function threw: late"],
  ])("is unscored with %s", async (_name, rule, reason) => {
    const score: Score = await scoreOf(rule);
    expect(score.state === "unscored" && score.reason).toContain(reason);
  });

  it.each([
    ["a promise that never settles", () => new Promise(() => {})],
    // biome-ignore lint/suspicious/noThenProperty: what a library of promises gives
    ["something like a promise that never settles", () => ({ then: () => {} })],
  ])("is unscored with %s, and the process ends", async (_name, rule) => {
    vi.useFakeTimers();
    try {
      const score = scoreOf(rule);
      await vi.advanceTimersByTimeAsync(60_000);
      expect(await score).toEqual({ state: "unscored", reason: "the function threw: gave no result within 60 s" });
      await scoreOf(async () => 1);
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  it("gives the signal's reason when it was stopped, and no score", async () => {
    const reason = new Error("the run was stopped");
    const scorer = scorerOf(() => Promise.reject(reason));
    await expect(scoreText(scorer, "x", aCase(), AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});

describe("recorded", () => {
  it("takes the score that came with the answer, and is unscored without", async () => {
    const scorer = scorerOf("recorded");
    const signal = new AbortController().signal;
    const scoreWith = (recordedScore: number) =>
      scorer.score({ case: aCase(), completion: aCompletion("x", { recordedScore }), repeat: 0, signal });
    expect(await scoreWith(0.3)).toEqual({ state: "scored", value: 0.3, explanation: "as recorded" });
    expect(await scoreText(scorer, "x")).toEqual({ state: "unscored", reason: "no recorded score" });
  });
});

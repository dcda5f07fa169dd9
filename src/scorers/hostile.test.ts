import { describe, expect, it } from "vitest";
import { z } from "zod";
import { aCase, HOSTILE_TEXTS, scorerOf, scoreText } from "./scorers.fixtures.ts";

const USES: [rule: string, options: Record<string, unknown>, target?: unknown][] = [
  ["equals", { ignore: ["case", "width", "space", "stop", "punctuation", "articles", "accents", "markdown"] }, "Paris"],
  ["number", {}, { value: 5, unit: "km" }],
  ["set-f1", {}, ["a", "b"]],
  ["list-f1", { inOrder: true }, ["a", "b"]],
  ["token-f1", {}, "a b"],
  ["edit-distance", { unit: "words" }, "a b"],
  ["rouge", { stem: true }, "a b ".repeat(500)],
  ["bleu", {}, "a b ".repeat(500)],
  ["invented-figures", {}],
  ["contains", { text: "ab", words: true }],
  ["not contains-any", { texts: ["ab", "..x"] }],
  ["starts-with", { text: "ab" }],
  ["regex", { pattern: "^\\p{L}{1,5}\\b" }],
  ["length", { max: 10 }],
  ["words", { max: 10 }],
  ["json", { place: "anywhere" }],
  ["json-schema", { schema: { type: "array", items: { type: "string" } } }],
  ["zod", { schema: z.array(z.string()) }],
  ["xml", {}],
  ["html", {}],
  ["sql", { dialect: "postgresql" }],
  ["refusal", {}],
];

describe.each(USES)("%s (%j)", (rule, options, target) => {
  const scorer = scorerOf(rule, options);
  const item = aCase({ target });

  it.each(HOSTILE_TEXTS)("scores %s", async (_name, text) => {
    const score = await scoreText(scorer, text, item);
    expect(score).toMatchObject({ state: "scored", value: expect.toSatisfy((value) => value >= 0 && value <= 1) });
    expect(score.state === "scored" && score.explanation.length).toBeLessThan(500);
  });
});

import { describe, expect, it } from "vitest";
import { aCase, scorerOf, scoreText, timeOf } from "./scorers.fixtures.ts";

const value = async (...args: Parameters<typeof scoreText>) => {
  const score = await scoreText(...args);
  return score.state === "scored" ? score.value : score.reason;
};

describe("equals", () => {
  const scorer = scorerOf("equals");

  it.each([
    ["Paris", "paris.", 1],
    [{ text: "New  York" }, " new york! ", 1],
    [42, "42", 1],
    ["Paris", "Paris, France", 0],
    ["!", "", 0],
    ["4.5", "4.5.", 1],
  ])("compares the target %j with %j", async (target, text, expected) => {
    expect(await value(scorer, text, aCase({ target }))).toBe(expected);
  });

  it("says what was said and what was wanted", async () => {
    expect(await scoreText(scorer, "Rome\nItaly", aCase({ target: "Paris" }))).toMatchObject({
      explanation: 'says "Rome Italy", wanted "Paris"',
    });
  });

  it("refuses a case without a text", () => {
    expect(scorer.refuses(aCase())).toBe("it has no target");
    expect(scorer.refuses(aCase({ target: ["Paris"] }))).toMatch(/^target: /);
  });

  it("takes linear time over a run of stops", () => {
    expect(timeOf(() => scoreText(scorer, `${".".repeat(1e6)}x`, aCase({ target: "x" })))).toBeLessThan(1_000);
  });
});

describe("contains", () => {
  const scorer = scorerOf("contains", { all: ["Refund", "30 days!"] });

  it.each([
    ["A refund within 30  Days!", 1],
    ["A refund within 30 days of the sale", 1],
    ["A refund within 31 days", 0],
    ["", 0],
  ])("looks for all texts in %j", async (text, expected) => {
    expect(await value(scorer, text)).toBe(expected);
  });

  it("does not find a mark where none stands", async () => {
    expect(await value(scorerOf("contains", { all: ["!"] }), "no mark")).toBe(0);
  });
});

describe("regex", () => {
  it("matches anew each time, whatever the flags", async () => {
    const scorer = scorerOf("regex", { pattern: "^\\d{4}$", flags: "gm" });
    for (const expected of [1, 1]) expect(await value(scorer, "in\n2024")).toBe(expected);
    expect(await value(scorer, "in 2024")).toBe(0);
  });
});

describe("words", () => {
  it.each([
    [{ max: 3 }, "one two three", 1],
    [{ max: 3 }, "one two three four", 0],
    [{ min: 2 }, "one", 0],
    [{ min: 0 }, "", 1],
    [{ min: 2, max: 2 }, " one\n\n two ", 1],
  ])("with %j gives %j %d", async (options, text, expected) => {
    expect(await value(scorerOf("words", options), text)).toBe(expected);
  });
});

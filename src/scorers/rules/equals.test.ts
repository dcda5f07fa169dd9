import { describe, expect, it } from "vitest";
import { aCase, gradeOf, scorerOf, wordsOn } from "../scorers.fixtures.ts";

describe("equals", () => {
  it.each([
    ["Paris", "paris.", 1],
    [{ text: "New  York" }, " new york! ", 1],
    [42, "42", 1],
    ["Paris", "Paris, France", 0],
    ["!", "", 0],
    ["!", "!", 1],
    ["4.5", "4.5.", 1],
    ["Ａｂｃ １２", "abc 12", 1],
    ["ﬁne", "fine", 1],
    ["naïve", "nai\u0308ve", 1],
    ["naïve", "naive", 0],
    ["Straße", "STRASSE", 0],
    [{ text: "Paris", accept: ["Paris", "City of Light"] }, "city of light", 1],
    [{ text: "Paris", accept: ["Lutetia"] }, "Paris", 0],
  ])("compares the target %j with %j", async (target, text, expected) => {
    expect(await gradeOf(scorerOf("equals"), text, aCase({ target }))).toBe(expected);
  });

  it.each([
    [[], "Paris", "Paris", 1],
    [[], "Paris", "paris", 0],
    [[], "Paris", "Paris ", 0],
    [["punctuation"], "U.S.", "US", 1],
    [["punctuation"], "well-known", "well known", 1],
    [["punctuation"], "-5", "5", 0],
    [["punctuation"], "4.5", "45", 0],
    [["articles", "case", "space"], "the Eiffel Tower", "Eiffel tower", 1],
    [["articles", "space"], "theatre", "atre", 0],
    [["accents"], "naïve", "naive", 1],
    [["markdown", "space"], "# **Paris**", "Paris", 1],
    [["markdown"], "snake_case", "snakecase", 0],
  ])("ignoring %j, compares %j with %j", async (ignore, target, text, expected) => {
    expect(await gradeOf(scorerOf("equals", { ignore }), text, aCase({ target }))).toBe(expected);
  });

  it("says what was said and what was wanted", async () => {
    const scorer = scorerOf("equals");
    const item = aCase({ target: { text: "Paris", accept: ["Paris", "Lutetia"] } });
    expect(await wordsOn(scorer, "Rome\nItaly", item)).toBe('says "Rome Italy", wanted "Paris" or "Lutetia"');
    expect(await wordsOn(scorer, "Paris.", item)).toBe('says "Paris."');
  });

  it("refuses a case without a text, or with one of which nothing is left", () => {
    expect(scorerOf("equals").refuses(aCase())).toBe("it has no target");
    expect(scorerOf("equals").refuses(aCase({ target: ["Paris"] }))).toMatch(/^target: /);
    expect(scorerOf("equals", { ignore: ["articles", "space"] }).refuses(aCase({ target: "the" }))).toBe(
      'nothing is left of the target "the" to compare',
    );
  });
});

import { describe, expect, it } from "vitest";
import { gradeOf, scorerOf, wordsOn } from "../scorers.fixtures.ts";

describe("regex", () => {
  it("matches anew each time, whatever the flags", async () => {
    for (const flags of ["gm", "my"]) {
      const scorer = scorerOf("regex", { pattern: "^\\d{4}$", flags });
      for (const expected of [1, 1]) expect(await gradeOf(scorer, "2024\nin")).toBe(expected);
      expect(await gradeOf(scorer, "in 2024")).toBe(0);
    }
  });

  it.each([
    ["(?<=\\$)\\d+", "u", "costs $5", 1],
    ["^(?!.*sorry)", "ui", "So SORRY", 0],
    ["(.)\\1", "u", "abba", 1],
    ["^\\p{Lu}", "v", "Élan", 1],
  ])("takes all that JavaScript knows: /%s/%s", async (pattern, flags, text, expected) => {
    expect(await gradeOf(scorerOf("regex", { pattern, flags }), text)).toBe(expected);
  });

  it("says what did not match, and has a contrary", async () => {
    expect(await wordsOn(scorerOf("regex", { pattern: "^\\d{4}$" }), "in 2024")).toBe(
      'does not match /^\\d{4}$/: "in 2024"',
    );
    expect(await wordsOn(scorerOf("not regex", { pattern: "as an ai", flags: "i" }), "As an AI")).toBe(
      "matches /as an ai/i, and must not",
    );
  });

  it("leaves an answer unscored that it cannot read in a second", async () => {
    const scorer = scorerOf("regex", { pattern: "^(a+)+$" });
    expect(await gradeOf(scorer, "aaaa")).toBe(1);
    expect(await gradeOf(scorer, `${"a".repeat(60)}!`)).toBe("regex threw: gave no result within 1 s");
    expect(await gradeOf(scorer, "b")).toBe(0);
  });
});

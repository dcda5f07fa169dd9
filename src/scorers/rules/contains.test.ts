import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { aCase, gradeOf, scorerOf, wordsOn } from "../scorers.fixtures.ts";

describe("contains", () => {
  it.each([
    [{ text: "30 days!" }, "A refund within 30  Days", 1],
    [{ text: "30 days" }, "A refund within 31 days", 0],
    [{ text: "x" }, "", 0],
    [{ text: "!" }, "no mark", 0],
    [{ text: "cat" }, "category", 1],
    [{ text: "cat", words: true }, "category", 0],
    [{ text: "cat", words: true }, "a category, the (cat).", 1],
    [{ text: "猫", words: true }, "这是猫", 0],
    [{ text: "C++", words: true }, "I like C++, and C.", 1],
    [{ text: "Cat", matchCase: true }, "cat", 0],
    [{ text: "caf\u00e9" }, "CAFE\u0301", 1],
    [{ text: "１２" }, "12", 1],
    [{ text: "😀", words: true }, "so😀so", 1],
  ])("with %j, of %j", async (options, text, expected) => {
    expect(await gradeOf(scorerOf("contains", options), text)).toBe(expected);
  });

  it("takes the text from the case's target, and refuses a case that has none", async () => {
    const scorer = scorerOf("contains");
    expect(await gradeOf(scorer, "It is Paris.", aCase({ target: "paris" }))).toBe(1);
    expect(await gradeOf(scorer, "It is 42.", aCase({ target: 42 }))).toBe(1);
    expect(await wordsOn(scorer, "Rome", aCase({ target: { text: "Paris" } }))).toBe('lacks "Paris"');
    for (const target of [undefined, "", ["a", "b"], [], { label: "x" }]) {
      expect(scorer.refuses(aCase({ target }))).toBe("neither the options nor its target say which text to look for");
    }
  });

  it("finds whatever stands in an answer", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), fc.string({ minLength: 1 }), fc.string(), async (before, text, after) => {
        fc.pre(
          /[\p{L}\p{N}]/u.test(text) &&
            !/^\p{M}/u.test(after) &&
            text.normalize("NFKC") === text &&
            /^[\x20-\x7e]*$/.test(text),
        );
        expect(await gradeOf(scorerOf("contains", { text }), `${before} ${text} ${after}`)).toBe(1);
      }),
    );
  });
});

describe("contains-all", () => {
  const scorer = scorerOf("contains-all", { texts: ["Refund", "30 days"] });

  it("names what is absent", async () => {
    expect(await wordsOn(scorer, "a refund in 30 days")).toBe('contains "Refund", "30 days"');
    expect(await wordsOn(scorer, "a refund")).toBe('lacks "30 days"');
    expect(await gradeOf(scorer, "a refund")).toBe(0);
  });

  it("names no more than five, and takes a list from the target", async () => {
    const item = aCase({ target: ["1a", "2a", "3a", "4a", "5a", "6a", "7a"] });
    const words = 'lacks "1a", "2a", "3a", "4a", "5a" and 2 more';
    expect(await wordsOn(scorerOf("contains-all"), "", item)).toBe(words);
  });
});

describe("contains-any", () => {
  const scorer = scorerOf("contains-any", { texts: ["sorry", "apologise"] });

  it("names what it found, or all that it did not find", async () => {
    expect(await wordsOn(scorer, "I apologise.")).toBe('contains "apologise"');
    expect(await wordsOn(scorer, "Here it is.")).toBe('contains none of "sorry", "apologise"');
  });

  it("has a contrary", async () => {
    const contrary = scorerOf("not contains-any", { texts: ["sorry", "apologise"] });
    expect(await gradeOf(contrary, "Here it is.")).toBe(1);
    expect(await gradeOf(contrary, "Sorry!")).toBe(0);
    expect(await wordsOn(contrary, "Sorry!")).toBe('contains "sorry", and must not');
    expect(contrary.rule).toBe("not contains-any");
  });
});

describe("starts-with", () => {
  it.each([
    [{ text: "Dear Ms" }, "\n dear  ms Smith", 1],
    [{ text: "Dear Ms" }, "Hello. Dear Ms", 0],
    [{ text: "Dear", matchCase: true }, "dear", 0],
    [{ text: "Ｄear" }, "dear", 1],
    [{ text: "a" }, "", 0],
  ])("with %j, of %j", async (options, text, expected) => {
    expect(await gradeOf(scorerOf("starts-with", options), text)).toBe(expected);
  });

  it("shows the beginning", async () => {
    expect(await wordsOn(scorerOf("starts-with", { text: "Dear" }), "Hello there, you")).toBe(
      'starts with "Hello th", wanted "Dear"',
    );
  });
});

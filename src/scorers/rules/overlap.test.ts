import fc from "fast-check";
import { l, n } from "js-rouge";
import { describe, expect, it } from "vitest";
import { commonLength } from "../lcs.ts";
import { aCase, gradeOf, scorerOf, wordsOn } from "../scorers.fixtures.ts";

const grade = (rule: string, options: Record<string, unknown>, given: string, target: unknown) =>
  gradeOf(scorerOf(rule, options), given, aCase({ target }));

const word = fc.constantFrom("one", "two", "three", "four", "five", "six");
const sentence = fc.array(word, { minLength: 4, maxLength: 40 }).map((words) => words.join(" "));

describe("rouge", () => {
  const given = "the cat was found under the bed";
  const target = "the cat was under the bed";

  it.each([
    ["1", "recall", 1],
    ["1", "precision", 6 / 7],
    ["1", "f1", 12 / 13],
    ["2", "recall", 4 / 5],
    ["2", "precision", 4 / 6],
    ["L", "f1", 12 / 13],
    ["4", "f1", 0],
  ])("gives ROUGE-%s %s of the textbook's sentence", async (variant, measure, value) => {
    expect(await grade("rouge", { variant, measure }, given, target)).toBeCloseTo(value, 12);
  });

  it("agrees with another implementation", async () => {
    await fc.assert(
      fc.asyncProperty(sentence, sentence, async (left, right) => {
        expect(await grade("rouge", { variant: "1" }, left, right)).toBeCloseTo(n(left, right, { n: 1 }), 9);
        expect(await grade("rouge", { variant: "2" }, left, right)).toBeCloseTo(n(left, right, { n: 2 }), 9);
        expect(await grade("rouge", {}, left, right)).toBeCloseTo(l(left, right), 9);
      }),
      { numRuns: 50 },
    );
  });

  it("takes the best reference, stems where it should, and reads any script", async () => {
    expect(await grade("rouge", {}, "red house", { text: "x", accept: ["a tree", "red house"] })).toBe(1);
    expect(await grade("rouge", { variant: "1" }, "running houses", "runs house")).toBe(0);
    expect(await grade("rouge", { variant: "1", stem: true }, "running houses", "runs house")).toBe(1);
    expect(await grade("rouge", {}, "我喜欢学习", "我喜欢读书")).toBeCloseTo(0.6, 12);
    expect(await grade("rouge", {}, "", "x")).toBe(0);
    expect(await grade("rouge", {}, "", "")).toBe(1);
  });

  it("may be a matter of passing", async () => {
    const scorer = scorerOf("rouge", { variant: "2", atLeast: 0.5 });
    expect(await wordsOn(scorer, given, aCase({ target }))).toBe("0.727 (ROUGE-2 f1)");
    expect(await wordsOn(scorer, "a cat", aCase({ target }))).toBe("0 (ROUGE-2 f1), wanted at least 0.5");
    expect(await gradeOf(scorer, given, aCase({ target }))).toBe(1);
  });
});

describe("commonLength", () => {
  it("is that of the plain table", () => {
    const items = fc.array(fc.constantFrom("a", "b", "c", "d"), { maxLength: 120 });
    fc.assert(
      fc.property(items, items, (first, second) => {
        let row = new Array<number>(second.length + 1).fill(0);
        for (const item of first) {
          const next = [0];
          second.forEach((other, at) => {
            next.push(item === other ? (row[at] ?? 0) + 1 : Math.max(row[at + 1] ?? 0, next[at] ?? 0));
          });
          row = next;
        }
        expect(commonLength(first, second)).toBe(row.at(-1));
      }),
    );
  });
});

describe("bleu", () => {
  // NLTK 3.8, sentence_bleu with SmoothingFunction().method3.
  it.each([
    ["the cat is on the mat", "the cat sat on the mat", 0.37991784282579627],
    [
      "it is a guide to action which ensures that the military always obeys the commands of the party",
      "it is a guide to action that ensures that the military will forever heed party commands",
      0.4208598069524091,
    ],
    ["a b c d e f", "a b c d e f g h", 0.7165313105737893],
    ["a b c d x", "a b c y z", 0.3976353643835253],
    ["one two three four five", "five four three two one", 0.1597357760615681],
  ])("of %j against %j is NLTK's", async (given, target, value) => {
    expect(await grade("bleu", {}, given, target)).toBeCloseTo(value, 12);
  });

  it.each([
    ["", "x", 0],
    ["", "", 1],
    ["a", "a", 1],
    ["y", "x", 0],
    ["A b, c!", "a b c", 1],
  ])("of %j against %j is %d", async (given, target, value) => {
    expect(await grade("bleu", {}, given, target)).toBeCloseTo(value, 12);
  });
});

describe("edit-distance", () => {
  it.each([
    [{}, "kitten", "sitting", 1 - 3 / 7],
    [{}, "Kitten ", "kitten", 1],
    [{ matchCase: true }, "Kitten", "kitten", 1 - 1 / 6],
    [{ unit: "words" }, "the red house", "the blue house", 2 / 3],
    [{ unit: "words" }, "a b", "ab", 0],
    [{}, "", "abc", 0],
    [{}, "", "", 1],
  ])("with %j of %j and %j", async (options, given, target, value) => {
    expect(await grade("edit-distance", options, given, target)).toBeCloseTo(value, 12);
  });

  it("says how many edits, and gives up on what is too long", async () => {
    const scorer = scorerOf("edit-distance");
    expect(await wordsOn(scorer, "kitten", aCase({ target: "sitting" }))).toBe("0.571 (3 edits in 7 characters)");
    expect(await wordsOn(scorer, "a".repeat(1e6), aCase({ target: "b".repeat(3_000) }))).toBe(
      "is more than 10 times as long as the target",
    );
    expect(await wordsOn(scorer, "a".repeat(1e5), aCase({ target: "b".repeat(1e5) }))).toBe(
      "100000 and 100000 characters are too many to compare",
    );
  });
});

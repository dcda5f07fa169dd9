import { describe, expect, it } from "vitest";
import { aCase, gradeOf, scorerOf, wordsOn } from "../scorers.fixtures.ts";

const scorer = scorerOf("invented-figures");
const item = aCase({
  input: "What did 2025 cost us, in EUR?",
  vars: {
    sources: [
      {
        id: "S1",
        text: "The base fee is €49 a month, plus €60 for each of the six users. Twelve sites, 1,140 parcels.",
      },
      { id: "S2", text: "Revenue was 4,908,000 euros; a quarter of it came from abroad. It fell by 4.27 percent." },
      { id: "S3", data: { rate: 0.125, note: "the XJ-900 runs at 20 °C" } },
    ],
  },
  target: { keyPoints: [{ text: "The year cost 4,908 euros." }], figures: [{ value: 17, how: "(5 + 12)" }] },
});

describe("invented-figures", () => {
  it.each([
    ["none", "Nothing is known."],
    ["figures of the material", "Base fee €49, 1140 parcels, 12 sites, and 2025."],
    ["figures in other words", "It fell by 4.27 %, and 25 % came from abroad."],
    ["rounded figures", "Revenue was 4.9 million, it fell by 4.3 % (about 4 %)."],
    ["rounded figures with a hedge", "About 1,100 parcels, nearly 5 million euros."],
    ["a share for a number", "The rate is 12.5 %."],
    ["figures that the target computes", "It takes 17 days."],
    ["figures of the key points", "The year cost €4,908."],
    ["small counts", "There are 3 reasons, and 2 of them are the same."],
    ["numbers of a list and citations", "1. Costs [S1, p. 31]\n21. Nothing [44]"],
    ["addresses", "See https://example.org/2031/77"],
    ["a computation", "6 x 60 + 49 = 409, and 409 * 12 = 4,908."],
    ["a computation with parentheses", "A year comes to (49 + 60 × 6) × 12 / 1,140 = 4.3 euros a parcel."],
    ["a share that it computes", "1,140 / 4,908 = 23 %"],
    [
      "figures in words that stand in digits",
      "Twelve sites, one thousand one hundred and forty parcels, forty-nine euros.",
    ],
    ["rounded figures in words", "Revenue was about five million euros."],
    ["small counts in words", "There are three reasons, and two of them are the same."],
    ["fractions in words", "Two thirds came late, twenty-first of all."],
    ["names", "The XJ-900, A380 and COVID-19."],
  ])("is content with %s", async (_name, text) => {
    expect(await wordsOn(scorer, text, item)).toBe("every figure is in the material, or is computed");
  });

  it.each([
    ["a figure", "It cost €5,100.", 0.5, 'states a figure that nothing gives: "5,100 EUR"'],
    ["a small amount", "It cost $7.", 0.5, 'states a figure that nothing gives: "7 USD"'],
    ["a small share", "It rose by 3 %.", 0.5, 'states a figure that nothing gives: "3 %"'],
    ["a count in words", "Thirteen staff.", 0.5, 'states a figure that nothing gives: "13"'],
    ["an amount in words", "It cost two million euros.", 0.5, 'states a figure that nothing gives: "2 million EUR"'],
    ["a share in words", "Ninety percent left.", 0.5, 'states a figure that nothing gives: "90 percent"'],
    ["a year", "In 2031 it ends.", 0.5, 'states a figure that nothing gives: "2031"'],
    ["a figure that is too exact", "It fell by 4.28 %.", 0.5, 'states a figure that nothing gives: "4.28 %"'],
    ["the same one twice", "5,100, yes, 5100.", 0.5, 'states a figure that nothing gives: "5,100"'],
    ["two", "777 and 888", 0.25, 'states 2 figures that nothing gives: "777", "888"'],
    ["a computation from nothing", "333 + 49 = 382", 0.25, 'states 2 figures that nothing gives: "333", "382"'],
    ["a wrong computation", "6 x 60 + 49 = 419", 0.5, 'states a figure that nothing gives: "419"'],
    ["a range for a difference", "49-12 = 37", 0.5, 'states a figure that nothing gives: "37"'],
  ])("finds %s", async (_name, text, value, words) => {
    expect(await wordsOn(scorer, text, item)).toBe(words);
    expect(await gradeOf(scorer, text, item)).toBe(value);
  });

  it("lets the target's own figures pass", async () => {
    expect(await gradeOf(scorer, "It is 64.", aCase({ input: "What is 32 plus 32?", target: 64 }))).toBe(1);
    expect(await gradeOf(scorer, "It is 64.", aCase({ target: { value: 64, unit: "km" } }))).toBe(1);
  });

  it("takes a case without material or target", async () => {
    expect(await gradeOf(scorer, "It is 42.", aCase({ input: "What is 6 x 7, less than 50?" }))).toBe(0.5);
    expect(await gradeOf(scorer, "6 x 7 = 42", aCase({ input: [{ role: "user", content: "6 x 7?" }] }))).toBe(1);
  });
});

import { describe, expect, it } from "vitest";
import { aCase, gradeOf, scorerOf, wordsOn } from "../scorers.fixtures.ts";

const grade = (target: unknown, text: string, options = {}) =>
  gradeOf(scorerOf("number", options), text, aCase({ target }));

describe("number", () => {
  it.each([
    ["alone", "42"],
    ["in a sentence", "There are 42 apples."],
    ["in words", "It is minus two... no: forty? No, twelve.", 12],
    ["after a statement", "The answer is 42, since 6 times 7 are 42 and not 54."],
    ["after the last statement", "The total is 40. With the two late ones the total is 42, from 3 shops."],
    ["in a box", "So \\boxed{42} with 7 left."],
    ["after hashes", "6 * 7 = 42\n#### 42"],
    ["in bold", "Of **7** and 6 we make **42** in 2 steps."],
    ["in JSON", '{"why": "6 x 7", "answer": 42, "steps": 2}'],
    ["in JSON, as text", '```json\n{"answer": "42 apples"}\n```'],
    ["last of all", "6 times 7, so 42"],
    ["after a list", "1. Take 6.\n2. Take 7.\n3. Get 42."],
    ["before a citation", "It is 42 [1]."],
    ["after thinking", "<think>The answer is 54</think>42"],
    ["with full-width digits", "４２"],
  ])("finds it %s", async (_name, text, wanted = 42) => {
    expect(await grade(wanted, text)).toBe(1);
  });

  it.each([
    [1234.5, {}, "1,234.50", 1],
    [1234.5, { decimal: "," }, "1.234,50", 1],
    [1234, { decimal: "," }, "1,234", 0],
    [-5, {}, "−5", 1],
    [5, {}, "-5", 0],
    [0.3, {}, "0.1 + 0.2 = 0.30000000000000004", 1],
    [100, { tolerance: 2 }, "98", 1],
    [100, { tolerance: 2 }, "97.9", 0],
    [-200, { relative: 0.01 }, "-198", 1],
    [-200, { relative: 0.01 }, "-197", 0],
    [{ value: 100, tolerance: 5 }, { tolerance: 0 }, "96", 1],
    [0, {}, "0.0", 1],
    [45, {}, "45 %", 1],
    [0.45, {}, "45 %", 1],
    [0.45, {}, "45", 0],
    [1.5, {}, "1½", 1],
    [3e6, {}, "3 million", 1],
  ])("holds %j with %j against %j", async (target, options, text, expected) => {
    expect(await grade(target, text, options)).toBe(expected);
  });

  it.each([
    [25, "Twenty-five", 1],
    [42, "Forty-two", 1],
    [206, "There are two hundred and six of them.", 1],
    [1234, "one thousand, two hundred and thirty-four", 1],
    [2e6, "two million people", 1],
    [1.5, "one point five", 1],
    [11.5, "It comes to eleven point five.", 1],
    [-7, "minus seven", 1],
    [100, "a hundred", 1],
    [2500, "Twenty-five hundred", 1],
    [1, "One.", 1],
    [1, "The answer is **one**.", 1],
    [7, "Three plus four is seven.", 1],
    [12, "It takes three, four ... twelve apples.", 1],
    [25, '{"answer": "twenty-five", "steps": 3}', 1],
    [5, "Twenty-five", 0],
    [6, "Sixty-six", 0],
    [3, "three hundred", 0],
    [100, "three hundred", 0],
    [2, "two million people", 0],
    [5, "eleven point five", 0],
    [11, "eleven point five", 0],
  ])("reads words: %d in %j is %d", async (target, text, expected) => {
    expect(await grade(target, text)).toBe(expected);
  });

  it.each([
    [1, "No one knows."],
    [1, "I am not sure which one you mean."],
    [1, "One of them, perhaps."],
    [1, "One day, somebody will know."],
    [2, "two thirds"],
    [2, "two and a half"],
    [24, "two dozen"],
    [20, "the twenty-first"],
    [84, "nineteen eighty-four"],
    [3, "one two three"],
    [1e6, "half a million"],
    [5, "See point five."],
    [2, "It is a two-step plan."],
    [13, "It takes twelve, not thirteen."],
    [2, "Five apples for the two of us, as far as I can see."],
  ])("finds no number, rather than %d, in %j", async (target, text) => {
    const words = await wordsOn(scorerOf("number"), text, aCase({ target }));
    expect(words).toMatch(/^states no number: /);
  });

  it.each([
    ["the unit itself", { value: 5, unit: "km" }, "5 km", 1],
    ["no unit", { value: 5, unit: "km" }, "5", 1],
    ["another of the kind", { value: 5, unit: "km" }, "5,000 metres", 1],
    ["a wrong amount in another of the kind", { value: 5, unit: "km" }, "5 m", 0],
    ["a unit of something else", { value: 5, unit: "km" }, "5 kg", 0],
    ["a word that is no unit", { value: 5, unit: "km" }, "5 in total", 1],
    ["degrees", { value: 68, unit: "°F" }, "20 °C", 1],
    ["degrees in words", { value: 20, unit: "°C" }, "20 degrees Celsius", 1],
    ["degrees in words of another scale", { value: 20, unit: "°C" }, "twenty degrees Fahrenheit", 0],
    ["degrees of no scale", { value: 20, unit: "°C" }, "20 degrees", 1],
    ["two units of a kind", { value: 90, unit: "min" }, "1 h 30 min", 1],
    ["two units of a kind, close", { value: 1.5, unit: "h" }, "1h 30m", 1],
    ["a single one", { value: 60, unit: "min" }, "It takes one hour.", 1],
    ["two units of a kind in words", { value: 90, unit: "min" }, "It takes one hour and thirty minutes.", 1],
    ["three units of a kind", { value: 3661, unit: "s" }, "1 hour 1 minute and 1 second", 1],
    ["feet and inches", { value: 67, unit: "in" }, "5 ft 7 in", 1],
    ["two units of two kinds", { value: 5, unit: "km" }, "5 km 30 min", 0],
    ["two measures", { value: 90, unit: "min" }, "1 h, or 90 min", 1],
    ["hours and minutes", { value: 90, unit: "min" }, "1.5 hours", 1],
    ["an area", { value: 1, unit: "km²" }, "1,000,000 m²", 1],
    ["the currency's sign", { value: 5, unit: "EUR" }, "€5", 1],
    ["another currency", { value: 5, unit: "EUR" }, "$5", 0],
    ["a share in per cent", { value: 45, unit: "%" }, "45 percent", 1],
    ["a share as a fraction", { value: 45, unit: "%" }, "0.45", 1],
    ["less than a per cent", { value: 45, unit: "%" }, "0.45 %", 0],
    ["dollars for a share", { value: 45, unit: "%" }, "$45", 0],
  ])("takes units: %s", async (_name, target, text, expected) => {
    expect(await grade(target, text)).toBe(expected);
  });

  it("may ask for the unit, and learn more of them", async () => {
    const target = { value: 24, unit: "bottles" };
    expect(await grade(target, "24", { requireUnit: true })).toBe(0);
    expect(await grade(target, "24 bottles", { requireUnit: true })).toBe(1);
    expect(await grade(target, "2 crates", { units: { crates: 12 } })).toBe(1);
  });

  it("says what it read and what was wanted", async () => {
    const item = aCase({ target: { value: 5, unit: "km", relative: 0.1 } });
    const scorer = scorerOf("number", { requireUnit: true });
    expect(await wordsOn(scorer, "It is 4 km.", item)).toBe("says 4 km, wanted 5 km ± 0.5");
    expect(await wordsOn(scorer, "It is 5.", item)).toBe('says 5, wanted it in "km": 5 km ± 0.5');
    expect(await wordsOn(scorer, "I do not know.", item)).toBe('states no number: "I do not know."; wanted 5 km ± 0.5');
    expect(scorer.refuses(aCase({ target: "five" }))).toMatch(/^target: /);
  });
});

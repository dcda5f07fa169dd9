import { describe, expect, it } from "vitest";
import { aCase, gradeOf, scorerOf, scoreText, wordsOn } from "../scorers.fixtures.ts";

const target = ["Rome", ["New York", "NYC"], "Trinidad and Tobago"];
const item = aCase({ target });

describe("set-f1", () => {
  it.each([
    ["JSON", '["Rome", "NYC", "Trinidad and Tobago"]'],
    ["JSON in a fence", '```json\n["rome", "new york", "trinidad and tobago"]\n```'],
    ["JSON in prose", 'Here: ["Rome", "New York", "Trinidad and Tobago"].'],
    ["an object of one list", '{"cities": ["Rome", "New York", "Trinidad and Tobago"]}'],
    ["bullets", "These:\n- **Rome**\n- New York.\n* Trinidad and Tobago"],
    ["numbers", "1. Rome\n2) NYC\n3. Trinidad and Tobago"],
    ["commas", "Rome, New York and Trinidad and Tobago"],
    ["commas and an introduction", "The places are: Rome, New York, and Trinidad and Tobago."],
    ["lines", "Rome\nNew York\nTrinidad and Tobago"],
    ["semicolons and repetitions", "Rome; NYC; New York; rome; Trinidad and Tobago"],
    ["Chinese commas", "Rome、NYC、Trinidad and Tobago"],
  ])("reads %s", async (_name, text) => {
    expect(await gradeOf(scorerOf("set-f1"), text, aCase({ target }))).toBe(1);
  });

  it("says what is missing and what nobody wanted", async () => {
    expect(await scoreText(scorerOf("set-f1"), "Rome, Oslo", item)).toEqual({
      state: "scored",
      value: 0.4,
      explanation: '0.4 (1 of 3 wanted, 2 given; missing: "New York", "Trinidad and Tobago"; not wanted: "oslo")',
    });
    expect(await gradeOf(scorerOf("set-f1", { measure: "precision" }), "Rome, Oslo", item)).toBe(0.5);
    expect(await gradeOf(scorerOf("set-f1", { measure: "recall" }), "Rome, Oslo", item)).toBeCloseTo(1 / 3, 12);
    expect(await wordsOn(scorerOf("set-f1", { atLeast: 0.9 }), "Rome", item)).toMatch(
      /^0\.5 \(.*, wanted at least 0\.9$/,
    );
  });

  it.each([
    [[], "None.", 1],
    [[], "[]", 1],
    [[], "", 1],
    [[], "Rome", 0],
    [["Rome"], "None", 0],
    [{ items: ["Rome"] }, "rome", 1],
    [[1, 2], "[2, 1]", 1],
  ])("with the target %j gives %j %d", async (wanted, text, value) => {
    expect(await gradeOf(scorerOf("set-f1"), text, aCase({ target: wanted }))).toBe(value);
  });
});

describe("list-f1", () => {
  it("counts repetitions", async () => {
    const twice = aCase({ target: ["a", "b", "a"] });
    expect(await gradeOf(scorerOf("list-f1"), "a, a, b", twice)).toBe(1);
    expect(await gradeOf(scorerOf("list-f1"), "a, b", twice)).toBe(0.8);
    expect(await wordsOn(scorerOf("list-f1"), "a, b, b", twice)).toContain('missing: "a"; not wanted: "b"');
  });

  it("may ask for the order", async () => {
    const steps = aCase({ target: ["wash", "cut", "fry", "eat"] });
    expect(await gradeOf(scorerOf("list-f1", { inOrder: true }), "wash, cut, fry, eat", steps)).toBe(1);
    expect(await scoreText(scorerOf("list-f1", { inOrder: true }), "eat, wash, cut, fry", steps)).toEqual({
      state: "scored",
      value: 0.75,
      explanation: "0.75 (3 of 4 wanted, 4 given); not in order",
    });
  });
});

describe("token-f1", () => {
  it.each([
    ["Normandy", "in Normandy", 2 / 3],
    ["the Eiffel Tower", "Eiffel tower!", 1],
    [{ text: "x", accept: ["nothing like it", "the red house"] }, "a red house", 1],
    ["东京塔", "东京", 0.8],
    ["x", "", 0],
  ])("compares the target %j with %j", async (wanted, text, value) => {
    expect(await gradeOf(scorerOf("token-f1"), text, aCase({ target: wanted }))).toBeCloseTo(value, 12);
  });

  it("says how many words agree", async () => {
    expect(await wordsOn(scorerOf("token-f1"), "in Normandy", aCase({ target: "Normandy" }))).toBe(
      "0.667 (1 of 1 words, 2 given)",
    );
  });
});

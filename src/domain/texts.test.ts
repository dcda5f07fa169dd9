import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Texts } from "./texts.ts";

/** Halves of surrogate pairs among them: what JSON can say, an id can be. */
const anyText = fc.oneof(
  fc.string(),
  fc.string({ unit: "binary" }),
  fc.constantFrom("\ud800", "\udc00", "", "a", "aa"),
);

describe("Texts", () => {
  it("numbers texts as a Map does, and gives them back", () => {
    fc.assert(
      fc.property(fc.array(anyText, { maxLength: 300 }), (list) => {
        const texts = new Texts();
        const known = new Map<string, number>();
        for (const text of list) {
          expect(texts.indexOf(text)).toBe(known.get(text));
          if (!known.has(text)) known.set(text, known.size);
          expect(texts.add(text)).toBe(known.get(text));
        }
        expect([...texts]).toEqual([...known.keys()]);
      }),
      { numRuns: 100 },
    );
  });

  it("compares as `<` does", () => {
    fc.assert(
      fc.property(anyText, anyText, (one, other) => {
        const texts = new Texts();
        const order = texts.compare(texts.add(one), texts.add(other));
        expect([order < 0, order > 0]).toEqual([one < other, one > other]);
      }),
    );
  });

  it("keeps many, and long ones", () => {
    const texts = new Texts();
    const long = "läng".repeat(10_000);
    for (let at = 0; at < 20_000; at++) texts.add(`t-${at % 10_000}`);
    expect([texts.size, texts.add(long), texts.at(10_000) === long]).toEqual([10_000, 10_000, true]);
    expect([texts.indexOf("t-9999"), texts.has("t-10000"), texts.at(17)]).toEqual([9_999, false, "t-17"]);
    expect(() => texts.at(10_001)).toThrow(RangeError);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileMatcher, stepsOf } from "./matcher.ts";

describe("stepsOf", () => {
  it.each([
    ["^\\d{4}$", { factor: 1, power: 1 }],
    ["\\b(?:yes|no)\\b", { factor: 2, power: 1 }],
    ["colou?r", { factor: 2, power: 1 }],
    ["\\s+$", { factor: 2, power: 2 }],
    ["a{1000}", { factor: 2, power: 2 }],
    ["^(?!.*sorry)", { factor: 2, power: 2 }],
  ])("bounds /%s/", (pattern, steps) => {
    expect(stepsOf(pattern, "u")).toEqual(steps);
  });

  it.each(["(a+)+", "(a|aa)+", "(a?){30}", "(?:a|a){30}", "(.)\\1", "(\\d{1,3}\\.){3}", "(?:(?=a+)b)*"])(
    "gives /%s/ no bound",
    (pattern) => {
      expect(stepsOf(pattern, "u").power).toBe(Number.POSITIVE_INFINITY);
    },
  );
});

describe("compileMatcher", () => {
  it("matches as JavaScript does, with a deadline or without", () => {
    const patterns = ["a+b", "(a|b)+c", "^(?:a*)*b", "(a)\\1", "[^a]{2,}"];
    fc.assert(
      fc.property(
        fc.constantFrom(...patterns),
        fc.string({ unit: fc.constantFrom("a", "b", "c", "\n") }),
        (pattern, text) => {
          fc.pre(text.length < 15);
          expect(compileMatcher(pattern, "u").test(text)).toBe(new RegExp(pattern, "u").test(text));
        },
      ),
      { numRuns: 50 },
    );
  });

  it("gives up a quadratic expression over a megabyte", () => {
    expect(() => compileMatcher("\\s+$", "u", 50).test(`${" ".repeat(1e6)}x`)).toThrow("gave no result within 0.05 s");
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readVerdictLine, readWinner } from "./judge-winner.ts";
import { timeOf } from "./scorers.fixtures.ts";

describe("readWinner", () => {
  it.each([
    ['{"reason": "shorter", "winner": "A"}', "first"],
    ['{"winner": "Answer B"}', "second"],
    ['{"winner": 2}', "second"],
    ['{"winner": "tie"}', "tie"],
    ['{"winner": "A"} No: {"winner": "B"}', "second"],
    ['{"winner": "A"} On reflection, Answer B is better.', "second"],
    ["My verdict: [[B]]", "second"],
    ["[[A]] at first sight, but in the end [[C]]", "tie"],
    ["Output (b) is better. Output (a) is too short.", "second"],
    ["Output (a) is clearly the better answer, although Output (b) is shorter.", "first"],
    ["**Answer A** is better.", "first"],
    ["Response 2 wins.", "second"],
    ["The second response is better.", "second"],
    ["The better answer is Answer 1.", "first"],
    ["I prefer the second one.", "second"],
    ["At first Output (a) is better. On reflection, Output (b) is better.", "second"],
    ["Both outputs are equally good.", "tie"],
    ["It is a tie.", "tie"],
    ["Output (b) follows the instruction more closely than Output (a).", "second"],
    ["Therefore, it is not as precise in executing the instruction as Output (a).", "first"],
    ["Therefore, Output (b) answers the question.", "second"],
    ["Answer B is not better. Answer A is better.", "first"],
  ])("reads %s", (reply, winner) => {
    expect(readWinner(reply)).toBe(winner);
  });

  it.each([
    "",
    "Hard to say.",
    "A is a letter, b is another.",
    "Output (a) is short. Output (b) is long.",
    '{"winner": "nobody"}',
  ])("settles on nothing in %j", (reply) => {
    expect(readWinner(reply)).toBeUndefined();
  });

  it("names the other one when the names are exchanged", () => {
    const phrase = fc.constantFrom("is better.", "wins.", "is the best of the two.", "seems preferable.");
    const before = fc.lorem({ mode: "sentences", maxCount: 3 });
    fc.assert(
      fc.property(before, phrase, fc.constantFrom("Output (", "Answer ", "Response "), (text, verdict, kind) => {
        const close = kind.endsWith("(") ? ")" : "";
        const say = (name: string) => readWinner(`${text} ${kind}${name}${close} ${verdict}`);
        expect([say("a"), say("b")]).toEqual(["first", "second"]);
      }),
    );
  });

  it.each([
    ["names", "Output (a) ".repeat(20_000)],
    ["verdicts", "Output (a) is not as good as Output (b), so ".repeat(5_000)],
    ["words", "better than the winner is more ".repeat(7_000)],
    ["one line without an end", `Output (a) is${" x".repeat(100_000)}`],
  ])("stays quick over 200 kB of %s", (_name, text) => {
    expect(timeOf(() => readWinner(text))).toBeLessThan(1_500);
  });
});

describe("readVerdictLine", () => {
  const lines = { first: "Output (a)", second: "Output (b)", tie: "Tie" };

  it.each([
    ["Output (b) is better.\nOutput (a) is too short.", "first"],
    ["Both are short.\n**output (B)** it is.\nThat is my verdict, although Output (a) is better.", "second"],
    ["Output (a)\nTie: neither says it.", "tie"],
    ["The better one is Output (b).", undefined],
    ["Output (a)\nTied up, I stop here.", "first"],
    ["", undefined],
  ])("reads %j as its last line that begins with a verdict", (reply, winner) => {
    expect(readVerdictLine(reply, lines)).toBe(winner);
  });

  it("knows no tie where none was declared", () => {
    expect(readVerdictLine("Tie", { first: "1", second: "2" })).toBeUndefined();
    expect(readVerdictLine("12 reasons", { first: "1", second: "2" })).toBeUndefined();
  });
});

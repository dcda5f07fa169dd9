import { describe, expect, it } from "vitest";
import type { CodeOutcome } from "../../domain/code.ts";
import { aCase, scorerOf, scoreText } from "../scorers.fixtures.ts";

const target = { language: "javascript", entry: "f", tests: [{ run: "return f()", expected: 1 }], examples: [] };

function scoreWhen(outcome: CodeOutcome | Error) {
  const run = async () => {
    if (outcome instanceof Error) throw outcome;
    return outcome;
  };
  return scoreText(scorerOf("code-tests", {}, { code: { run } }), "f", aCase({ target }));
}

describe("code-tests", () => {
  it.each([
    [{ state: "passed", tests: 3 }, 1, "passes 3 tests"],
    [
      { state: "failed", test: "empty", expected: "[]", got: "null", passedTests: 2, tests: 3 },
      0,
      'fails "empty" (2 of 3 pass): expected [], got null',
    ],
    [{ state: "error", message: "does not compile" }, 0, "does not compile"],
    [{ state: "error", message: "TypeError: x", test: "empty" }, 0, '"empty": TypeError: x'],
    [{ state: "timeout", deadlineMs: 2_000 }, 0, "no result within 2 s"],
    [{ state: "out-of-memory" }, 0, "ran out of memory"],
  ] as [CodeOutcome, number, string][])("scores %j", async (outcome, value, explanation) => {
    expect(await scoreWhen(outcome)).toEqual({ state: "scored", value, explanation });
  });

  it.each([
    [{ state: "refused", reason: "no Python here" }, "no Python here"],
    [{ state: "crashed", reason: "worker died" }, "sandbox: worker died"],
    [new Error("the pool is closed"), "code-tests threw: the pool is closed"],
  ] as [CodeOutcome | Error, string][])("never makes our own fault the model's: %j", async (outcome, reason) => {
    expect(await scoreWhen(outcome)).toEqual({ state: "unscored", reason });
  });

  it("refuses a case whose target is no code case", () => {
    const scorer = scorerOf("code-tests", {}, { code: { run: async () => ({ state: "out-of-memory" }) } });
    expect(scorer.refuses(aCase({ target: { ...target, tests: [] } }))).toMatch(/^target\.tests: /);
    expect(scorer.refuses(aCase())).toBe("it has no target");
    expect(scorer.refuses(aCase({ target }))).toBeUndefined();
  });
});

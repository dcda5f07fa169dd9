import { z } from "zod";
import { type CodeOutcome, CodeTarget } from "../../domain/code.ts";
import type { Score } from "../../domain/trial.ts";
import { UserError } from "../../errors.ts";
import { type Rule, scored } from "../rule.ts";

const NoOptions = z.strictObject({});

/** The code in the answer passes every hidden test. It runs in the sandbox; a crash of the sandbox is unscored. */
export const codeTests: Rule<CodeTarget, z.infer<typeof NoOptions>> = {
  certainty: "exact",
  target: CodeTarget,
  options: NoOptions,
  prepare(_options, { code }) {
    if (code === undefined)
      throw new UserError({ what: "code-tests needs the sandbox.", remedy: "This is a fault of the program." });
    return async ({ completion }, target) => scoreOf(await code.run(completion.text, target));
  },
};

function scoreOf(outcome: CodeOutcome): Score {
  switch (outcome.state) {
    case "passed":
      return scored(1, `passes ${outcome.tests} tests`);
    case "failed":
      return scored(
        0,
        `fails "${outcome.test}" (${outcome.passedTests} of ${outcome.tests} pass): expected ${outcome.expected}, got ${outcome.got}`,
      );
    case "error":
      return scored(0, outcome.test === undefined ? outcome.message : `"${outcome.test}": ${outcome.message}`);
    case "timeout":
      return scored(0, `no result within ${outcome.deadlineMs / 1000} s`);
    case "out-of-memory":
      return scored(0, "ran out of memory");
    case "refused":
      return { state: "unscored", reason: outcome.reason };
    case "crashed":
      return { state: "unscored", reason: `sandbox: ${outcome.reason}` };
  }
}

import { z } from "zod";
import { type Rule, scored } from "../rule.ts";
import { assertedSentences, claimsOf, listOf, SynthesisTarget } from "../synthesis.ts";

const NoOptions = z.strictObject({});
type NoOptions = z.infer<typeof NoOptions>;

/** 1 without a forbidden claim; each one halves it. */
export const forbiddenClaims: Rule<SynthesisTarget, NoOptions> = {
  certainty: "heuristic",
  target: SynthesisTarget,
  options: NoOptions,
  prepare:
    () =>
    ({ completion }, target) => {
      const sentences = assertedSentences(completion.text);
      const made = claimsOf(target).filter(({ pattern }) => pattern.find(sentences) >= 0);
      if (made.length === 0) return scored(1, "makes no claim that it must not make");
      return scored(0.5 ** made.length, `makes ${made.length} false claim(s): ${listOf(made)}`);
    },
};

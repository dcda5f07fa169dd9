import { z } from "zod";
import { Measure, measured } from "../f1.ts";
import { overlaps } from "../ngrams.ts";
import { AtLeast, graded, type Rule } from "../rule.ts";
import { acceptedOf, TextTarget } from "../text-target.ts";
import { answerTokens, referenceTokens } from "../words.ts";

const Options = z.strictObject({ measure: Measure, atLeast: AtLeast });

const ARTICLES = new Set(["a", "an", "the"]);

/** How many words the answer has in common with the target, repetitions counted, articles aside; the best of what is accepted. */
export const tokenF1: Rule<TextTarget, z.infer<typeof Options>> = {
  certainty: "heuristic",
  target: TextTarget,
  options: Options,
  prepare:
    ({ measure, atLeast }) =>
    ({ completion }, target) => {
      const given = withoutArticles(answerTokens(completion));
      const best = acceptedOf(target)
        .map((text) => {
          const wanted = withoutArticles(referenceTokens(text));
          const hits = overlaps(given, wanted)[0] ?? 0;
          const value = measured(measure, { hits, given: given.length, wanted: wanted.length });
          return { value, explanation: `${hits} of ${wanted.length} words, ${given.length} given` };
        })
        .reduce((left, right) => (right.value > left.value ? right : left));
      return graded(best.value, best.explanation, atLeast);
    },
};

function withoutArticles(tokens: readonly string[]): string[] {
  return tokens.filter((token) => !ARTICLES.has(token));
}

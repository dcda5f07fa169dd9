import { stemmer } from "stemmer";
import { z } from "zod";
import { Measure, measured } from "../f1.ts";
import { commonLength } from "../lcs.ts";
import { gramTotal, overlaps } from "../ngrams.ts";
import { AtLeast, graded, type Rule } from "../rule.ts";
import { acceptedOf, TextTarget } from "../text-target.ts";
import { answerTokens, referenceTokens } from "../words.ts";

const Options = z.strictObject({
  /** Single words, pairs, ... in common; or L, the longest common subsequence. */
  variant: z.enum(["1", "2", "3", "4", "L"]).default("L"),
  measure: Measure,
  /** Compare the stems of English words (Porter). */
  stem: z.boolean().default(false),
  atLeast: AtLeast,
});

/** ROUGE of the answer against the target, the best of what is accepted (Lin 2004; words as Google's package parts them). */
export const rouge: Rule<TextTarget, z.infer<typeof Options>> = {
  certainty: "heuristic",
  target: TextTarget,
  options: Options,
  prepare({ variant, measure, stem, atLeast }) {
    const prepared = stem ? (tokens: readonly string[]) => tokens.map(stemOf) : (tokens: readonly string[]) => tokens;
    const size = Number(variant);
    return ({ completion }, target) => {
      const given = prepared(answerTokens(completion));
      const values = acceptedOf(target).map((text) => {
        const wanted = prepared(referenceTokens(text));
        if (variant === "L") {
          return measured(measure, { hits: commonLength(given, wanted), given: given.length, wanted: wanted.length });
        }
        const totals = { given: gramTotal(given, size), wanted: gramTotal(wanted, size) };
        return measured(measure, { hits: overlaps(given, wanted)[size - 1] ?? 0, ...totals });
      });
      return graded(Math.max(...values), `ROUGE-${variant} ${measure}`, atLeast);
    };
  },
};

// As Google's package: short words are left as they are.
function stemOf(token: string): string {
  return token.length > 3 ? stemmer(token) : token;
}

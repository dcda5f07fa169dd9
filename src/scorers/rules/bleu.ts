import { z } from "zod";
import { gramTotal, overlaps } from "../ngrams.ts";
import { AtLeast, graded, type Rule } from "../rule.ts";
import { acceptedOf, TextTarget } from "../text-target.ts";
import { answerTokens, referenceTokens } from "../words.ts";

const Options = z.strictObject({ atLeast: AtLeast });

const LONGEST = 4;

/**
 * BLEU of one answer against the target, the best of what is accepted: runs of 1 to 4 words, with the brevity penalty
 * (Papineni et al. 2002). Orders without a match count 1/2, 1/4, ... of a match, as in sacreBLEU's `exp`; orders longer
 * than the answer are left out.
 */
export const bleu: Rule<TextTarget, z.infer<typeof Options>> = {
  certainty: "heuristic",
  target: TextTarget,
  options: Options,
  prepare:
    ({ atLeast }) =>
    ({ completion }, target) => {
      const given = answerTokens(completion);
      const values = acceptedOf(target).map((text) => sentenceBleu(given, referenceTokens(text)));
      return graded(Math.max(...values), "BLEU", atLeast);
    },
};

function sentenceBleu(given: readonly string[], wanted: readonly string[]): number {
  if (given.length === 0 || wanted.length === 0) return given.length === wanted.length ? 1 : 0;
  const common = overlaps(given, wanted);
  if (common[0] === 0) return 0;
  const orders = Math.min(LONGEST, given.length);
  let logs = 0;
  let part = 1;
  for (let size = 1; size <= orders; size++) {
    const hits = common[size - 1] ?? 0;
    if (hits === 0) part /= 2;
    logs += Math.log((hits === 0 ? part : hits) / gramTotal(given, size));
  }
  const brevity = Math.min(0, 1 - wanted.length / given.length);
  return Math.exp(logs / orders + brevity);
}

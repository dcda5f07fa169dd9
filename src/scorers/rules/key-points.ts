import { z } from "zod";
import { sentencesUnderHeads } from "../reading.ts";
import { type Rule, scored } from "../rule.ts";
import { listOf, pointsOf, SynthesisTarget } from "../synthesis.ts";

const NoOptions = z.strictObject({});
type NoOptions = z.infer<typeof NoOptions>;

/** The weighted share of the key points that the answer makes. Finds them by patterns, so it is a heuristic. */
export const keyPoints: Rule<SynthesisTarget, NoOptions> = {
  certainty: "heuristic",
  target: SynthesisTarget,
  options: NoOptions,
  prepare:
    () =>
    ({ completion }, target) => {
      const sentences = sentencesUnderHeads(completion.text);
      const points = pointsOf(target);
      const missed = points.filter(({ pattern }) => pattern.find(sentences) < 0);
      const total = points.reduce((sum, { weight }) => sum + weight, 0);
      const lost = missed.reduce((sum, { weight }) => sum + weight, 0);
      const count = `${points.length - missed.length} of ${points.length} key points`;
      return scored((total - lost) / total, missed.length === 0 ? count : `${count}; missing: ${listOf(missed)}`);
    },
};

import { z } from "zod";
import { itemScore, Measure } from "../f1.ts";
import { commonLength } from "../lcs.ts";
import { foldItem, ListTarget, readItems } from "../list-answer.ts";
import { AtLeast, type Rule } from "../rule.ts";

const Options = z.strictObject({
  measure: Measure,
  atLeast: AtLeast,
  /** Only items that stand in the target's order count: the longest run of them, others between. */
  inOrder: z.boolean().default(false),
});

/** How well the items that the answer lists agree with the target's, repetitions counted. */
export const listF1: Rule<ListTarget, z.infer<typeof Options>> = {
  certainty: "exact",
  target: ListTarget,
  options: Options,
  prepare:
    (options) =>
    ({ completion }, target) => {
      const canonical = new Map(
        target.flatMap((names) => names.map((name) => [foldItem(name), foldItem(names[0] ?? "")])),
      );
      const given = readItems(completion.text, new Set(canonical.keys())).map((item) => canonical.get(item) ?? item);
      const wanted = target.map((names) => foldItem(names[0] ?? ""));
      const missing = without(wanted, given);
      const hits = options.inOrder ? commonLength(given, wanted) : wanted.length - missing.length;
      const score = itemScore(options, {
        hits,
        given: given.length,
        wanted: wanted.length,
        missing,
        extra: without(given, wanted),
      });
      if (score.state !== "scored" || !options.inOrder || hits === wanted.length - missing.length) return score;
      return { ...score, explanation: `${score.explanation}; not in order` };
    },
};

/** What is left of some items when others are taken away, one for one. */
function without(items: readonly string[], others: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const item of others) counts.set(item, (counts.get(item) ?? 0) + 1);
  return items.filter((item) => {
    const left = counts.get(item) ?? 0;
    if (left > 0) counts.set(item, left - 1);
    return left === 0;
  });
}

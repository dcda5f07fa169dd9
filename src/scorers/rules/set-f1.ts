import { z } from "zod";
import { itemScore, Measure } from "../f1.ts";
import { foldItem, ListTarget, readItems } from "../list-answer.ts";
import { AtLeast, type Rule } from "../rule.ts";

const Options = z.strictObject({ measure: Measure, atLeast: AtLeast });

/** How well the items that the answer lists agree with the target's, each counted once and in any order. */
export const setF1: Rule<ListTarget, z.infer<typeof Options>> = {
  certainty: "exact",
  target: ListTarget,
  options: Options,
  prepare:
    (options) =>
    ({ completion }, target) => {
      const wanted = target.map((names) => ({ name: names[0] ?? "", folded: names.map(foldItem) }));
      const known = new Set(wanted.flatMap(({ folded }) => folded));
      const given = new Set(readItems(completion.text, known));
      const missing = wanted.filter(({ folded }) => !folded.some((name) => given.has(name)));
      const extra = [...given].filter((item) => !known.has(item));
      const hits = wanted.length - missing.length;
      // Two names of one item are one item.
      const counts = { hits, given: hits + extra.length, wanted: wanted.length };
      return itemScore(options, { ...counts, missing: missing.map(({ name }) => name), extra });
    },
};

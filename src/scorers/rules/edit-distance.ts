import { distance } from "fastest-levenshtein";
import { z } from "zod";
import { plain, squeezed } from "../normal.ts";
import { AtLeast, graded, type Rule, scored } from "../rule.ts";
import { acceptedOf, TextTarget } from "../text-target.ts";

const Options = z.strictObject({
  unit: z.enum(["characters", "words"]).default("characters"),
  matchCase: z.boolean().default(false),
  atLeast: AtLeast,
});

/** Product of two lengths up to which they are compared: some tenths of a second. */
const MOST_WORK = 2e9;
/** An answer so much longer than the target shares less than a tenth with it. */
const FAR_LONGER = 10;

/** One less the edit distance to the target (Levenshtein) over the length of the longer; the best of what is accepted. */
export const editDistance: Rule<TextTarget, z.infer<typeof Options>> = {
  certainty: "heuristic",
  target: TextTarget,
  options: Options,
  prepare({ unit, matchCase, atLeast }) {
    const fold = matchCase ? squeezed : plain;
    return ({ completion }, target) => {
      const answer = fold(completion.text);
      let best: { readonly value: number; readonly explanation: string } | undefined;
      for (const text of acceptedOf(target)) {
        const [left, right] = unit === "words" ? asWords(answer, fold(text)) : [answer, fold(text)];
        const longest = Math.max(left.length, right.length);
        if (left.length * right.length > MOST_WORK) {
          if (left.length > FAR_LONGER * right.length) continue;
          return { state: "unscored", reason: `${left.length} and ${right.length} ${unit} are too many to compare` };
        }
        const edits = distance(left, right);
        const value = longest === 0 ? 1 : 1 - edits / longest;
        const explanation = `${edits} ${edits === 1 ? "edit" : "edits"} in ${longest} ${unit}`;
        if (best === undefined || value > best.value) best = { value, explanation };
      }
      if (best === undefined) return scored(0, `is more than ${FAR_LONGER} times as long as the target`);
      return graded(best.value, best.explanation, atLeast);
    };
  },
};

/** Two texts with a character for each word, so that words are what is edited. */
function asWords(first: string, second: string): [string, string] {
  const codes = new Map<string, string>();
  const coded = (text: string) =>
    text
      .split(" ")
      .filter((word) => word !== "")
      .map((word) => {
        const code = codes.get(word) ?? String.fromCharCode(codes.size % 0x10000);
        codes.set(word, code);
        return code;
      })
      .join("");
  return [coded(first), coded(second)];
}

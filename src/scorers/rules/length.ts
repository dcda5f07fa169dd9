import { z } from "zod";
import { limits, withinLimits } from "../limits.ts";
import type { Rule } from "../rule.ts";

const Options = limits(z.number().int().nonnegative());

/** The answer has between `min` and `max` characters (Unicode code points), white space at its ends aside. */
export const length: Rule<unknown, z.infer<typeof Options>> = {
  certainty: "exact",
  target: z.unknown(),
  options: Options,
  prepare:
    (options) =>
    ({ completion }) =>
      withinLimits(countCharacters(completion.text.trim()), options, "character"),
};

// Not [...text].length: a text of a megabyte would become a list of a million.
function countCharacters(text: string): number {
  let pairs = 0;
  for (let at = 0; at < text.length - 1; at++) {
    if ((text.charCodeAt(at) & 0xfc00) === 0xd800 && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00) pairs += 1;
  }
  return text.length - pairs;
}

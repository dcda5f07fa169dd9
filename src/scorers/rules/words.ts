import { z } from "zod";
import { limits, withinLimits } from "../limits.ts";
import type { Rule } from "../rule.ts";
import { countWords } from "../words.ts";

const Options = limits(z.number().int().nonnegative());

/** The answer has between `min` and `max` words. */
export const words: Rule<unknown, z.infer<typeof Options>> = {
  certainty: "exact",
  target: z.unknown(),
  options: Options,
  prepare:
    (options) =>
    ({ completion }) =>
      withinLimits(countWords(completion.text), options, "word"),
};

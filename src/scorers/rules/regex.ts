import { z } from "zod";
import { compileMatcher } from "../matcher.ts";
import { quote, type Rule, scored } from "../rule.ts";

const Options = z
  .strictObject({ pattern: z.string().min(1), flags: z.string().default("u") })
  .superRefine(({ pattern, flags }, context) => {
    try {
      new RegExp(pattern, flags);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      context.addIssue({ code: "custom", message: `not a regular expression (${why})`, path: ["pattern"] });
    }
  });

/** The answer matches a regular expression. One that takes more than a second on an answer leaves it unscored. */
export const regex: Rule<unknown, z.infer<typeof Options>> = {
  certainty: "exact",
  target: z.unknown(),
  options: Options,
  prepare({ pattern, flags }) {
    const matcher = compileMatcher(pattern, flags);
    const shown = `/${pattern}/${flags === "u" ? "" : flags}`;
    return ({ completion: { text } }) =>
      matcher.test(text) ? scored(1, `matches ${shown}`) : scored(0, `does not match ${shown}: ${quote(text)}`);
  },
};

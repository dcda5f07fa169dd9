import { z } from "zod";
import { FindOptions, findText, NOTHING_SOUGHT, SoughtText, soughtTexts } from "../find-text.ts";
import { passFail, quote, type Rule } from "../rule.ts";

const Options = FindOptions.extend({ text: SoughtText.optional() });

/** The answer contains a text: the suite's, or the case's target. */
export const contains: Rule<unknown, z.infer<typeof Options>> = {
  certainty: "exact",
  target: z.unknown(),
  options: Options,
  refuses: ({ text }, _item, target) => (theText(text, target) === undefined ? NOTHING_SOUGHT : undefined),
  prepare:
    (options) =>
    ({ completion }, target) => {
      const text = theText(options.text, target);
      if (text === undefined) return { state: "unscored", reason: NOTHING_SOUGHT };
      return passFail(findText(completion, text, options), `contains ${quote(text)}`, `lacks ${quote(text)}`);
    },
};

function theText(ofSuite: string | undefined, target: unknown): string | undefined {
  const texts = soughtTexts(ofSuite === undefined ? undefined : [ofSuite], target);
  return texts?.length === 1 ? texts[0] : undefined;
}

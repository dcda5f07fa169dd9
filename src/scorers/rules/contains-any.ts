import { z } from "zod";
import { FindOptions, findText, NOTHING_SOUGHT, SoughtText, soughtTexts } from "../find-text.ts";
import { passFail, quote, quotes, type Rule } from "../rule.ts";

const Options = FindOptions.extend({ texts: z.array(SoughtText).min(1).optional() });

/** The answer contains at least one text of a list: the suite's, or the case's target. */
export const containsAny: Rule<unknown, z.infer<typeof Options>> = {
  certainty: "exact",
  target: z.unknown(),
  options: Options,
  refuses: ({ texts }, _item, target) => (soughtTexts(texts, target) === undefined ? NOTHING_SOUGHT : undefined),
  prepare:
    (options) =>
    ({ completion }, target) => {
      const texts = soughtTexts(options.texts, target);
      if (texts === undefined) return { state: "unscored", reason: NOTHING_SOUGHT };
      const found = texts.find((text) => findText(completion, text, options));
      return passFail(found !== undefined, `contains ${quote(found ?? "")}`, `contains none of ${quotes(texts)}`);
    },
};

import { z } from "zod";
import { FindOptions, findText, NOTHING_SOUGHT, SoughtText, soughtTexts } from "../find-text.ts";
import { passFail, quotes, type Rule } from "../rule.ts";

const Options = FindOptions.extend({ texts: z.array(SoughtText).min(1).optional() });

/** The answer contains every text of a list: the suite's, or the case's target. */
export const containsAll: Rule<unknown, z.infer<typeof Options>> = {
  certainty: "exact",
  target: z.unknown(),
  options: Options,
  refuses: ({ texts }, _item, target) => (soughtTexts(texts, target) === undefined ? NOTHING_SOUGHT : undefined),
  prepare:
    (options) =>
    ({ completion }, target) => {
      const texts = soughtTexts(options.texts, target);
      if (texts === undefined) return { state: "unscored", reason: NOTHING_SOUGHT };
      const absent = texts.filter((text) => !findText(completion, text, options));
      return passFail(absent.length === 0, `contains ${quotes(texts)}`, `lacks ${quotes(absent)}`);
    },
};

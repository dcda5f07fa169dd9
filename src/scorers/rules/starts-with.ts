import { z } from "zod";
import { SoughtText } from "../find-text.ts";
import { plain, squeezed } from "../normal.ts";
import { passFail, quote, type Rule } from "../rule.ts";

const Options = z.strictObject({ text: SoughtText, matchCase: z.boolean().default(false) });

/** Longer than any beginning that a suite asks for: a huge answer need not be folded whole. */
const LOOKED_AT = 10;

/** The answer begins with a text, but for case and white space. */
export const startsWith: Rule<unknown, z.infer<typeof Options>> = {
  certainty: "exact",
  target: z.unknown(),
  options: Options,
  prepare({ text, matchCase }) {
    const fold = matchCase ? squeezed : plain;
    const wanted = fold(text);
    return ({ completion }) => {
      const beginning = fold(completion.text.trimStart().slice(0, LOOKED_AT * text.length));
      const starts = `starts with ${quote(completion.text.trimStart().slice(0, 2 * text.length))}`;
      return passFail(beginning.startsWith(wanted), starts, `${starts}, wanted ${quote(text)}`);
    };
  },
};

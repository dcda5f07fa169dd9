import { z } from "zod";
import { codeOf } from "../code-answer.ts";
import { clip, quote, type Rule, scored } from "../rule.ts";

const NoOptions = z.strictObject({});

const MOST_SHOWN = 3;

/** The answer is well-formed HTML (parse5): no parse error, every element closed that must be, no end tag too many. */
export const html: Rule<unknown, z.infer<typeof NoOptions>> = {
  certainty: "exact",
  target: z.unknown(),
  options: NoOptions,
  prepare:
    () =>
    async ({ completion }) => {
      const markup = codeOf(completion.text, ["html", "htm", "xhtml", ""]);
      const { htmlFaults } = await import("../html-faults.ts");
      const { faults, elements } = htmlFaults(markup);
      if (elements === 0) return scored(0, `holds no element: ${quote(markup)}`);
      if (faults.length === 0) return scored(1, "is well-formed HTML");
      const shown = faults.slice(0, MOST_SHOWN).map(({ what, line }) => `${clip(what)} (line ${line})`);
      const more = faults.length > MOST_SHOWN ? ` and ${faults.length - MOST_SHOWN} more` : "";
      return scored(0, `is not well-formed HTML: ${shown.join(", ")}${more}`);
    },
};

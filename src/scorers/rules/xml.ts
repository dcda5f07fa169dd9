import { z } from "zod";
import { codeOf } from "../code-answer.ts";
import { clip, passFail, quote, type Rule, scored } from "../rule.ts";

const Options = z.strictObject({
  /** The name that the outermost element must have. */
  root: z.string().min(1).optional(),
});

/** The answer is one well-formed XML document (libxml2, its limits on depth and entities included). */
export const xml: Rule<unknown, z.infer<typeof Options>> = {
  certainty: "exact",
  target: z.unknown(),
  options: Options,
  prepare:
    ({ root }) =>
    async ({ completion }) => {
      const document = codeOf(completion.text, ["xml", "svg", "xhtml", ""]);
      if (document === "") return scored(0, "is empty");
      const { ParseOption, XmlDocument, XmlParseError } = await import("libxml2-wasm");
      try {
        // Nothing outside of the answer is read.
        using parsed = XmlDocument.fromString(document, {
          option: ParseOption.XML_PARSE_NONET | ParseOption.XML_PARSE_NO_XXE,
        });
        const { name } = parsed.root;
        if (root === undefined || name === root) return scored(1, `is well-formed XML (${quote(name)})`);
        return passFail(false, "", `its outermost element is ${quote(name)}, wanted ${quote(root)}`);
      } catch (error) {
        if (!(error instanceof XmlParseError)) throw error;
        const [first] = error.details;
        const why = clip(first?.message ?? error.message);
        return scored(0, `is not well-formed XML: ${why}${first === undefined ? "" : ` (line ${first.line})`}`);
      }
    },
};

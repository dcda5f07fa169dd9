import { z } from "zod";
import { plainAnswer, withoutStop } from "../normal.ts";
import { passFail, quote, type Rule } from "../rule.ts";
import { acceptedOf, TextTarget } from "../text-target.ts";

const IGNORABLE = ["case", "width", "space", "stop", "punctuation", "articles", "accents", "markdown"] as const;
type Ignorable = (typeof IGNORABLE)[number];

const PLAIN: readonly Ignorable[] = ["case", "width", "space", "stop"];

const Options = z.strictObject({
  /** Differences that do not count. With an empty list the texts are compared as they are. */
  ignore: z.array(z.enum(IGNORABLE)).default([...PLAIN]),
});
type Options = z.infer<typeof Options>;

/** The answer is the target, or one of the texts it accepts, but for the differences that do not count. */
export const equals: Rule<TextTarget, Options> = {
  certainty: "exact",
  target: TextTarget,
  options: Options,
  refuses({ ignore }, _item, target) {
    const empty = acceptedOf(target).find((text) => reduced(text, ignore) === "");
    return empty === undefined ? undefined : `nothing is left of the target ${quote(empty)} to compare`;
  },
  prepare({ ignore }) {
    // The default: the answer is folded so for other rules, too.
    const isPlain = ignore.length === PLAIN.length && PLAIN.every((name) => ignore.includes(name));
    return ({ completion }, target) => {
      const accepted = acceptedOf(target);
      const given = isPlain ? withoutStop(plainAnswer(completion)) : reduced(completion.text, ignore);
      const same = accepted.some((text) => reduced(text, ignore) === given);
      const wanted = accepted.map((text) => quote(text)).join(" or ");
      return passFail(same, `says ${quote(completion.text)}`, `says ${quote(completion.text)}, wanted ${wanted}`);
    };
  },
};

// In this order, whatever the order in the suite.
const REDUCTIONS: readonly (readonly [Ignorable, (text: string) => string])[] = [
  ["width", (text) => text.normalize("NFKC")],
  ["case", (text) => text.toLowerCase()],
  ["accents", (text) => text.normalize("NFD").replace(/\p{M}/gu, "")],
  [
    "markdown",
    (text) => text.replace(/^(?:#{1,6}|[>+*-])\s/gmu, "").replace(/[*`]+|(?<![\p{L}\p{N}])_+|_+(?![\p{L}\p{N}])/gu, ""),
  ],
  // A hyphen parts words; a sign or point of a number is no punctuation.
  ["punctuation", (text) => text.replace(/(?<=\p{L})[\p{Pd}/](?=\p{L})/gu, " ").replace(/(?![-.,]\p{N})\p{P}/gu, "")],
  ["articles", (text) => text.replace(/(?<![\p{L}\p{N}])(?:an?|the)(?![\p{L}\p{N}])/giu, "")],
  ["space", (text) => text.replace(/\s+/g, " ").trim()],
  ["stop", withoutStop],
];

function reduced(text: string, ignore: readonly Ignorable[]): string {
  return REDUCTIONS.filter(([name]) => ignore.includes(name)).reduce(
    (left, [, reduce]) => reduce(left),
    ignore.includes("width") ? text : text.normalize("NFC"),
  );
}

import { z } from "zod";
import { passFail, quote, type Rule } from "./rule.ts";

const Target = z.looseObject({ label: z.string().min(1), accept: z.array(z.string()).optional() });
const Options = z.strictObject({
  /** The labels, or the labels by the value of the tag that `by` names. */
  labels: z.union([z.array(z.string()).min(2), z.record(z.string(), z.array(z.string()).min(2))]),
  by: z.string().optional(),
});

/** The reply names the right label. A reply that names none, or several and settles on none, is wrong. */
export const label: Rule<z.infer<typeof Target>, z.infer<typeof Options>> = {
  certainty: "exact",
  target: Target,
  options: Options,
  prepare({ labels, by }) {
    return ({ case: item, completion }, target) => {
      const known = Array.isArray(labels) ? labels : labels[item.tags[by ?? ""] ?? ""];
      if (known === undefined) return { state: "unscored", reason: `no labels for tag ${by}=${item.tags[by ?? ""]}` };
      const given = extractLabel(completion.text, known);
      const accepted = target.accept ?? [target.label];
      const wanted = accepted.map((name) => `"${name}"`).join(" or ");
      if (given === undefined)
        return passFail(false, "", `names no label: ${quote(completion.text)}; wanted ${wanted}`);
      return passFail(accepted.includes(given), `says "${given}"`, `says "${given}", wanted ${wanted}`);
    };
  },
};

/**
 * The label that a reply settles on, or undefined. In this order: the whole reply; a JSON field; an option mark at the
 * start (`B: ...`); the last `label: x` statement; a last line that is a label; the one label that is mentioned at all.
 * Matching ignores case, Markdown and quotes; a longer label wins over one inside it.
 */
export function extractLabel(reply: string, labels: readonly string[]): string | undefined {
  const byFold = new Map(labels.map((name) => [fold(name), name]));
  const text = fold(reply);
  const whole = byFold.get(text);
  if (whole !== undefined) return whole;
  const field = jsonField(reply);
  if (field !== undefined) return byFold.get(fold(field));
  const alternatives = [...byFold.keys()]
    .sort((a, b) => b.length - a.length)
    .map(RegExp.escape)
    .join("|");
  const mark = new RegExp(`^\\(?(${alternatives})[:.)]`, "u").exec(text);
  if (mark !== null) return byFold.get(mark[1] as string);
  const said = [...text.matchAll(new RegExp(`${STATEMENT}\\s*["'(]*(${alternatives})${END}`, "gu"))].at(-1);
  if (said !== undefined) return byFold.get(said[1] as string);
  const lastLine = fold(reply.trim().split(/\n+/).at(-1) ?? "");
  const alone = byFold.get(lastLine);
  if (alone !== undefined) return alone;
  return onlyMention(reply, text, byFold, alternatives);
}

const START = "(?<![\\p{L}\\p{N}_-])";
const END = "(?![\\p{L}\\p{N}_-])";
const STATEMENT =
  "(?:label|answer|category|class|classification|queue|level|urgency|verdict|choice|option|result)\\s*(?:is|would be|should be|=|:)(?:\\s+(?:clearly|probably|therefore|option|a|an|the))*";

function onlyMention(
  reply: string,
  text: string,
  byFold: ReadonlyMap<string, string>,
  alternatives: string,
): string | undefined {
  // A letter such as A or I is a word of its own in prose, so single letters count only as written, in capitals.
  const letters = [...byFold.keys()].every((name) => name.length === 1);
  const pattern = new RegExp(`${START}(${alternatives})${END}`, "gu");
  const found = letters
    ? [...reply.matchAll(new RegExp(`${START}(${alternatives.toUpperCase()})${END}`, "gu"))].map((hit) =>
        (hit[1] as string).toLowerCase(),
      )
    : [...text.matchAll(pattern)].map((hit) => hit[1] as string);
  const distinct = new Set(found);
  return distinct.size === 1 ? byFold.get([...distinct][0] as string) : undefined;
}

function jsonField(reply: string): string | undefined {
  const body = /\{[^{}]*\}/u.exec(reply)?.[0];
  if (body === undefined) return undefined;
  try {
    const parsed = z.record(z.string(), z.unknown()).parse(JSON.parse(body));
    const value = parsed.label ?? parsed.answer ?? parsed.category ?? parsed.class;
    return typeof value === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}

function fold(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[*_`#>]+/g, "")
    .replace(/[\u2010-\u2015]/g, "-")
    .replace(/\s+/g, " ")
    .replace(/^[\s"'“”‘’([]+|[\s"'“”‘’)\].!,;:]+$/gu, "");
}

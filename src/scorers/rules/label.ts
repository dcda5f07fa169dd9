import { z } from "zod";
import type { Case } from "../../domain/case.ts";
import { extractLabel } from "../extract-label.ts";
import { foldLabel } from "../label-names.ts";
import { passFail, quote, type Rule } from "../rule.ts";

/** `accept` names every label that is right; without it, `label` alone is. */
const Target = z.looseObject({ label: z.string().min(1), accept: z.array(z.string()).min(1).optional() });
type Target = z.infer<typeof Target>;

const Labels = z
  .array(z.string())
  .min(2)
  .refine((labels) => new Set(["", ...labels.map(foldLabel)]).size === labels.length + 1, {
    message: "two labels are the same but for case, or one has no letter or digit",
  });

const Options = z
  .strictObject({
    /** The labels, or the labels by the value of the tag that `by` names. */
    labels: z.union([Labels, z.record(z.string(), Labels)]),
    by: z.string().optional(),
  })
  .refine(({ labels, by }) => Array.isArray(labels) || by !== undefined, {
    message: "labels that differ from case to case need the name of the tag they go by",
    path: ["by"],
  });
type Options = z.infer<typeof Options>;

/** The reply names the right label. A reply that names none, or several and settles on none, is wrong. */
export const label: Rule<Target, Options> = {
  certainty: "exact",
  target: Target,
  options: Options,
  refuses(options, item, target) {
    const known = labelsOf(options, item);
    if (known === undefined) return noLabels(options, item);
    const foreign = [target.label, ...(target.accept ?? [])].find((name) => !known.includes(name));
    return foreign === undefined ? undefined : `"${foreign}" is none of the labels (${known.join(", ")})`;
  },
  prepare: (options) => (answer, target) => {
    const known = labelsOf(options, answer.case);
    if (known === undefined) return { state: "unscored", reason: noLabels(options, answer.case) };
    const accepted = target.accept ?? [target.label];
    const wanted = accepted.map((name) => `"${name}"`).join(" or ");
    const { text } = answer.completion;
    const given = extractLabel(text, known);
    if (given === undefined) return passFail(false, "", `names no label: ${quote(text)}; wanted ${wanted}`);
    return passFail(accepted.includes(given), `says "${given}"`, `says "${given}", wanted ${wanted}`);
  },
};

function labelsOf({ labels, by = "" }: Options, { tags }: Case): readonly string[] | undefined {
  if (Array.isArray(labels)) return labels;
  const value = tags[by];
  return value !== undefined && Object.hasOwn(labels, value) ? labels[value] : undefined;
}

function noLabels({ by = "" }: Options, { tags }: Case): string {
  return tags[by] === undefined ? `it has no tag "${by}", by which the labels go` : `no labels for ${by}=${tags[by]}`;
}

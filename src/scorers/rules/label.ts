import { z } from "zod";
import type { Case } from "../../domain/case.ts";
import { extractLabel } from "../extract-label.ts";
import { foldLabel } from "../label-names.ts";
import { memo } from "../memo.ts";
import { passFail, quote, type Rule, scored } from "../rule.ts";

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
    /** The label of a reply that does not decide; it need not be among the others. */
    abstain: z.string().optional(),
    /** What abstaining is worth where a decision was wanted. */
    abstainValue: z.number().min(0).max(1).default(0),
  })
  .refine(({ labels, by }) => Array.isArray(labels) || by !== undefined, {
    message: "labels that differ from case to case need the name of the tag they go by",
    path: ["by"],
  })
  .refine(({ labels, abstain }) => lists(labels).every((each) => fitsAmong(each, abstain)), {
    message: "it is one of the labels but for case, or has no letter or digit",
    path: ["abstain"],
  });
type Options = z.infer<typeof Options>;

function lists(labels: readonly string[] | Readonly<Record<string, readonly string[]>>): (readonly string[])[] {
  return Array.isArray(labels) ? [labels] : Object.values(labels);
}

function fitsAmong(labels: readonly string[], abstain: string | undefined): boolean {
  if (abstain === undefined || labels.includes(abstain)) return true;
  return foldLabel(abstain) !== "" && !labels.some((label) => foldLabel(label) === foldLabel(abstain));
}

/**
 * The reply names the right label. A reply that names none, or several and settles on none, is wrong; one that abstains
 * is worth what the suite says.
 */
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
    const { abstain, abstainValue } = options;
    const accepted = target.accept ?? [target.label];
    const wanted = accepted.map((name) => `"${name}"`).join(" or ");
    const { text } = answer.completion;
    const given = extractLabel(text, known);
    if (given === undefined) return passFail(false, "", `names no label: ${quote(text)}; wanted ${wanted}`);
    if (given === abstain && !accepted.includes(given))
      return scored(abstainValue, `abstains ("${given}"), wanted ${wanted}`);
    return passFail(accepted.includes(given), `says "${given}"`, `says "${given}", wanted ${wanted}`);
  },
};

function labelsOf(options: Options, { tags }: Case): readonly string[] | undefined {
  const { labels, by = "" } = options;
  if (Array.isArray(labels)) return withAbstain(options)(labels);
  const value = tags[by];
  const own = value !== undefined && Object.hasOwn(labels, value) ? labels[value] : undefined;
  return own === undefined ? undefined : withAbstain(options)(own);
}

// One list for each, always the same: the patterns of its names are remembered by it.
const withAbstain = memo(({ abstain }: Options) =>
  memo((labels: readonly string[]) =>
    abstain === undefined || labels.includes(abstain) ? labels : [...labels, abstain],
  ),
);

function noLabels({ by = "" }: Options, { tags }: Case): string {
  return tags[by] === undefined ? `it has no tag "${by}", by which the labels go` : `no labels for ${by}=${tags[by]}`;
}

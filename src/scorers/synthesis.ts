import { z } from "zod";
import { memo } from "./memo.ts";
import { type CompiledPattern, compilePattern, foldText } from "./passages.ts";
import { sentencesUnderHeads } from "./reading.ts";

const Phrase = z
  .string()
  .refine((phrase) => foldText(phrase) !== "", { message: "folds to nothing, and nothing is found everywhere" });
/** Phrases to look for: any of each group. */
export const PhraseGroups = z.array(z.array(Phrase).min(1)).min(1);

const KeyPoint = z.strictObject({
  id: z.string(),
  kind: z.enum(["fact", "figure", "contradiction", "gap"]),
  weight: z.number().positive(),
  text: z.string(),
  sources: z.array(z.string()),
  match: PhraseGroups,
  unless: z.array(Phrase).optional(),
});

const Forbidden = z.strictObject({
  id: z.string(),
  text: z.string(),
  match: PhraseGroups,
  unless: z.array(Phrase).optional(),
});

/** The target of a synthesis case: what a good answer says, and what it must not say. */
export const SynthesisTarget = z.strictObject({
  keyPoints: z.array(KeyPoint).min(1),
  forbidden: z.array(Forbidden).default([]),
  /** Figures that stand in no source and that a right answer may compute. */
  figures: z.array(z.strictObject({ value: z.number(), how: z.string() })).default([]),
});
export type SynthesisTarget = z.infer<typeof SynthesisTarget>;

// A point may spill into the next sentence; a false claim must stand in one, or two true ones could make it.
export const POINT_SPAN = 2;
const CLAIM_SPAN = 1;

/** The key points of a target with their patterns. */
export const pointsOf = memo((target: SynthesisTarget) =>
  target.keyPoints.map((point) => ({ ...point, pattern: compilePattern(point, POINT_SPAN) })),
);
/** The forbidden claims of a target with their patterns. */
export const claimsOf = memo((target: SynthesisTarget) =>
  target.forbidden.map((claim) => ({ ...claim, pattern: compilePattern(claim, CLAIM_SPAN) })),
);

/** Texts as one line of an explanation. */
export function listOf(items: readonly { text: string }[]): string {
  return items.map(({ text }) => text.replace(/\.$/, "")).join("; ");
}

// Longer than this, a pair of quotation marks is more likely two halves of other pairs.
const QUOTATION = /"[^"\n]{1,120}"|“[^”\n]{1,120}”/g;
const DENIAL =
  /^(?:this|that|it|which|the claim|neither)\b.{0,40}\b(?:untrue|not true|wrong|false|incorrect|not hold|unsupported)\b/;

/** Words that make a quotation. Fewer are the answer's own in quotes, and must not hide a claim: `It is "free"`. */
const FEWEST_QUOTED = 3;
/** After a quotation that the answer goes on to discuss: `"Low risk": the last one took two years.` */
const DISCUSSED = /^\*{0,2}:/;

/** The sentences that an answer asserts: without what it quotes, and without what its next sentence denies. */
export function assertedSentences(text: string): string[] {
  const isQuoted = (quote: string, after: string) =>
    quote.split(/\s+/).length >= FEWEST_QUOTED || DISCUSSED.test(after);
  const sentences = sentencesUnderHeads(
    text.replace(QUOTATION, (quote, at: number) =>
      isQuoted(quote, text.slice(at + quote.length, at + quote.length + 4)) ? " " : quote,
    ),
  );
  return sentences.filter((_, at) => !DENIAL.test(sentences[at + 1] ?? ""));
}

/** Which key points and false claims an answer makes, by id. For the checks of a dataset. */
export function readSynthesis(text: string, target: SynthesisTarget): { points: string[]; claims: string[] } {
  const made = (list: readonly { id: string; pattern: CompiledPattern }[], sentences: readonly string[]) =>
    list.filter(({ pattern }) => pattern.find(sentences) >= 0).map(({ id }) => id);
  return {
    points: made(pointsOf(target), sentencesUnderHeads(text)),
    claims: made(claimsOf(target), assertedSentences(text)),
  };
}

/** Numbers of a text, folded, as written. */
export function numbersIn(text: string): string[] {
  return [...foldText(text).matchAll(/\d+(?:\.\d+)?/g)].map((hit) => hit[0]);
}

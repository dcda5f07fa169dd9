import { z } from "zod";
import { type CompiledPattern, compilePattern, foldedSentences, foldText } from "./passages.ts";
import { type Rule, scored } from "./rule.ts";

const Groups = z.array(z.array(z.string().min(1)).min(1)).min(1);

const KeyPoint = z.strictObject({
  id: z.string(),
  kind: z.enum(["fact", "figure", "contradiction", "gap"]),
  weight: z.number().positive(),
  text: z.string(),
  sources: z.array(z.string()),
  match: Groups,
  unless: z.array(z.string()).optional(),
});

const Forbidden = z.strictObject({
  id: z.string(),
  text: z.string(),
  match: Groups,
  unless: z.array(z.string()).optional(),
});

/** The target of a synthesis case: what a good answer says, and what it must not say. */
export const SynthesisTarget = z.strictObject({
  keyPoints: z.array(KeyPoint).min(1),
  forbidden: z.array(Forbidden).default([]),
  /** Figures that stand in no source and that a right answer may compute. */
  figures: z.array(z.strictObject({ value: z.number(), how: z.string() })).default([]),
});
export type SynthesisTarget = z.infer<typeof SynthesisTarget>;

const NoOptions = z.strictObject({});
type NoOptions = z.infer<typeof NoOptions>;

// A point may spill into the next sentence; a false claim must stand in one, or two true ones could make it.
const POINT_SPAN = 2;
const CLAIM_SPAN = 1;

// Cases are scored many times (candidates, repeats), and compiling a pattern costs more than running it.
function memo<Key extends object, Value>(make: (key: Key) => Value): (key: Key) => Value {
  const made = new WeakMap<Key, Value>();
  return (key) => {
    const known = made.get(key);
    if (known !== undefined) return known;
    const value = make(key);
    made.set(key, value);
    return value;
  };
}

const pointsOf = memo((target: SynthesisTarget) =>
  target.keyPoints.map((point) => ({ ...point, pattern: compilePattern(point, POINT_SPAN) })),
);
const claimsOf = memo((target: SynthesisTarget) =>
  target.forbidden.map((claim) => ({ ...claim, pattern: compilePattern(claim, CLAIM_SPAN) })),
);

function listOf(items: readonly { text: string }[]): string {
  return items.map(({ text }) => text.replace(/\.$/, "")).join("; ");
}

/** The weighted share of the key points that the answer makes. Finds them by patterns, so it is a heuristic. */
export const keyPoints: Rule<SynthesisTarget, NoOptions> = {
  certainty: "heuristic",
  target: SynthesisTarget,
  options: NoOptions,
  prepare:
    () =>
    ({ completion }, target) => {
      const sentences = foldedSentences(completion.text);
      const points = pointsOf(target);
      const missed = points.filter(({ pattern }) => pattern.find(sentences) < 0);
      const total = points.reduce((sum, { weight }) => sum + weight, 0);
      const lost = missed.reduce((sum, { weight }) => sum + weight, 0);
      const count = `${points.length - missed.length} of ${points.length} key points`;
      return scored((total - lost) / total, missed.length === 0 ? count : `${count}; missing: ${listOf(missed)}`);
    },
};

/** 1 without a forbidden claim; each one halves it. */
export const forbiddenClaims: Rule<SynthesisTarget, NoOptions> = {
  certainty: "heuristic",
  target: SynthesisTarget,
  options: NoOptions,
  prepare:
    () =>
    ({ completion }, target) => {
      const sentences = foldedSentences(completion.text);
      const made = claimsOf(target).filter(({ pattern }) => pattern.find(sentences) >= 0);
      if (made.length === 0) return scored(1, "makes no claim that it must not make");
      return scored(0.5 ** made.length, `makes ${made.length} false claim(s): ${listOf(made)}`);
    },
};

const CITATION = /\[((?:[A-Za-z]+\d+)(?:\s*[,;]\s*[A-Za-z]+\d+)*)\]/g;

/**
 * The share of citations that are right: of the key points made from sources, those that cite one of their sources in
 * the same passage, less the citations of sources that do not exist. 0 where nothing is cited.
 */
export const citations: Rule<SynthesisTarget, NoOptions> = {
  certainty: "heuristic",
  target: SynthesisTarget,
  options: NoOptions,
  prepare:
    () =>
    ({ case: item, completion }, target) => {
      const known = sourceIds(item.vars.sources);
      const sentences = foldedSentences(completion.text);
      const cited = citedIds(completion.text);
      const unknown = cited.filter((id) => !known.has(id));
      let needed = 0;
      const bare: { text: string }[] = [];
      for (const point of pointsOf(target)) {
        const at = point.sources.length === 0 ? -1 : point.pattern.find(sentences);
        if (at < 0) continue;
        needed += 1;
        const near = citedIds(sentences.slice(at, at + POINT_SPAN).join(" "));
        if (!near.some((id) => point.sources.includes(id))) bare.push(point);
      }
      if (needed === 0)
        return scored(cited.length > 0 && unknown.length === 0 ? 1 : 0, "makes no key point from a source");
      const value = (needed - bare.length) / (needed + unknown.length);
      const faults = [
        ...(bare.length > 0 ? [`not cited: ${listOf(bare)}`] : []),
        ...(unknown.length > 0 ? [`no such source: ${unknown.join(", ")}`] : []),
      ];
      return scored(value, faults.length === 0 ? `${needed} points cited` : faults.join("; "));
    },
};

function sourceIds(sources: unknown): Set<string> {
  const parsed = z.array(z.looseObject({ id: z.string() })).safeParse(sources);
  return new Set(parsed.success ? parsed.data.map(({ id }) => id) : []);
}

function citedIds(text: string): string[] {
  return [...text.matchAll(CITATION)].flatMap((hit) =>
    (hit[1] as string).split(/[,;]/).map((id) => id.trim().toUpperCase()),
  );
}

/** Which key points and false claims an answer makes, by id. For the checks of a dataset. */
export function readSynthesis(text: string, target: SynthesisTarget): { points: string[]; claims: string[] } {
  const sentences = foldedSentences(text);
  const made = (list: readonly { id: string; pattern: CompiledPattern }[]) =>
    list.filter(({ pattern }) => pattern.find(sentences) >= 0).map(({ id }) => id);
  return { points: made(pointsOf(target)), claims: made(claimsOf(target)) };
}

/** Numbers of a text, folded, as written. */
export function numbersIn(text: string): string[] {
  return [...foldText(text).matchAll(/\d+(?:\.\d+)?/g)].map((hit) => hit[0]);
}

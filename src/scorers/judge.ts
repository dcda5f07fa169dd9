import { createHash } from "node:crypto";
import { z } from "zod";
import type { Score } from "../domain/trial.ts";
import { askJudge } from "./judge-ask.ts";
import { hearPanel, JudgedOptions, judgeFacts, nobodyJudged, readingOf, votesText } from "./judge-panel.ts";
import { neutralise, pointwisePrompt, promptFrames } from "./judge-prompt.ts";
import { type CriterionVerdict, readVerdicts } from "./judge-reading.ts";
import { parseRubric, type Rubric } from "./rubric.ts";
import type { Rule } from "./rule.ts";
import { UNSPACED } from "./words.ts";

/**
 * A model reads the answer against yes/no criteria and quotes its evidence. A criterion that is said to be met counts
 * only where the quote stands in the answer. What cannot be read after one repair is unscored.
 */
export const judge: Rule<unknown, JudgedOptions> = {
  certainty: "judge",
  target: z.unknown(),
  options: JudgedOptions,
  prepare(options, services) {
    const text = services.readProjectFile(options.rubric);
    const rubric = parseRubric(text, options.rubric);
    const hash = rubricHash(text);
    const { judges } = services;
    return async ({ case: item, completion, repeat, family, signal }): Promise<Score> => {
      if (judges.length === 0) return { state: "unscored", reason: "no judge" };
      const prompt = pointwisePrompt(rubric, item, completion.text, options);
      // The judge quotes what it was shown.
      const shown = squeeze(neutralise(completion.text));
      const read = (reply: string) =>
        readVerdicts(reply, rubric, { tag: prompt.tag, answers: [completion.text] })?.map((verdict) =>
          checkEvidence(verdict, shown),
        );
      const heard: CriterionVerdict[][] = [];
      const panel = { judges, repeats: options.repeats, combine: options.panel ?? "mean", related: [family ?? ""] };
      const finding = await hearPanel(panel, async (asked, sample) => {
        const question = { kind: "pointwise" as const, prompt, read, caseId: item.id, repeat, sample, signal };
        const word = await askJudge(asked, question);
        if ("verdict" in word) heard.push(word.verdict);
        return readingOf(word, (verdicts) => ({
          value: shareMet(verdicts, rubric),
          verdict: verdicts.map(({ met }) => (met ? "+" : "-")).join(""),
        }));
      });
      if (finding.value === null) return nobodyJudged(finding);
      const criteria = rubric.criteria.map(({ id }) => common(id, heard));
      const unmet = criteria.filter(({ met }) => !met).map(({ id }) => id);
      const words = unmet.length === 0 ? "meets every criterion" : `does not meet: ${unmet.join(", ")}`;
      const facts = { ...judgeFacts(finding, hash), criteria };
      return { state: "scored", value: finding.value, explanation: `${words}${votesText(finding)}`, judge: facts };
    };
  },
};

/** What a score's `rubric` says: the rubric, and the words around it. */
export function rubricHash(text: string): string {
  return createHash("sha256").update(text).update(promptFrames()).digest("hex").slice(0, 16);
}

// What most readings say of a criterion (a tie is not met), in the words of the first that says so.
function common(id: string, heard: readonly (readonly CriterionVerdict[])[]): CriterionVerdict {
  const words = heard.flatMap((verdicts) => verdicts.find((verdict) => verdict.id === id) ?? []);
  const met = words.filter((word) => word.met).length * 2 > words.length;
  return words.find((word) => word.met === met) ?? { id, met, evidence: "" };
}

// A judge that cannot point at its evidence has not found any.
function checkEvidence(verdict: CriterionVerdict, answer: string): CriterionVerdict {
  return !verdict.met || standsIn(answer, verdict.evidence) ? verdict : { ...verdict, met: false };
}

/** In UTF-8, where a character of a script that needs fewer of them counts for more: ten letters of English, four of Chinese. */
const LEAST_BYTES = 10;

/** Whether a quote says something, and its pieces (a judge may leave words out) stand in the answer as whole words, in order. */
function standsIn(answer: string, quote: string): boolean {
  const pieces = quote
    .split(/\[?(?:…|\.{3})\]?/)
    .map(squeeze)
    .filter((piece) => /[\p{L}\p{N}]/u.test(piece));
  if (pieces.length === 1 && pieces[0] === answer) return true;
  if (Buffer.byteLength(pieces.join("").replace(/[^\p{L}\p{N}]/gu, "")) < LEAST_BYTES) return false;
  let end = 0;
  return pieces.every((piece) => {
    let start = answer.indexOf(piece, end);
    while (start >= 0 && (isInWord(answer, start) || isInWord(answer, start + piece.length))) {
      start = answer.indexOf(piece, start + 1);
    }
    end = start + piece.length;
    return start >= 0;
  });
}

/** Whether a place has a letter or digit on both sides. Where a script puts no space between words nobody can tell. */
function isInWord(text: string, place: number): boolean {
  const [before = "", after = ""] = [text[place - 1], text[place]];
  return /[\p{L}\p{N}]/u.test(before) && /[\p{L}\p{N}]/u.test(after) && !UNSPACED.test(before + after);
}

/** A text without what a quote may change: case, spaces, Markdown, quotes, dashes, and the stop at its end. */
function squeeze(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[\u2010-\u2015\u2212]/g, "-")
    .replace(/[\s*_`"'“”‘’]+/g, " ")
    .trim()
    .replace(/\s?[.,;:]$/, "");
}

function shareMet(verdicts: readonly CriterionVerdict[], { criteria }: Rubric): number {
  const total = criteria.reduce((sum, { weight }) => sum + weight, 0);
  return criteria.reduce((sum, { weight }, at) => sum + (verdicts[at]?.met === true ? weight : 0), 0) / total;
}

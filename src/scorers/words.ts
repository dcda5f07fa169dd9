import type { Completion } from "../domain/trial.ts";
import { memo } from "./memo.ts";

/** Scripts that are written without spaces between words. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

let segmenter: Intl.Segmenter | undefined;

/**
 * Words as a person counts them: what stands between spaces and has a letter or digit in it. Where a script puts no
 * spaces, the words that Unicode's dictionary finds.
 */
export function countWords(text: string): number {
  let count = 0;
  for (const [chunk] of text.matchAll(/\S+/g)) {
    if (UNSPACED.test(chunk)) count += wordsWithin(chunk);
    else if (/[\p{L}\p{N}]/u.test(chunk)) count += 1;
  }
  return count;
}

function wordsWithin(chunk: string): number {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: "word" });
  let count = 0;
  for (const { isWordLike } of segmenter.segment(chunk)) count += isWordLike === true ? 1 : 0;
  return count;
}
/**
 * The words of a text for comparison with another: lower case, letters and digits alone, a character of Chinese or
 * Japanese by itself. As the ROUGE package of Google does it, for any script.
 */
function tokensOf(text: string): string[] {
  return text.normalize("NFKC").toLowerCase().match(TOKEN) ?? [];
}

const TOKEN =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|(?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}])[\p{L}\p{M}\p{N}])+/gu;

/** The words of an answer, for comparison: made once for all rules that compare it. */
export const answerTokens = memo((completion: Completion): readonly string[] => tokensOf(completion.text));

/** Candidates answer a case one after the other: its reference is wanted again at once, and then never more. */
const KEPT = 64;
const kept = new Map<string, readonly string[]>();

/** The words of a reference, for comparison. */
export function referenceTokens(text: string): readonly string[] {
  const known = kept.get(text);
  if (known !== undefined) return known;
  const tokens = tokensOf(text);
  kept.set(text, tokens);
  const [oldest] = kept.keys();
  if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest);
  return tokens;
}

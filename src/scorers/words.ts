import type { Completion } from "../domain/trial.ts";
import { memo } from "./memo.ts";
import { isAscii } from "./normal.ts";

/** Scripts that are written without spaces between words. */
export const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

let segmenter: Intl.Segmenter | undefined;

/**
 * Words as a person counts them: what stands between spaces and has a letter or digit in it. Where a script puts no
 * spaces, the words that Unicode's dictionary finds.
 */
export function countWords(text: string): number {
  let count = 0;
  let start = -1;
  let isPlain = true;
  let isWord = false;
  // A loop over codes: a regular expression takes five times as long.
  for (let at = 0; at <= text.length; at++) {
    const code = at === text.length ? SPACE : text.charCodeAt(at);
    if (isSpace(code)) {
      if (start >= 0) count += isPlain ? Number(isWord) : wordsOf(text.slice(start, at));
      start = -1;
      isPlain = true;
      isWord = false;
      continue;
    }
    if (start < 0) start = at;
    if (code > 0x7f) isPlain = false;
    else if (isAlphanumeric(code)) isWord = true;
  }
  return count;
}

const SPACE = 0x20;

function isSpace(code: number): boolean {
  if (code <= 0x7f) return code === SPACE || (code >= 0x09 && code <= 0x0d);
  return /\s/.test(String.fromCharCode(code));
}

function isAlphanumeric(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a);
}

function wordsOf(chunk: string): number {
  if (UNSPACED.test(chunk)) return wordsWithin(chunk);
  return /[\p{L}\p{N}]/u.test(chunk) ? 1 : 0;
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
  const folded = text.normalize("NFKC").toLowerCase();
  // The plainer the pattern, the quicker.
  if (isAscii(folded)) return folded.match(/[a-z0-9]+/g) ?? [];
  return folded.match(TOKEN) ?? [];
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

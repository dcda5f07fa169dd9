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

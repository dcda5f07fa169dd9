import type { Completion } from "../domain/trial.ts";
import { memo } from "./memo.ts";

/** Whether a text has characters beyond ASCII: what folds those can be left out where there are none. */
export function isAscii(text: string): boolean {
  return !/[^\0-\x7f]/.test(text);
}

/** Runs of space that are not one blank already: most texts have none, and what need not be replaced is not copied. */
export const EXTRA_SPACE = / \s+|[^\S ]\s*/g;

/** One form for all ways to write a character, one space between words. Case is kept. */
export function squeezed(text: string): string {
  const folded = text.normalize("NFKC").trim();
  // Most answers have nothing to squeeze, and looking is cheaper than replacing.
  return /\s\s|[^\S ]/.test(folded) ? folded.replace(/\s+/g, " ") : folded;
}

/** {@link squeezed}, in lower case. */
export function plain(text: string): string {
  return squeezed(text).toLowerCase();
}

/** The answer's text, {@link plain}: made once for all rules that read it so. */
export const plainAnswer = memo((completion: Completion) => plain(completion.text));

/** Without full stops and exclamation marks at the end. The last character always stays, or "!" would be no text. */
export function withoutStop(text: string): string {
  // A loop: /[.!]+$/ is quadratic over runs inside a text.
  let end = text.length;
  while (end > 1 && (text[end - 1] === "." || text[end - 1] === "!")) end -= 1;
  return text.slice(0, end);
}

/** The text without a fence of Markdown around all of it. */
export function unfenced(text: string): string {
  const bare = text.trim();
  if (!bare.startsWith("```") && !bare.startsWith("~~~")) return bare;
  const lines = bare.split("\n");
  const [first = ""] = lines;
  const fence = /^(`{3,}|~{3,})[^`]*$/.exec(first.trim())?.[1];
  if (fence === undefined || lines.length < 2 || lines.at(-1)?.trim() !== fence) return bare;
  const inside = lines.slice(1, -1);
  return inside.some((line) => line.trim() === fence) ? bare : inside.join("\n").trim();
}

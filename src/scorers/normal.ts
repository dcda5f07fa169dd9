import type { Completion } from "../domain/trial.ts";
import { memo } from "./memo.ts";

/** One form for all ways to write a character, one space between words. Case is kept. */
export function squeezed(text: string): string {
  return text.normalize("NFKC").replace(/\s+/g, " ").trim();
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
  const lines = text.trim().split("\n");
  const [first = ""] = lines;
  const fence = /^(`{3,}|~{3,})[^`]*$/.exec(first.trim())?.[1];
  if (fence === undefined || lines.length < 2 || lines.at(-1)?.trim() !== fence) return text.trim();
  const inside = lines.slice(1, -1);
  return inside.some((line) => line.trim() === fence) ? text.trim() : inside.join("\n").trim();
}

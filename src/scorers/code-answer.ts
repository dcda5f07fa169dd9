import { unfenced } from "./normal.ts";

/**
 * The code of an answer that is meant to be nothing but code of one language: without a fence around it, or, where there
 * is prose as well, what stands in its last fenced block of that language.
 * @param languages names that the fence may have, in lower case
 */
export function codeOf(text: string, languages: readonly string[]): string {
  const whole = unfenced(text);
  if (whole !== text.trim()) return whole;
  let last: string | undefined;
  let open: { readonly fence: string; readonly language: string; readonly start: number } | undefined;
  let at = 0;
  for (const line of text.split("\n")) {
    const mark = /^\s{0,3}(`{3,}|~{3,})\s*([\w+#-]*)/.exec(line);
    if (open === undefined) {
      if (mark?.[1] !== undefined)
        open = { fence: mark[1], language: (mark[2] ?? "").toLowerCase(), start: at + line.length + 1 };
    } else if (line.trim() === open.fence) {
      if (languages.includes(open.language)) last = text.slice(open.start, at);
      open = undefined;
    }
    at += line.length + 1;
  }
  return last ?? whole;
}

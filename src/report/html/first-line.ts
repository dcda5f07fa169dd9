const LONGEST = 160;

/** The first line of a text, for a heading or a row. */
export function firstLine(text: string): string {
  return text.trim().split("\n", 1)[0]?.slice(0, LONGEST) ?? "";
}

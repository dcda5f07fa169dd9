import { foldedSentences } from "./passages.ts";

const LIST_MARK = /^\s*(?:[-*+]|\d{1,2}[.)])\s+/;
const TABLE_ROW = /^\s*\|/;
/** What opens a line and says what the line is about: `**Payback.**`, `*Hiring:*`, `Retention:`. */
const LABEL = /^(?:(\*{1,2})([^*]{1,60})\1|([^\s.:;!?|*][^.:;!?|*]{0,29}):(?=\s))/;
/** A longer head of a table says nothing in particular, and is repeated in each row. */
const LONGEST_HEAD = 300;

/**
 * The folded sentences of an answer, as key points and claims are looked for. Each is followed by what it stands under,
 * where that says what it is about: the head of its table, or the label that opens its line. An empty sentence stands
 * between two paragraphs, so that no passage spans both.
 */
export function sentencesUnderHeads(text: string): string[] {
  const lines = text.split("\n").map((line) => line.replace(LIST_MARK, ""));
  const sentences: string[] = [];
  let head: readonly string[] = [];
  for (const [at, line] of lines.entries()) {
    if (line.trim() === "") {
      head = [];
      if (sentences.at(-1) !== "") sentences.push("");
      continue;
    }
    if (isTableRule(line)) continue;
    const isRow = TABLE_ROW.test(line);
    const label = LABEL.exec(line);
    const under = isRow ? head : foldedSentences(label?.[2] ?? label?.[3] ?? "");
    for (const sentence of foldedSentences(line)) {
      sentences.push([sentence, ...under.filter((words) => !sentence.includes(words))].join(" | "));
    }
    if (!isRow) head = [];
    else if (isTableRule(lines[at + 1] ?? "")) head = line.length > LONGEST_HEAD ? [] : foldedSentences(line);
  }
  return sentences;
}

/** The line between the head of a table and its rows: `|---|:--:|`. */
function isTableRule(line: string): boolean {
  return TABLE_ROW.test(line) && line.includes("-") && /^[\s:|-]+$/.test(line);
}

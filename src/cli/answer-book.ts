import { join } from "node:path";
import { UserError } from "../errors.ts";
import { LineFile } from "../lines.ts";
import { type AnswerEntry, AnswerEntrySchema } from "../providers/answer-book.ts";
import { readJsonLines } from "../suite/dataset.ts";
import { Store } from "../suite/store.ts";

/**
 * Reads an answer book through, and opens it.
 * @param asked the cases whose entries are wanted; all, if it is left out
 * @throws UserError with file and line for an entry that is none
 */
export function openAnswerBook(root: string, file: string, asked?: { has(id: string): boolean }): Store<AnswerEntry> {
  const book = new Store({ file: new LineFile(join(root, file)), shownAs: file, parse: parseEntry });
  for (const line of readJsonLines(join(root, file), file)) {
    const { id } = parseEntry(line.value, line.where);
    if (asked?.has(id) === false || book.add(id, line)) continue;
    throw new UserError({ where: line.where, what: `The entry "${id}" stands twice.`, remedy: "Remove one." });
  }
  return book;
}

function parseEntry(value: unknown, where: string): AnswerEntry {
  const parsed = AnswerEntrySchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const remedy = "docs/datasets.md shows the four kinds.";
  throw new UserError({ where, what: "Not an entry of an answer book.", remedy });
}

import { join } from "node:path";
import { UserError } from "../errors.ts";
import { type AnswerEntry, AnswerEntrySchema } from "../providers/answer-book.ts";
import { readJsonLines } from "../suite/dataset.ts";

/** Reads an answer book. @throws UserError with file and line for an entry that is none. */
export async function loadAnswerBook(root: string, file: string): Promise<Map<string, AnswerEntry>> {
  const book = new Map<string, AnswerEntry>();
  for await (const { value, where } of readJsonLines(join(root, file), file)) {
    const parsed = AnswerEntrySchema.safeParse(value);
    if (!parsed.success) {
      throw new UserError({
        where,
        what: "Not an entry of an answer book.",
        remedy: "docs/datasets.md shows the four kinds.",
      });
    }
    if (book.has(parsed.data.id)) {
      throw new UserError({ where, what: `The entry "${parsed.data.id}" stands twice.`, remedy: "Remove one." });
    }
    book.set(parsed.data.id, parsed.data);
  }
  return book;
}

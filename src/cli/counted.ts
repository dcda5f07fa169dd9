import type { CaseFacts, Manifest } from "../domain/run.ts";
import type { JournalRecord } from "../ports.ts";
import { RunAssembly } from "../run/assemble.ts";
import { readJournal } from "../run/journal.ts";
import { createTally } from "./tally.ts";

/**
 * What the records of a journal come to, counted as they pass by: read from it, or on their way into it. Either gives the same,
 * so a run that has just written its journal need not read it again.
 */
export interface Counted {
  readonly assembly: RunAssembly;
  readonly tally: ReturnType<typeof createTally>;
  /** @param at where the record stands in its journal, in bytes */
  add(record: JournalRecord, at: number): void;
}

/** Counts what a journal holds so far; nothing where there is none yet. @throws UserError on a line that is no record */
export function countJournal(manifest: Manifest, cases: CaseFacts, file: string): Counted {
  const assembly = new RunAssembly(manifest, cases);
  const tally = createTally(manifest.candidates.map(({ id }) => id));
  const counted: Counted = {
    assembly,
    tally,
    add(record, at) {
      assembly.add(record, at);
      tally.add(record);
    },
  };
  for (const record of readJournal(file)) counted.add(record, record.at);
  return counted;
}

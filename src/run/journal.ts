import {
  closeSync,
  createReadStream,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  writeSync,
} from "node:fs";
import { createInterface } from "node:readline";
import { z } from "zod";
import { TrialSchema, TrialScoresSchema } from "../domain/trial.ts";
import type { Journal, JournalRecord } from "../ports.ts";

const RecordSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("trial"), trial: TrialSchema }),
  z.strictObject({ type: z.literal("scores"), scores: TrialScoresSchema }),
]);

const SYNC_EVERY_MS = 250;

/**
 * Opens a journal for appending: one JSON record a line, one write a record, fsync at most four times a second.
 * A torn last line (the process was killed while writing) is cut off first, so that the next record starts clean.
 */
export function openJournal(file: string, scrub: (text: string) => string): Journal {
  const descriptor = openSync(file, "a+");
  cutTornLine(descriptor);
  let dirty = false;
  let closed = false;
  const sync = () => {
    if (!dirty || closed) return;
    dirty = false;
    fsyncSync(descriptor);
  };
  const timer = setInterval(sync, SYNC_EVERY_MS);
  timer.unref();
  return {
    append(record) {
      writeSync(descriptor, `${scrub(JSON.stringify(record))}\n`);
      dirty = true;
    },
    async flush() {
      sync();
    },
    async close() {
      if (closed) return;
      clearInterval(timer);
      sync();
      closed = true;
      closeSync(descriptor);
    },
  };
}

function cutTornLine(descriptor: number): void {
  const CHUNK = 65_536;
  const buffer = Buffer.alloc(CHUNK);
  const { size } = fstatSync(descriptor);
  let end = size;
  while (end > 0) {
    const start = Math.max(0, end - CHUNK);
    const length = readSync(descriptor, buffer, 0, end - start, start);
    const newline = buffer.subarray(0, length).lastIndexOf(0x0a);
    if (newline >= 0) {
      if (start + newline + 1 < size) ftruncateSync(descriptor, start + newline + 1);
      return;
    }
    end = start;
  }
  if (size > 0) ftruncateSync(descriptor, 0);
}

/** Streams the whole records of a journal. A last line that is torn is skipped; a broken line elsewhere throws. */
export async function* readJournal(file: string): AsyncGenerator<JournalRecord> {
  if (!existsSync(file)) return;
  const lines = createInterface({ input: createReadStream(file, "utf8"), crlfDelay: Number.POSITIVE_INFINITY });
  let pending: { text: string; number: number } | undefined;
  let number = 0;
  for await (const text of lines) {
    number += 1;
    if (pending !== undefined) yield parse(pending, file);
    pending = text === "" ? undefined : { text, number };
  }
  if (pending === undefined) return;
  try {
    yield parse(pending, file);
  } catch {
    // The last line alone may be torn: its call counts as never made.
  }
}

function parse(line: { text: string; number: number }, file: string): JournalRecord {
  const parsed = RecordSchema.safeParse(safeJson(line.text));
  if (!parsed.success) throw new Error(`${file}:${line.number}: not a record of a journal`);
  return parsed.data;
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

import { closeSync, existsSync, fstatSync, fsyncSync, ftruncateSync, openSync, readSync, writeSync } from "node:fs";
import { z } from "zod";
import { TrialSchema, TrialScoresSchema } from "../domain/trial.ts";
import { ExitCode, messageOf, UserError } from "../errors.ts";
import { LineFile, readLines } from "../lines.ts";
import type { Journal, JournalRecord } from "../ports.ts";

const RecordSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("trial"), trial: TrialSchema }),
  z.strictObject({ type: z.literal("scores"), scores: TrialScoresSchema }),
]);

const SYNC_EVERY_MS = 250;

/** The calls to the file system that put a record on disk. Tests give their own. */
export interface Disk {
  readonly write: (descriptor: number, bytes: Uint8Array, offset: number) => number;
  readonly sync: (descriptor: number) => void;
}

const realDisk: Disk = { write: writeSync, sync: fsyncSync };

/**
 * Opens a journal for appending: one JSON record a line, fsync at most four times a second.
 * A torn last line (the process was killed while writing) is cut off first, so that the next record starts clean.
 * @throws UserError from `append`, `flush` and `close` with what the disk said, from the first failure on: a record behind half a record
 *   would be lost with it
 */
export function openJournal(file: string, scrub: (text: string) => string, disk: Disk = realDisk): Journal {
  const descriptor = openSync(file, "a+");
  let end = cutTornLine(descriptor);
  let dirty = false;
  let closed = false;
  let fault: { readonly thrown: unknown } | undefined;
  const guarded = (work: () => void) => {
    if (fault !== undefined) throw fault.thrown;
    try {
      work();
    } catch (thrown) {
      fault = { thrown: diskError(file, thrown) };
      throw fault.thrown;
    }
  };
  const sync = () => {
    if (!dirty || closed) return;
    dirty = false;
    disk.sync(descriptor);
  };
  const timer = setInterval(() => {
    try {
      guarded(sync);
    } catch {
      // Nobody listens here: the next append, flush or close throws it.
    }
  }, SYNC_EVERY_MS);
  timer.unref();
  return {
    append(record) {
      if (closed) throw new Error(`${file}: the journal is closed`);
      const bytes = Buffer.from(`${scrub(JSON.stringify(record))}\n`);
      const at = end;
      guarded(() => {
        dirty = true;
        for (let written = 0; written < bytes.length; ) written += disk.write(descriptor, bytes, written);
      });
      end += bytes.length;
      return at;
    },
    async flush() {
      guarded(sync);
    },
    async close() {
      if (closed) return;
      clearInterval(timer);
      try {
        guarded(sync);
      } finally {
        closed = true;
        closeSync(descriptor);
      }
    },
  };
}

function diskError(file: string, thrown: unknown): UserError {
  const what = `The journal cannot be written: ${messageOf(thrown)}.`;
  const remedy = "Make room, then go on with --resume: what was saved is not asked again.";
  return new UserError({ where: file, what, remedy }, ExitCode.incomplete);
}

/** Returns where the last whole line ends. */
function cutTornLine(descriptor: number): number {
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
      return start + newline + 1;
    }
    end = start;
  }
  if (size > 0) ftruncateSync(descriptor, 0);
  return 0;
}

/** A record and where it stands in its journal, in bytes. */
export type SavedRecord = JournalRecord & { readonly at: number };

/**
 * Streams the whole records of a journal. What follows the last line end was torn while being written: its call counts as
 * never made, as it does for {@link openJournal}.
 * @throws UserError with file and line on a line that is no record
 */
export function* readJournal(file: string): Generator<SavedRecord> {
  if (!existsSync(file)) return;
  for (const { text, at, number, ended } of readLines(file)) {
    if (ended && text !== "") yield { ...parse(text, `${file}:${number}`), at };
  }
}

/**
 * Reads single records of a journal, from where {@link readJournal} or `append` said that they stand. Close it after.
 * @param options `checked`: this process has read the whole file a moment ago, so its lines need not be proved again
 */
export function openRecords(
  file: string,
  { checked = false }: { readonly checked?: boolean } = {},
): { at(at: number): JournalRecord; close(): void } {
  const lines = new LineFile(file);
  return {
    at: (at) => (checked ? JSON.parse(lines.lineAt(at)) : parse(lines.lineAt(at), `${file}, byte ${at}`)),
    close: () => lines.close(),
  };
}

function parse(line: string, where: string): JournalRecord {
  const parsed = RecordSchema.safeParse(safeJson(line));
  if (parsed.success) return parsed.data;
  const remedy = "Restore the file, or delete the line: what it held is asked again with --resume.";
  throw new UserError({ where, what: "The line is no record of a journal.", remedy });
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

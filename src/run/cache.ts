import { randomUUID } from "node:crypto";
import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { basename, join } from "node:path";
import { z } from "zod";
import { Growing } from "../domain/growing.ts";
import { type Completion, CompletionSchema, type Trial } from "../domain/trial.ts";
import { LineFile, readLines } from "../lines.ts";

const LineSchema = z.strictObject({
  key: z.string().regex(/^[0-9a-f]{32}$/),
  startedAt: z.string(),
  attempts: z.number().int().positive(),
  costUsd: z.number().nonnegative().optional(),
  completion: CompletionSchema,
});

/** An answer that an earlier run paid for. */
export interface CachedAnswer {
  /** The run that asked. */
  readonly runId: string;
  readonly startedAt: string;
  readonly attempts: number;
  /** What it cost then, in USD; left out where nobody knows. */
  readonly costUsd?: number | undefined;
  readonly completion: Completion;
}

/**
 * Answers by content key, shared by the runs of a checkout. Each run appends to a file of its own, so that two at once
 * never meet; beside it stands an index, made again where it is missing or behind.
 */
export interface AnswerCache {
  find(key: string): CachedAnswer | undefined;
  /** Keeps an answer; what is no answer is passed over. @throws what the disk says */
  keep(trial: Trial): void;
  close(): void;
}

const KEY_BYTES = 16;
/** As many of a key as a double holds exactly. */
const HEAD_BYTES = 6;
/** A key, and where its line starts as a double. */
const ENTRY_BYTES = KEY_BYTES + 8;
/** The length of the segment that an index covers, as a double. */
const HEADER_BYTES = 8;

/**
 * Opens the cache of a folder for a run.
 * @param folder made when the first answer is kept
 * @param scrub takes secrets out of what is written
 */
export function openAnswerCache(folder: string, runId: string, scrub: (text: string) => string): AnswerCache {
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".jsonl")) : [];
  const segments: Segment[] = [];
  // The newest first: what was asked again with --fresh counts.
  for (const name of files.sort().reverse()) segments.push(Segment.open(join(folder, name)));
  const own = join(folder, `${runId}.jsonl`);
  let writing: { readonly descriptor: number; size: number; readonly entries: Entries | undefined } | undefined;
  return {
    find(key) {
      const bytes = Buffer.from(key, "hex");
      for (const segment of segments) {
        const answer = segment.find(bytes, key);
        if (answer !== undefined) return answer;
      }
      return undefined;
    },
    keep({ key, startedAt, outcome, from }) {
      if (outcome.state !== "completed" || from !== undefined) return;
      if (writing === undefined) {
        mkdirSync(folder, { recursive: true });
        const descriptor = openSync(own, "a");
        const isNew = fstatSync(descriptor).size === 0;
        // Whatever a killed process left of its last line ends here. Who opens the file next makes its index.
        if (!isNew) writeSync(descriptor, "\n");
        writing = { descriptor, size: 0, entries: isNew ? new Entries() : undefined };
      }
      const { attempts, costUsd, completion } = outcome;
      const line = `${scrub(JSON.stringify({ key, startedAt, attempts, costUsd, completion }))}\n`;
      writing.entries?.add(key, writing.size);
      writing.size += writeSync(writing.descriptor, line);
    },
    close() {
      for (const segment of segments) segment.close();
      if (writing === undefined) return;
      const { descriptor, size, entries } = writing;
      writing = undefined;
      closeSync(descriptor);
      if (entries !== undefined) writeIndex(indexFileOf(own), size, entries.sorted());
    },
  };
}

/** The answers of one run: its lines, and an index of them sorted by key. */
class Segment {
  readonly #runId: string;
  readonly #lines: LineFile;
  readonly #index: Buffer;

  private constructor(file: string, index: Buffer) {
    this.#runId = basename(file, ".jsonl");
    this.#lines = new LineFile(file);
    this.#index = index;
  }

  static open(file: string): Segment {
    const indexFile = indexFileOf(file);
    const size = statSync(file).size;
    const saved = existsSync(indexFile) ? readFileSync(indexFile) : Buffer.alloc(0);
    const covers = saved.length >= HEADER_BYTES ? saved.readDoubleLE(0) : -1;
    if (covers === size) return new Segment(file, saved.subarray(HEADER_BYTES));
    const index = indexOf(file);
    writeIndex(indexFile, size, index);
    return new Segment(file, index);
  }

  find(key: Buffer, name: string): CachedAnswer | undefined {
    let low = 0;
    let high = this.#index.length / ENTRY_BYTES;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const start = middle * ENTRY_BYTES;
      const order = key.compare(this.#index, start, start + KEY_BYTES);
      if (order === 0) return this.#read(this.#index.readDoubleLE(start + KEY_BYTES), name);
      if (order < 0) high = middle;
      else low = middle + 1;
    }
    return undefined;
  }

  // A line that cannot be read any more is asked for again: the cache is a saving, never a source of errors.
  #read(at: number, name: string): CachedAnswer | undefined {
    const line = lineOf(this.#lines.lineAt(at));
    if (line === undefined || line.key !== name) return undefined;
    const { key: _, ...answer } = line;
    return { runId: this.#runId, ...answer };
  }

  close(): void {
    this.#lines.close();
  }
}

function indexOf(file: string): Buffer {
  const entries = new Entries();
  for (const { text, at, ended } of readLines(file)) {
    const key = ended ? lineOf(text)?.key : undefined;
    if (key !== undefined) entries.add(key, at);
  }
  return entries.sorted();
}

/** Keys and where their lines start, in the order in which they were written. */
class Entries {
  #bytes = Buffer.alloc(ENTRY_BYTES << 10);
  /** The first bytes of each key, as a number: few keys share them. */
  readonly #heads = new Growing((buffer) => new Float64Array(buffer));

  add(key: string, at: number): void {
    const start = this.#heads.length * ENTRY_BYTES;
    if (start === this.#bytes.length) this.#bytes = Buffer.concat([this.#bytes], 2 * start);
    this.#bytes.write(key, start, "hex");
    this.#bytes.writeDoubleLE(at, start + KEY_BYTES);
    this.#heads.push(this.#bytes.readUIntBE(start, HEAD_BYTES));
  }

  sorted(): Buffer {
    const heads = this.#heads.values.subarray(0, this.#heads.length);
    const places = Uint32Array.from(heads.keys());
    places.sort((a, b) => (heads[a] as number) - (heads[b] as number) || this.#compare(a, b));
    const sorted = Buffer.alloc(heads.length * ENTRY_BYTES);
    for (const [at, place] of places.entries()) {
      this.#bytes.copy(sorted, at * ENTRY_BYTES, place * ENTRY_BYTES, (place + 1) * ENTRY_BYTES);
    }
    return sorted;
  }

  #compare(a: number, b: number): number {
    const [one, other] = [a * ENTRY_BYTES, b * ENTRY_BYTES];
    return this.#bytes.compare(this.#bytes, other, other + KEY_BYTES, one, one + KEY_BYTES);
  }
}

function indexFileOf(file: string): string {
  return file.replace(/\.jsonl$/, ".index");
}

// Of two processes that make the same index, either's will do. Where nothing can be written, the next run makes it.
function writeIndex(file: string, covers: number, index: Buffer): void {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeDoubleLE(covers);
  const draft = `${file}.${randomUUID()}.draft`;
  try {
    writeFileSync(draft, Buffer.concat([header, index]));
    renameSync(draft, file);
  } catch {
    // Read-only: the index stays in memory.
  }
}

function lineOf(text: string): z.infer<typeof LineSchema> | undefined {
  try {
    return LineSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

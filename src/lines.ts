import { closeSync, createReadStream, openSync, readSync } from "node:fs";

/** A line of a file. */
export interface Line {
  /** Without its end. */
  readonly text: string;
  /** Where it starts, in bytes. */
  readonly at: number;
  /** From 1. */
  readonly number: number;
  /** False for what follows the last line end. */
  readonly ended: boolean;
}

const CHUNK = 1 << 18;
const NEWLINE = 0x0a;

/**
 * Streams the lines of a UTF-8 file. Only "\n" ends a line (not node:readline: to it U+2028 does, and inside a JSON string
 * that is an ordinary character); a "\r" before it belongs to the line.
 */
export async function* readLines(file: string): AsyncGenerator<Line> {
  let parts: Buffer[] = [];
  let at = 0;
  let number = 0;
  const take = (last: Buffer, ended: boolean): Line => {
    const bytes = parts.length === 0 ? last : Buffer.concat([...parts, last]);
    parts = [];
    const line = { text: bytes.toString("utf8"), at, number: ++number, ended };
    at += bytes.length + 1;
    return line;
  };
  for await (const data of createReadStream(file, { highWaterMark: CHUNK })) {
    const chunk = data as Buffer;
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      yield take(chunk.subarray(from, end), true);
      from = end + 1;
    }
    if (from < chunk.length) parts.push(from === 0 ? chunk : chunk.subarray(from));
  }
  if (parts.length > 0) yield take(Buffer.alloc(0), false);
}

/** A file whose lines are read one by one, from where {@link readLines} said that they start. */
export class LineFile {
  readonly #file: string;
  #descriptor: number | undefined;
  #buffer = Buffer.allocUnsafe(1 << 14);

  /** Opens the file at the first reading. */
  constructor(file: string) {
    this.#file = file;
  }

  /** The line that starts at this byte, without its end. */
  lineAt(at: number): string {
    this.#descriptor ??= openSync(this.#file, "r");
    let filled = 0;
    for (;;) {
      const room = this.#buffer.length - filled;
      const count = readSync(this.#descriptor, this.#buffer, filled, room, at + filled);
      const end = this.#buffer.subarray(0, filled + count).indexOf(NEWLINE, filled);
      filled += count;
      if (end >= 0) return this.#buffer.toString("utf8", 0, end);
      if (count === 0) return this.#buffer.toString("utf8", 0, filled);
      if (filled === this.#buffer.length) this.#buffer = Buffer.concat([this.#buffer], this.#buffer.length * 2);
    }
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }
}

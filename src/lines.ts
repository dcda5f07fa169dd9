import { closeSync, openSync, readSync } from "node:fs";

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
 * that is an ordinary character); a "\r" before it belongs to the line. Read at once, not awaited: who reads a file through has
 * nothing else to do, and a promise a line takes longer than the line.
 */
export function* readLines(file: string): Generator<Line> {
  const descriptor = openSync(file, "r");
  try {
    // One buffer for the whole file: those of a stream would wait for the collector by the hundred.
    let buffer = Buffer.allocUnsafe(CHUNK);
    let filled = 0;
    let at = 0;
    let number = 0;
    for (;;) {
      const bytesRead = readSync(descriptor, buffer, filled, buffer.length - filled, at + filled);
      const searched = filled;
      filled += bytesRead;
      let from = 0;
      for (;;) {
        const end = buffer.subarray(0, filled).indexOf(NEWLINE, Math.max(from, searched));
        if (end < 0) break;
        yield { text: buffer.toString("utf8", from, end), at: at + from, number: ++number, ended: true };
        from = end + 1;
      }
      if (bytesRead === 0) {
        if (from < filled)
          yield { text: buffer.toString("utf8", from, filled), at: at + from, number: ++number, ended: false };
        return;
      }
      buffer.copyWithin(0, from, filled);
      filled -= from;
      at += from;
      if (filled === buffer.length) buffer = Buffer.concat([buffer], 2 * buffer.length);
    }
  } finally {
    closeSync(descriptor);
  }
}

/** What is read at first, and at most, where lines are no longer. */
const LEAST_WINDOW = 1 << 12;
const MOST_WINDOW = 1 << 18;

/** Of a window that is read near the last one, so much lies before the line that is asked for. */
const LEAD = 1 / 4;

/**
 * A file whose lines are read one by one, from where {@link readLines} said that they start. What was read around the last
 * one is kept, and the more of it is of use, the more is read at once: lines roughly in the order of the file (as those of a
 * journal are, whose answers overtake each other) cost few reads, lines in a drawn order short ones.
 */
export class LineFile {
  readonly #file: string;
  #descriptor: number | undefined;
  #buffer = Buffer.allocUnsafe(LEAST_WINDOW);
  #start = 0;
  #filled = 0;
  #window = LEAST_WINDOW;

  /** Opens the file at the first reading. */
  constructor(file: string) {
    this.#file = file;
  }

  /** The line that starts at this byte, without its end. */
  lineAt(at: number): string {
    const held = at - this.#start;
    if (held >= 0 && held < this.#filled) {
      const end = this.#buffer.subarray(0, this.#filled).indexOf(NEWLINE, held);
      if (end >= 0) return this.#buffer.toString("utf8", held, end);
    }
    return this.#read(at);
  }

  #read(at: number): string {
    this.#descriptor ??= openSync(this.#file, "r");
    const isNear = this.#filled > 0 && Math.abs(at - this.#start) <= MOST_WINDOW;
    this.#window = isNear ? Math.min(this.#window * 4, MOST_WINDOW) : LEAST_WINDOW;
    if (this.#buffer.length < this.#window) this.#buffer = Buffer.allocUnsafe(this.#window);
    this.#start = isNear ? Math.max(0, at - this.#window * LEAD) : at;
    this.#filled = 0;
    const from = at - this.#start;
    for (;;) {
      const room = (this.#filled < this.#window ? this.#window : this.#buffer.length) - this.#filled;
      const count = readSync(this.#descriptor, this.#buffer, this.#filled, room, this.#start + this.#filled);
      const searched = Math.max(from, this.#filled);
      this.#filled += count;
      const end = this.#buffer.subarray(0, this.#filled).indexOf(NEWLINE, searched);
      if (end >= 0) return this.#buffer.toString("utf8", from, end);
      if (count === 0) return this.#buffer.toString("utf8", from, this.#filled);
      if (this.#filled === this.#buffer.length) {
        this.#buffer = Buffer.concat([this.#buffer], this.#buffer.length * 2);
      }
    }
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }
}

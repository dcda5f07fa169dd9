import { deflateSync } from "node:zlib";

/** A block holds whole cases and closes once it is this long, in characters of JSON. */
const BLOCK_CHARS = 192 * 1024;

/** From so many cases on, time counts more than the last tenth of the size. */
const LARGE = 2_000;

/** How hard to compress the texts of a run of so many cases. */
export function levelFor(cases: number): number {
  return cases < LARGE ? 9 : 1;
}

/** Text as base64 of its zlib stream: what the page inflates with `DecompressionStream("deflate")`. */
export function pack(text: string, level: number): string {
  return deflateSync(text, { level }).toString("base64");
}

/** Gathers lines into packed blocks. */
export function createBlocks(level: number, emit: (block: number, packed: string) => string) {
  let lines: string[] = [];
  let length = 0;
  let seen = 0;
  const firsts: number[] = [];

  function close(): string {
    if (lines.length === 0) return "";
    const text = emit(firsts.length - 1, pack(lines.join("\n"), level));
    lines = [];
    length = 0;
    return text;
  }

  return {
    /** Index of the first line of each block. */
    firsts,
    /** Adds a line; returns the block that it fills, or nothing. */
    add(line: string): string {
      if (lines.length === 0) firsts.push(seen);
      lines.push(line);
      length += line.length;
      seen += 1;
      return length < BLOCK_CHARS ? "" : close();
    },
    /** Closes the last block. */
    end: close,
  };
}

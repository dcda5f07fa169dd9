import { promisify } from "node:util";
import { deflate } from "node:zlib";
import type { Piece } from "../../domain/detail.ts";

/** A block holds whole lines and closes once it is this long, in characters. */
const BLOCK_CHARS = 192 * 1024;

/** What comes out is taken in pieces of this size; the usual ones, a quarter of it, cost as much again. */
const CHUNK_BYTES = 64 * 1024;

/** From so many cases on, time counts more than the last tenth of the size. */
const LARGE = 2_000;

/** How hard to compress the texts of a run of so many cases. */
export function levelFor(cases: number): number {
  return cases < LARGE ? 9 : 1;
}

const deflateAside = promisify(deflate);

/** Data as base64 of its zlib stream: what the page inflates with `DecompressionStream("deflate")`. Made on another thread. */
export async function pack(data: string | Uint8Array, level: number): Promise<string> {
  return (await deflateAside(data, { level, chunkSize: CHUNK_BYTES })).toString("base64");
}

/** The lines as UTF-8, an end between each two. Not by way of one long text: those are not collected while they are young. */
function joined(lines: readonly string[]): Buffer<ArrayBuffer> {
  const length = lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, -1);
  // Memory of its own, which can be given back.
  const bytes = Buffer.from(new ArrayBuffer(length)).fill("\n");
  let end = 0;
  for (const line of lines) end += bytes.write(line, end) + 1;
  return bytes;
}

/** Gathers lines into packed blocks. */
export function createBlocks(level: number, emit: (block: number, packed: string) => string) {
  let lines: string[] = [];
  let length = 0;
  let seen = 0;
  const firsts: number[] = [];

  function close(): Piece {
    if (lines.length === 0) return "";
    const block = firsts.length - 1;
    const bytes = joined(lines);
    lines = [];
    length = 0;
    return pack(bytes, level).then((packed) => {
      bytes.buffer.transfer(0);
      return emit(block, packed);
    });
  }

  return {
    /** Index of the first line of each block. */
    firsts,
    /** Adds a line; returns the block that it fills, or nothing. */
    add(line: string): Piece {
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

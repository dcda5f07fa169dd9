import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Image, Snapshot } from "./realm.ts";
import { headOf } from "./trim.ts";

const CHUNK_BYTES = 4096;
const ZEROS = new Uint8Array(CHUNK_BYTES);
// Where Pyodide's own format keeps its notes; see makeSnapshot in pyodide.asm.mjs.
const NOTES_AT = 48;

/** Takes Pyodide's snapshot apart: what is zero is left out, which is half of it, and need not be copied for each realm. */
export function readSnapshot(bytes: Uint8Array): Snapshot {
  const [, memoryAt = 0, notesLength = 0] = new Uint32Array(bytes.slice(0, 16).buffer);
  const memory = bytes.subarray(memoryAt);
  const chunks: [at: number, bytes: Uint8Array][] = [];
  for (let at = 0, from = 0; at <= memory.length; at += CHUNK_BYTES) {
    if (at < memory.length && Buffer.compare(memory.subarray(at, at + CHUNK_BYTES), ZEROS) !== 0) continue;
    if (at > from) chunks.push([from, memory.subarray(from, at)]);
    from = at + CHUNK_BYTES;
  }
  return { notes: new TextDecoder().decode(bytes.subarray(NOTES_AT, NOTES_AT + notesLength)), chunks };
}

/** Writes an image with its snapshot to a folder that exists. */
export function saveImage(folder: string, image: Image, snapshot: Snapshot): void {
  const { notes, chunks } = snapshot;
  const save = (name: string, content: string | Uint8Array): void => writeFileSync(join(folder, name), content);
  save("loader.js", image.loader);
  save("glue.js", image.glue);
  save("python.wasm", image.wasm);
  save("stdlib.zip", image.stdlib);
  save("lock.json", image.lock);
  save("memory.bin", Buffer.concat(chunks.map(([, bytes]) => bytes)));
  save("snapshot.json", JSON.stringify({ notes, chunks: chunks.map(([at, bytes]) => [at, bytes.length]) }));
}

/** Reads what `saveImage` wrote. */
export function loadImage(folder: string): Image {
  const read = (name: string): Uint8Array => readFileSync(join(folder, name));
  const text = (name: string): string => readFileSync(join(folder, name), "utf8");
  const { notes, chunks } = JSON.parse(text("snapshot.json")) as { notes: string; chunks: [number, number][] };
  const memory = read("memory.bin");
  const wasm = read("python.wasm");
  let taken = 0;
  const take = (length: number): Uint8Array => {
    taken += length;
    return memory.subarray(taken - length, taken);
  };
  return {
    loader: text("loader.js"),
    glue: text("glue.js"),
    wasm,
    head: headOf(wasm),
    stdlib: read("stdlib.zip"),
    lock: text("lock.json"),
    snapshot: { notes, chunks: chunks.map(([at, length]) => [at, take(length)] as const) },
  };
}

import { createHash } from "node:crypto";

const SHINGLE_WORDS = 4;
const HASHES = 48;
const BANDS = 12;
const ROWS = HASHES / BANDS;
/** Share of common word sequences from which two texts count as the same one reworded. */
const ALIKE = 0.5;

/**
 * Finds texts that share half of their sequences of four words, as they come in (MinHash with banding: Broder 1997).
 * Memory is some 300 bytes a text, whatever its length.
 */
export class NearDuplicates {
  readonly #signatures: { readonly id: string; readonly signature: Uint32Array }[] = [];
  readonly #buckets = new Map<string, number[]>();

  /** Takes a text in; returns the id of an earlier one that is alike, if there is one. */
  add(id: string, text: string): string | undefined {
    const signature = signatureOf(text);
    const index = this.#signatures.push({ id, signature }) - 1;
    const candidates = new Set<number>();
    for (let band = 0; band < BANDS; band++) {
      const key = `${band} ${signature.subarray(band * ROWS, (band + 1) * ROWS).join(" ")}`;
      const bucket = this.#buckets.get(key);
      if (bucket === undefined) this.#buckets.set(key, [index]);
      else {
        for (const other of bucket) candidates.add(other);
        bucket.push(index);
      }
    }
    for (const other of candidates) {
      const earlier = this.#signatures[other];
      if (earlier !== undefined && likeness(signature, earlier.signature) >= ALIKE) return earlier.id;
    }
    return undefined;
  }
}

function likeness(a: Uint32Array, b: Uint32Array): number {
  let same = 0;
  for (let i = 0; i < HASHES; i++) if (a[i] === b[i]) same += 1;
  return same / HASHES;
}

function signatureOf(text: string): Uint32Array {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  const signature = new Uint32Array(HASHES).fill(0xffffffff);
  const last = Math.max(0, words.length - SHINGLE_WORDS);
  for (let start = 0; start <= last; start++) {
    const shingle = words.slice(start, start + SHINGLE_WORDS).join(" ");
    const digest = createHash("sha1").update(shingle).digest();
    // Two halves of one digest give as many independent hashes as are wanted (Kirsch and Mitzenmacher 2008).
    const first = digest.readUInt32LE(0);
    const second = digest.readUInt32LE(4) | 1;
    for (let i = 0; i < HASHES; i++) {
      const hash = (first + Math.imul(i, second)) >>> 0;
      if (hash < (signature[i] as number)) signature[i] = hash;
    }
  }
  return signature;
}

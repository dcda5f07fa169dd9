import { createHash } from "node:crypto";

const SHINGLE_WORDS = 2;
const HASHES = 96;
const BANDS = 32;
const ROWS = HASHES / BANDS;
/** Share of common pairs of words from which two texts count as the same one reworded: one word in six is another. */
const ALIKE = 0.4;

/**
 * Finds texts that share two in five of their pairs of neighbouring words, as they come in (MinHash with banding: Broder
 * 1997). Memory is some two kilobytes a text, whatever its length.
 */
export class NearDuplicates {
  readonly #signatures: { readonly id: string; readonly signature: Uint32Array }[] = [];
  readonly #buckets = new Map<number, number[]>();

  /** Takes a text in; returns the id of an earlier one that is alike, if there is one. */
  add(id: string, text: string): string | undefined {
    const signature = signatureOf(text);
    const index = this.#signatures.push({ id, signature }) - 1;
    const candidates = new Set<number>();
    for (let band = 0; band < BANDS; band++) {
      const key = keyOf(signature, band);
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

// Two bands that meet by accident cost a comparison, and no more.
function keyOf(signature: Uint32Array, band: number): number {
  let key = band;
  for (let row = band * ROWS; row < (band + 1) * ROWS; row++)
    key = Math.imul(key ^ (signature[row] as number), 0x9e3779b1);
  return key;
}

// The last steps of MurmurHash3 (Appleby): sums of two hashes would make the minima depend on each other.
function mixed(value: number): number {
  let hash = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

const SEEDS = Uint32Array.from({ length: HASHES }, (_, index) => mixed(Math.imul(index + 1, 0x9e3779b1)));

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
    const digest = createHash("sha1").update(shingle).digest().readUInt32LE(0);
    for (let i = 0; i < HASHES; i++) {
      const hash = mixed(digest ^ (SEEDS[i] as number));
      if (hash < (signature[i] as number)) signature[i] = hash;
    }
  }
  return signature;
}

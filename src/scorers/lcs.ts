import { memo } from "./memo.ts";

const BITS = 32;

/** Where an item stands in a list, 32 places to a word: the words that have a bit, in rising order, and their bits. */
interface Places {
  readonly words: number[];
  readonly bits: number[];
}

/** By the list itself: a reference is compared with many answers. */
const placesOf = memo((items: readonly string[]): ReadonlyMap<string, Places> => {
  const places = new Map<string, Places>();
  items.forEach((item, at) => {
    const known = places.get(item) ?? { words: [], bits: [] };
    places.set(item, known);
    const last = known.words.length - 1;
    if (known.words[last] === at >>> 5) known.bits[last] = (known.bits[last] as number) | (1 << (at & 31));
    else {
      known.words.push(at >>> 5);
      known.bits.push(1 << (at & 31));
    }
  });
  return places;
});

/**
 * The length of the longest common subsequence of two lists.
 * Bit-parallel (Hyyrö 2004, after Crochemore et al. 2001): 32 items of the second list at a time, so that two texts of
 * 2,000 words take some 10^5 steps and not 4 * 10^6. Memory is linear.
 */
export function commonLength(first: readonly string[], second: readonly string[]): number {
  const places = placesOf(second);
  const size = Math.ceil(second.length / BITS);
  // A bit is 0 where the row of the table grows by one.
  const row = new Int32Array(size).fill(-1);
  for (const item of first) {
    const at = places.get(item);
    if (at === undefined) continue;
    const { words, bits } = at;
    let carry = 0;
    // Words without a match change only where a carry comes in.
    for (let match = 0; match < words.length; match++) {
      const end = words[match + 1] ?? size;
      let matched = bits[match] as number;
      for (let word = words[match] as number; word < end && (matched !== 0 || carry > 0); word++) {
        const old = row[word] as number;
        const both = old & matched;
        const sum = (old >>> 0) + (both >>> 0) + carry;
        carry = sum > 0xffffffff ? 1 : 0;
        row[word] = sum | 0 | (old & ~matched);
        matched = 0;
      }
    }
  }
  let length = 0;
  for (let at = 0; at < second.length; at++) length += (((row[at >>> 5] as number) >>> (at & 31)) & 1) === 0 ? 1 : 0;
  return length;
}

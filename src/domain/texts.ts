import { Growing } from "./growing.ts";

/** Code units that become a text in one step. */
const PIECE = 4_096;

/**
 * Different texts, numbered 0, 1, 2, ... as they come in: a Map of them both ways, in columns. A text of ten letters takes
 * some 30 bytes, where a Map of strings takes 100. Exact: texts are compared unit by unit, never by their hashes alone.
 */
export class Texts {
  /** Of all texts, one after the other. */
  readonly #units = new Growing((buffer) => new Uint16Array(buffer));
  /** Where each text ends, and so where the next one starts. */
  readonly #ends = new Growing((buffer) => new Uint32Array(buffer));
  /** Open addressing: the number of a text plus 1 near the place that its hash names; 0 is free. */
  #slots = new Uint32Array(128);

  get size(): number {
    return this.#ends.length;
  }

  /** The number of a text, which is taken in if it is new. */
  add(text: string): number {
    const end = this.#draft(text);
    const slot = this.#slotOf(this.#units.length, end);
    const held = this.#slots[slot] as number;
    if (held !== 0) return held - 1;
    this.#units.length = end;
    const number = this.#ends.push(end);
    this.#slots[slot] = number + 1;
    // At most two thirds full: free places end every search, and soon.
    if (3 * this.size > 2 * this.#slots.length) this.#spread();
    return number;
  }

  /** The number of a text; undefined for one that was not taken in. */
  indexOf(text: string): number | undefined {
    const held = this.#slots[this.#slotOf(this.#units.length, this.#draft(text))] as number;
    return held === 0 ? undefined : held - 1;
  }

  has(text: string): boolean {
    return this.indexOf(text) !== undefined;
  }

  /** @throws RangeError for a number that no text has */
  at(number: number): string {
    if (!(number >= 0 && number < this.size)) throw new RangeError(`there is no text ${number}`);
    const end = this.#ends.values[number] as number;
    let text = "";
    for (let from = this.#startOf(number); from < end; from += PIECE) {
      const units: ArrayLike<number> = this.#units.values.subarray(from, Math.min(end, from + PIECE));
      // Spread, a typed array is walked by its iterator, which takes four times as long.
      text += String.fromCharCode.apply(null, units as number[]);
    }
    return text;
  }

  /** Negative where one text stands before another in the order of `<`, positive where it stands behind. */
  compare(one: number, other: number): number {
    const units = this.#units.values;
    const [start, otherStart] = [this.#startOf(one), this.#startOf(other)];
    const [length, otherLength] = [this.#lengthOf(one), this.#lengthOf(other)];
    for (let at = 0; at < length && at < otherLength; at++) {
      const difference = (units[start + at] as number) - (units[otherStart + at] as number);
      if (difference !== 0) return difference;
    }
    return length - otherLength;
  }

  *[Symbol.iterator](): Generator<string> {
    for (let number = 0; number < this.size; number++) yield this.at(number);
  }

  #startOf(number: number): number {
    return number === 0 ? 0 : (this.#ends.values[number - 1] as number);
  }

  #lengthOf(number: number): number {
    return (this.#ends.values[number] as number) - this.#startOf(number);
  }

  /** Writes a text behind those taken in, without taking it in; returns where it ends. */
  #draft(text: string): number {
    const start = this.#units.length;
    this.#units.makeRoom(text.length);
    for (let at = 0; at < text.length; at++) this.#units.values[start + at] = text.charCodeAt(at);
    return start + text.length;
  }

  /** The place of the text that stands between two units, or the free one where it belongs. */
  #slotOf(start: number, end: number): number {
    const mask = this.#slots.length - 1;
    let slot = this.#hashOf(start, end) & mask;
    for (;;) {
      const held = this.#slots[slot] as number;
      if (held === 0 || this.#isAt(held - 1, start, end)) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #isAt(number: number, start: number, end: number): boolean {
    if (this.#lengthOf(number) !== end - start) return false;
    const units = this.#units.values;
    const own = this.#startOf(number);
    for (let at = 0; at < end - start; at++) if (units[own + at] !== units[start + at]) return false;
    return true;
  }

  /** FNV-1a over code units, its high bits folded into the low ones that the table uses. */
  #hashOf(start: number, end: number): number {
    const units = this.#units.values;
    let hash = 0x811c9dc5;
    for (let at = start; at < end; at++) hash = Math.imul(hash ^ (units[at] as number), 0x01000193);
    return (hash ^ (hash >>> 15)) >>> 0;
  }

  #spread(): void {
    this.#slots = new Uint32Array(2 * this.#slots.length);
    for (let number = 0; number < this.size; number++) {
      this.#slots[this.#slotOf(this.#startOf(number), this.#ends.values[number] as number)] = number + 1;
    }
  }
}

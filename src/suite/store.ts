import { Growing } from "../domain/growing.ts";
import { Texts } from "../domain/texts.ts";
import type { LineFile } from "../lines.ts";
import { parseJsonLine } from "./dataset.ts";

/** Bytes. The entries of so small a file are all kept, once they were read: parsing one again costs more than holding it. */
const SMALL_FILE = 1 << 20;
/** Of a larger file, entries kept after they were read: trials come case by case, so the same one is asked for again and again. */
const KEPT = 64;

/** Where entries are read from. */
interface Source<T> {
  readonly file: LineFile;
  readonly shownAs: string;
  /** Throws a UserError for what is no entry. */
  readonly parse: (value: unknown, where: string) => T;
}

/**
 * The entries of a JSONL file by id, each read from the file when it is asked for: in memory are ids and places alone, unless the
 * file is small.
 * The file must not change meanwhile.
 */
export class Store<T> {
  readonly #source: Source<T>;
  readonly #ids: Texts;
  readonly #at = new Growing((buffer) => new Float64Array(buffer));
  readonly #lines = new Growing((buffer) => new Uint32Array(buffer));
  /** The entries of a small file, as far as they were read. */
  readonly #all: (T | undefined)[] = [];
  /** Where the last line of them starts. */
  #last = 0;
  /**
   * The entries read last, and where they stand: a ring. Not a Map: what has left it would stay until a great collection of
   * garbage, for a Map that has grown old is held by each of those that were laid out anew after it.
   */
  readonly #kept: T[] = [];
  readonly #keptAt = new Int32Array(KEPT).fill(-1);
  #oldest = 0;

  /** @param ids theirs, where somebody else keeps them too: entries have the numbers of their ids */
  constructor(source: Source<T>, ids = new Texts()) {
    this.#source = source;
    this.#ids = ids;
  }

  /**
   * Takes in an entry by where its line stands; false when the id is there already.
   * @param entry given where it was read just now
   */
  add(id: string, { at, number }: { readonly at: number; readonly number: number }, entry?: T): boolean {
    if (this.#ids.add(id) < this.size) return false;
    this.#at.push(at);
    this.#lines.push(number);
    this.#last = Math.max(this.#last, at);
    if (this.#isSmall) this.#all.push(entry);
    else this.#all.length = 0;
    return true;
  }

  get #isSmall(): boolean {
    return this.#last < SMALL_FILE;
  }

  /** The same entry in another store of the same file. */
  addFrom(other: Store<T>, index: number): void {
    const place = { at: other.#at.values[index] as number, number: other.#lines.values[index] as number };
    this.add(other.#ids.at(index), place, other.#all[index]);
  }

  get size(): number {
    return this.#at.length;
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  /** Where an entry stands among those taken in. @throws RangeError when there is none of that id */
  indexOf(id: string): number {
    const index = this.#ids.indexOf(id);
    if (index === undefined) throw new RangeError(`${this.#source.shownAs} has no entry "${id}"`);
    return index;
  }

  /** The line of an entry, from 1. */
  lineOf(id: string): number {
    return this.#lines.values[this.indexOf(id)] as number;
  }

  ids(): Iterable<string> {
    return this.#ids;
  }

  get(id: string): T | undefined {
    const index = this.#ids.indexOf(id);
    return index === undefined ? undefined : this.at(index);
  }

  /** The entry that was taken in as the `index`th, from 0. @throws RangeError when there is none */
  at(index: number): T {
    const known = this.#isSmall ? this.#all[index] : this.#kept[this.#keptAt.indexOf(index)];
    if (known !== undefined) return known;
    if (!(index >= 0 && index < this.size)) throw new RangeError(`${this.#source.shownAs} has no entry ${index}`);
    const at = this.#at.values[index] as number;
    const where = this.whereIs(index);
    const entry = this.#source.parse(parseJsonLine(this.#source.file.lineAt(at), where), where);
    if (this.#isSmall) this.#all[index] = entry;
    else {
      this.#kept[this.#oldest] = entry;
      this.#keptAt[this.#oldest] = index;
      this.#oldest = (this.#oldest + 1) % KEPT;
    }
    return entry;
  }

  /** `file:line` of an entry. */
  whereIs(index: number): string {
    return `${this.#source.shownAs}:${this.#lines.values[index]}`;
  }

  close(): void {
    this.#source.file.close();
  }
}

import { LineFile } from "../lines.ts";
import { parseJsonLine } from "./dataset.ts";

/** Entries kept after they were read: trials come case by case, so the same one is asked for again and again. */
const KEPT = 64;

/**
 * The entries of a JSONL file by id, each read from the file when it is asked for: in memory are ids and places alone.
 * The file must not change meanwhile.
 */
export class Store<T> {
  readonly #file: LineFile;
  readonly #shownAs: string;
  readonly #parse: (value: unknown, where: string) => T;
  readonly #index = new Map<string, number>();
  readonly #at: number[] = [];
  readonly #lines: number[] = [];
  readonly #kept = new Map<number, T>();

  /** @param parse throws a UserError for what is no entry */
  constructor(file: string, shownAs: string, parse: (value: unknown, where: string) => T) {
    this.#file = new LineFile(file);
    this.#shownAs = shownAs;
    this.#parse = parse;
  }

  /** Takes in an entry by where its line stands; false when the id is there already. */
  add(id: string, { at, number }: { readonly at: number; readonly number: number }): boolean {
    if (this.#index.has(id)) return false;
    this.#index.set(id, this.#at.push(at) - 1);
    this.#lines.push(number);
    return true;
  }

  get size(): number {
    return this.#at.length;
  }

  has(id: string): boolean {
    return this.#index.has(id);
  }

  /** Where an entry stands among those taken in. @throws RangeError when there is none of that id */
  indexOf(id: string): number {
    const index = this.#index.get(id);
    if (index === undefined) throw new RangeError(`${this.#shownAs} has no entry "${id}"`);
    return index;
  }

  /** The line of an entry, from 1. */
  lineOf(id: string): number {
    return this.#lines[this.indexOf(id)] as number;
  }

  ids(): IterableIterator<string> {
    return this.#index.keys();
  }

  get(id: string): T | undefined {
    const index = this.#index.get(id);
    return index === undefined ? undefined : this.at(index);
  }

  /** The entry that was taken in as the `index`th, from 0. @throws RangeError when there is none */
  at(index: number): T {
    const kept = this.#kept.get(index);
    if (kept !== undefined) return kept;
    const at = this.#at[index];
    if (at === undefined) throw new RangeError(`${this.#shownAs} has no entry ${index}`);
    const where = this.whereIs(index);
    const entry = this.#parse(parseJsonLine(this.#file.lineAt(at), where), where);
    if (this.#kept.size >= KEPT) this.#kept.delete(this.#kept.keys().next().value as number);
    this.#kept.set(index, entry);
    return entry;
  }

  /** `file:line` of an entry. */
  whereIs(index: number): string {
    return `${this.#shownAs}:${this.#lines[index]}`;
  }

  close(): void {
    this.#file.close();
  }
}

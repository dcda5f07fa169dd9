import type { Case } from "../domain/case.ts";
import type { CaseFact } from "../domain/run.ts";
import { type DatasetLine, parseCase, readDataset } from "./dataset.ts";
import { Store } from "./store.ts";

/**
 * The cases of a dataset, in some order. In memory are their ids, tags and clusters (some hundred bytes a case); the rest
 * is read from the file case by case.
 */
export class Cases implements Iterable<Case> {
  /** In order. */
  readonly facts: readonly CaseFact[];
  readonly #store: Store<Case>;
  readonly #order: readonly number[];

  /** @param order places in the store */
  constructor(store: Store<Case>, facts: readonly CaseFact[], order: readonly number[]) {
    this.#store = store;
    this.facts = facts;
    this.#order = order;
  }

  get length(): number {
    return this.facts.length;
  }

  at(index: number): Case {
    return this.#store.at(this.#order[index] as number);
  }

  /** Whether the dataset has a case, in this order or not. */
  has(id: string): boolean {
    return this.#store.has(id);
  }

  /** Which case of a whole dataset this is. @throws RangeError when it has none of that id */
  indexOf(id: string): number {
    return this.#store.indexOf(id);
  }

  /** Any case of the dataset, in this order or not. */
  get(id: string): Case | undefined {
    return this.#store.get(id);
  }

  /** `file:line`. */
  whereIs(index: number): string {
    return this.#store.whereIs(this.#order[index] as number);
  }

  /** Some of the cases, in an order of their own. */
  pick(indices: readonly number[]): Cases {
    return new Cases(
      this.#store,
      indices.map((index) => this.facts[index] as CaseFact),
      indices.map((index) => this.#order[index] as number),
    );
  }

  *[Symbol.iterator](): Generator<Case> {
    for (let index = 0; index < this.length; index++) yield this.at(index);
  }

  *entries(): Generator<[number, Case]> {
    for (let index = 0; index < this.length; index++) yield [index, this.at(index)];
  }

  close(): void {
    this.#store.close();
  }
}

/**
 * Reads a dataset through once, and says where its cases stand.
 * @param visit is shown every case, in the order of the file
 * @throws UserError as {@link readDataset} does
 */
export async function openCases(file: string, shownAs: string, visit: (line: DatasetLine) => void): Promise<Cases> {
  const store = new Store(file, shownAs, parseCase);
  const facts: CaseFact[] = [];
  const sameTags = new Map<string, CaseFact["tags"]>();
  // The store knows the ids: a second map of them would be one too many.
  const first = (id: string) => (store.has(id) ? store.lineOf(id) : undefined);
  for await (const line of readDataset(file, shownAs, first)) {
    const { id, tags, clusterId } = line.item;
    const text = JSON.stringify(tags);
    // Tags take few values: equal ones are one object.
    if (!sameTags.has(text)) sameTags.set(text, tags);
    store.add(id, line);
    facts.push({ id, tags: sameTags.get(text) ?? tags, clusterId });
    visit(line);
  }
  return new Cases(
    store,
    facts,
    facts.map((_, index) => index),
  );
}

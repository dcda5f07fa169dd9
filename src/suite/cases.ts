import type { Case } from "../domain/case.ts";
import { CaseTable } from "../domain/case-table.ts";
import type { CaseFacts } from "../domain/run.ts";
import { LineFile } from "../lines.ts";
import { type DatasetLine, parseCase, readDataset } from "./dataset.ts";
import { Store } from "./store.ts";

/**
 * Cases of a dataset, in some order. In memory are their ids, tags and clusters, in columns (some 60 bytes a case); the
 * rest is read from the file case by case.
 */
export class Cases implements Iterable<Case> {
  readonly #facts = new CaseTable();
  readonly #file: LineFile;
  readonly #shownAs: string;
  readonly #store: Store<Case>;

  /** None yet. */
  constructor(file: LineFile, shownAs: string) {
    this.#file = file;
    this.#shownAs = shownAs;
    this.#store = new Store({ file, shownAs, parse: parseCase }, this.#facts.ids);
  }

  /** Takes in a case of a new id, behind the others. */
  add(line: DatasetLine): void {
    const { id, tags, clusterId } = line.item;
    this.#store.add(id, line, line.item);
    this.#facts.add({ id, tags, clusterId });
  }

  /** In order. */
  get facts(): CaseFacts {
    return this.#facts;
  }

  get length(): number {
    return this.#facts.length;
  }

  at(index: number): Case {
    return this.#store.at(index);
  }

  /** As `<` orders the ids of two cases. */
  compareIds(one: number, other: number): number {
    return this.#facts.ids.compare(one, other);
  }

  has(id: string): boolean {
    return this.#store.has(id);
  }

  /** Which case this is; undefined where there is none of that id. */
  indexOf(id: string): number | undefined {
    return this.#facts.ids.indexOf(id);
  }

  get(id: string): Case | undefined {
    return this.#store.get(id);
  }

  /** From 1; undefined where there is none of that id. */
  lineOf(id: string): number | undefined {
    return this.has(id) ? this.#store.lineOf(id) : undefined;
  }

  /** `file:line`. */
  whereIs(index: number): string {
    return this.#store.whereIs(index);
  }

  /** Some of the cases, each once, in an order of their own. They know nothing of those left out. */
  pick(indices: Iterable<number>): Cases {
    const picked = new Cases(this.#file, this.#shownAs);
    for (const index of indices) {
      const fact = this.#facts.at(index);
      if (fact === undefined) throw new RangeError(`${this.#shownAs} has no case ${index}`);
      picked.#store.addFrom(this.#store, index);
      picked.#facts.add(fact);
    }
    return picked;
  }

  *[Symbol.iterator](): Generator<Case> {
    yield* this.between(0, this.length);
  }

  /** The cases from one place of the order to before another. */
  *between(from: number, to: number): Generator<Case> {
    for (let index = from; index < Math.min(to, this.length); index++) yield this.at(index);
  }

  *entries(): Generator<[number, Case]> {
    for (let index = 0; index < this.length; index++) yield [index, this.at(index)];
  }

  close(): void {
    this.#file.close();
  }
}

/**
 * Reads a dataset through once, and says where its cases stand.
 * @param visit is shown every case, in the order of the file
 * @throws UserError as {@link readDataset} does
 */
export function openCases(file: string, shownAs: string, visit: (line: DatasetLine) => void): Cases {
  const cases = new Cases(new LineFile(file), shownAs);
  // They know the ids: a second list of them would be one too many.
  for (const line of readDataset(file, shownAs, (id) => cases.lineOf(id))) {
    cases.add(line);
    visit(line);
  }
  return cases;
}

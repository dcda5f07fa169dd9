import { Growing } from "./growing.ts";
import type { CaseFact, CaseFacts } from "./run.ts";
import { Texts } from "./texts.ts";

type Tags = CaseFact["tags"];

/** Sets of tags that are held as objects, too. */
const MOST_OBJECTS = 1_024;

/** {@link CaseFacts} in columns: some 40 bytes a case, where objects take ten times as much. */
export class CaseTable implements CaseFacts {
  readonly ids = new Texts();
  readonly #tagSets = new Texts();
  readonly #tags = new Growing((buffer) => new Uint32Array(buffer));
  readonly #clusterNames = new Texts();
  /** The number of its name plus 1; 0 where a case has none. */
  readonly #clusters = new Growing((buffer) => new Uint32Array(buffer));
  readonly #objects = new Map<number, Tags>();

  /** Takes in a case of a new id, behind the others. */
  add({ id, tags, clusterId }: CaseFact): void {
    this.ids.add(id);
    this.#tags.push(this.#tagSets.add(JSON.stringify(tags)));
    this.#clusters.push(clusterId === undefined ? 0 : this.#clusterNames.add(clusterId) + 1);
  }

  get length(): number {
    return this.#tags.length;
  }

  at(index: number): CaseFact | undefined {
    if (!(index >= 0 && index < this.length)) return undefined;
    const cluster = this.#clusters.values[index] as number;
    return {
      id: this.ids.at(index),
      tags: this.#tagsOf(this.#tags.values[index] as number),
      clusterId: cluster === 0 ? undefined : this.#clusterNames.at(cluster - 1),
    };
  }

  *keys(): Generator<number> {
    for (let index = 0; index < this.length; index++) yield index;
  }

  *values(): Generator<CaseFact> {
    for (const [, fact] of this.entries()) yield fact;
  }

  *entries(): Generator<[number, CaseFact]> {
    for (let index = 0; index < this.length; index++) yield [index, this.at(index) as CaseFact];
  }

  [Symbol.iterator](): Generator<CaseFact> {
    return this.values();
  }

  // Tags take few values as a rule: equal ones are one object.
  #tagsOf(set: number): Tags {
    const known = this.#objects.get(set);
    if (known !== undefined) return known;
    if (this.#objects.size >= MOST_OBJECTS) this.#objects.clear();
    const tags: Tags = JSON.parse(this.#tagSets.at(set));
    this.#objects.set(set, tags);
    return tags;
  }
}

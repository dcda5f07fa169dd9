import { Growing } from "../domain/growing.ts";
import type { CaseFacts } from "../domain/run.ts";

/** An independent unit: a case, or the cases of one cluster. */
export interface Group {
  /** 1-based place of its last case in the slice's order: a look at n covers units up to n. */
  readonly place: number;
  /** Indices of its cases, in test order. */
  readonly members: Uint32Array;
}

/** Independent units in the order in which they are complete, in columns. */
export class Groups implements Iterable<Group> {
  readonly places: Uint32Array;
  /** Indices of the cases, unit by unit. */
  readonly members: Uint32Array;
  /** Where the members of each unit end. */
  readonly #ends: Uint32Array;

  constructor(places: Uint32Array, members: Uint32Array, ends: Uint32Array) {
    this.places = places;
    this.members = members;
    this.#ends = ends;
  }

  get length(): number {
    return this.places.length;
  }

  /** Where the members of a unit start, and where they end. */
  rangeOf(unit: number): readonly [from: number, to: number] {
    return [unit === 0 ? 0 : (this.#ends[unit - 1] as number), this.#ends[unit] as number];
  }

  membersOf(unit: number): Uint32Array {
    return this.members.subarray(...this.rangeOf(unit));
  }

  /** Every second unit, from the first (0) or from the second (1) on. */
  everySecond(from: 0 | 1): Groups {
    const places = new Growing((buffer) => new Uint32Array(buffer));
    const members = new Growing((buffer) => new Uint32Array(buffer));
    const ends = new Growing((buffer) => new Uint32Array(buffer));
    for (let unit: number = from; unit < this.length; unit += 2) {
      for (const index of this.membersOf(unit)) members.push(index);
      places.push(this.places[unit] as number);
      ends.push(members.length);
    }
    return new Groups(filled(places), filled(members), filled(ends));
  }

  *[Symbol.iterator](): Generator<Group> {
    for (const [unit, place] of this.places.entries()) yield { place, members: this.membersOf(unit) };
  }
}

function filled({ values, length }: Growing<Uint32Array<ArrayBuffer>>): Uint32Array {
  return values.subarray(0, length);
}

/** Groups cases (given by index, in test order) into independent units. */
export function groupCases(cases: CaseFacts, indices: ArrayLike<number>): Groups {
  const members = Uint32Array.from(indices);
  const named = new Map<string, number>();
  const unitOf = new Uint32Array(members.length);
  let units = 0;
  for (const [position, index] of members.entries()) {
    const name = cases.at(index)?.clusterId;
    const unit = (name === undefined ? undefined : named.get(name)) ?? units++;
    if (name !== undefined) named.set(name, unit);
    unitOf[position] = unit;
  }
  if (units === members.length) {
    const places = unitOf.map((unit) => unit + 1);
    return new Groups(places, members, places);
  }
  return gathered(members, unitOf, units);
}

/** @param unitOf the unit of each member, numbered as they begin */
function gathered(members: Uint32Array, unitOf: Uint32Array, units: number): Groups {
  const lastPlace = new Uint32Array(units);
  const sizes = new Uint32Array(units);
  for (const [position, unit] of unitOf.entries()) {
    lastPlace[unit] = position + 1;
    sizes[unit] = (sizes[unit] as number) + 1;
  }
  const byPlace = lastPlace.map((_, unit) => unit).sort((a, b) => (lastPlace[a] as number) - (lastPlace[b] as number));
  const next = new Uint32Array(units);
  let end = 0;
  const ends = byPlace.map((unit) => {
    next[unit] = end;
    end += sizes[unit] as number;
    return end;
  });
  const ordered = new Uint32Array(members.length);
  for (const [position, unit] of unitOf.entries()) {
    const at = next[unit] as number;
    ordered[at] = members[position] as number;
    next[unit] = at + 1;
  }
  return new Groups(lastPlace.toSorted(), ordered, ends);
}

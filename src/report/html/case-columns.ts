/** How much the columns have room for. */
export interface ColumnShape {
  readonly cases: number;
  readonly models: number;
  /** Tags by name, not by value. */
  readonly tags: number;
}

/** What the columns hold of a case. */
export interface CaseRow {
  /** By model, in [0, 1]; null where it is unknown. */
  readonly quality: readonly (number | null)[];
  /** By model: its answer failed, or could not be scored. */
  readonly failed: readonly boolean[];
  /** How far the scorers of an answer lie apart, the most of its answers. */
  readonly dispute: number;
  /** By tag: an index of `tagNames`, or undefined where the case has none. */
  readonly tags: readonly (number | undefined)[];
}

// Four decimals carry every point that the page shows; more would only weigh.
const STEPS = 10_000;
const UNKNOWN = 0xffff;

/**
 * The numbers by which the page lists, sorts and filters cases, a few bytes each, in one buffer that the writer fills and the
 * page reads. In the byte order of the machine, which is the same wherever Node or a browser runs.
 */
export class CaseColumns {
  readonly bytes: ArrayBuffer;
  readonly #tags: readonly Uint32Array[];
  readonly #quality: readonly Uint16Array[];
  readonly #dispute: Uint16Array;
  readonly #failed: readonly Uint8Array[];

  /** @param bytes of a buffer that was filled before; left out for an empty one */
  constructor({ cases, models, tags }: ColumnShape, bytes?: ArrayBuffer) {
    const buffer = bytes ?? new ArrayBuffer(cases * (4 * tags + 3 * models + 2));
    let at = 0;
    const column = <T>(Column: new (buffer: ArrayBuffer, at: number, length: number) => T, size: number): T => {
      const made = new Column(buffer, at, cases);
      at += size * cases;
      return made;
    };
    this.bytes = buffer;
    // The widest first, so that each starts where its values may stand.
    this.#tags = Array.from({ length: tags }, () => column(Uint32Array, 4));
    this.#quality = Array.from({ length: models }, () => column(Uint16Array, 2));
    this.#dispute = column(Uint16Array, 2);
    this.#failed = Array.from({ length: models }, () => column(Uint8Array, 1));
  }

  set(at: number, { quality, failed, dispute, tags }: CaseRow): void {
    for (const [tag, column] of this.#tags.entries()) column[at] = (tags[tag] ?? -1) + 1;
    for (const [model, column] of this.#quality.entries()) {
      const value = quality[model] ?? null;
      column[at] = value === null ? UNKNOWN : Math.round(value * STEPS);
    }
    this.#dispute[at] = Math.round(dispute * STEPS);
    for (const [model, column] of this.#failed.entries()) column[at] = Number(failed[model] ?? false);
  }

  get models(): number {
    return this.#quality.length;
  }

  /** In [0, 1]; null where it is unknown. */
  quality(model: number, at: number): number | null {
    const value = this.#quality[model]?.[at] ?? UNKNOWN;
    return value === UNKNOWN ? null : value / STEPS;
  }

  dispute(at: number): number {
    return (this.#dispute[at] ?? 0) / STEPS;
  }

  failed(model: number, at: number): boolean {
    return this.#failed[model]?.[at] === 1;
  }

  /** Indices of `tagNames`. */
  tags(at: number): number[] {
    return this.#tags.flatMap((column) => (column[at] ? [column[at] - 1] : []));
  }

  hasTag(at: number, tag: number): boolean {
    return this.#tags.some((column) => column[at] === tag + 1);
  }
}

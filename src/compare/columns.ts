interface Column<T> {
  new (buffer: ArrayBuffer, from: number, length: number): T;
  readonly BYTES_PER_ELEMENT: number;
}

/**
 * Columns of one length in one piece of memory, which is given back as one. Until the collector comes, a large run would
 * pile up some for every comparison.
 */
export class Columns {
  readonly #length: number;
  readonly #buffer: ArrayBuffer;
  #end = 0;

  /** @param bytes of all columns together, for each place of theirs */
  constructor(length: number, bytes: number) {
    this.#length = length;
    this.#buffer = new ArrayBuffer(length * bytes);
  }

  /** Another column: the widest first, so that each starts where its values may stand. */
  add<T>(over: Column<T>): T {
    const column = new over(this.#buffer, this.#end, this.#length);
    this.#end += this.#length * over.BYTES_PER_ELEMENT;
    return column;
  }

  /** They are empty from then on. */
  release(): void {
    this.#buffer.transfer(0);
  }
}

/**
 * The values that are kept, in their order. The built-in `filter` of a typed array makes an object of every value first: of a
 * quarter of a million, eight megabytes of garbage.
 */
export function keep(values: Float64Array, isKept: (value: number, at: number) => boolean): Float64Array {
  const kept = new Float64Array(values.length);
  let length = 0;
  for (let at = 0; at < values.length; at++) {
    const value = values[at] as number;
    if (isKept(value, at)) kept[length++] = value;
  }
  return kept.subarray(0, length);
}

/** The values that are known: unknown ones are NaN. */
export function known(values: Float64Array): Float64Array {
  return keep(values, (value) => !Number.isNaN(value));
}

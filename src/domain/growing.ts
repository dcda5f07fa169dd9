type Column = Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer> | Uint32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;

const FIRST_ROOM = 64;

/** A list of numbers in a typed array that doubles as it fills. What it outgrows is given back at once, not left to the collector. */
export class Growing<C extends Column> {
  /** Longer than what was put in: read below `length` alone. */
  values: C;
  length = 0;
  readonly #over: (buffer: ArrayBuffer) => C;

  /** @param over lays a typed array over a buffer */
  constructor(over: (buffer: ArrayBuffer) => C) {
    this.#over = over;
    this.values = over(new ArrayBuffer(FIRST_ROOM * Float64Array.BYTES_PER_ELEMENT));
  }

  /** Returns where the value stands. */
  push(value: number): number {
    this.makeRoom(1);
    this.values[this.length] = value;
    return this.length++;
  }

  /** Room for so many values behind those put in. */
  makeRoom(more: number): void {
    const needed = this.length + more;
    if (needed <= this.values.length) return;
    const places = Math.max(needed, 2 * this.values.length);
    this.values = this.#over(this.values.buffer.transfer(places * this.values.BYTES_PER_ELEMENT));
  }
}

const LOW = 2 ** 32;

/** Places in a file, in bytes: four bytes each, and two more in a file that is larger than these reach. */
export class Offsets {
  readonly #low: Uint32Array;
  #high: Uint16Array | undefined;

  constructor(length: number) {
    this.#low = new Uint32Array(length);
  }

  at(place: number): number | undefined {
    const offset = (this.#high?.[place] ?? 0) * LOW + (this.#low[place] as number);
    return offset === 0 ? undefined : offset - 1;
  }

  set(place: number, at: number): void {
    const offset = at + 1;
    this.#low[place] = offset % LOW;
    if (offset < LOW && this.#high === undefined) return;
    this.#high ??= new Uint16Array(this.#low.length);
    this.#high[place] = Math.floor(offset / LOW);
  }
}

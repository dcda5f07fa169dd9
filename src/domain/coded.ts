/** Of so many places one may hold a value of its own before numbers are no longer coded: a value in the list takes ten times as much. */
const PLACES_A_VALUE = 16;
/** So many different values have codes of one byte, and of two; 0 is unknown. */
const MOST_OF_ONE_BYTE = 0xff;
const MOST_OF_TWO_BYTES = 0xffff;

type Codes = Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer> | Uint32Array<ArrayBuffer>;

/**
 * A column of values that repeat: each place holds the number of its value in a list, in as few bytes as the list asks for.
 * A column of which nothing is known takes no room.
 */
export class Coded<T extends string | number> {
  readonly #length: number;
  #codes: Codes | undefined;
  readonly #values: T[] = [];
  readonly #codeOf = new Map<T, number>();

  constructor(length: number) {
    this.#length = length;
  }

  /** How many different values there are. */
  get size(): number {
    return this.#values.length;
  }

  /** Null for what is unknown. */
  at(place: number): T | null {
    const code = this.#codes?.[place] ?? 0;
    return code === 0 ? null : (this.#values[code - 1] as T);
  }

  set(place: number, value: T | null): void {
    if (value === null && this.#codes === undefined) return;
    const code = value === null ? 0 : (this.#codeOf.get(value) ?? this.#list(value));
    const codes = this.#codes ?? new Uint8Array(this.#length);
    this.#codes = wideEnough(codes, code);
    this.#codes[place] = code;
  }

  #list(value: T): number {
    const code = this.#values.push(value);
    this.#codeOf.set(value, code);
    return code;
  }
}

function wideEnough(codes: Codes, code: number): Codes {
  if (code <= MOST_OF_ONE_BYTE || codes.BYTES_PER_ELEMENT === Uint32Array.BYTES_PER_ELEMENT) return codes;
  if (code > MOST_OF_TWO_BYTES) return Uint32Array.from(codes);
  return codes.BYTES_PER_ELEMENT === Uint8Array.BYTES_PER_ELEMENT ? Uint16Array.from(codes) : codes;
}

/** A column of numbers, {@link Coded} as long as they repeat, eight bytes each from then on. NaN is unknown, too. */
export class Numbers {
  readonly #length: number;
  readonly #most: number;
  #coded: Coded<number> | undefined;
  #plain: Float64Array | undefined;

  constructor(length: number) {
    this.#length = length;
    this.#most = Math.min(MOST_OF_TWO_BYTES, Math.max(MOST_OF_ONE_BYTE, length / PLACES_A_VALUE));
    this.#coded = new Coded(length);
  }

  /** Null for what is unknown. */
  at(place: number): number | null {
    if (this.#plain === undefined) return this.#coded?.at(place) ?? null;
    const value = this.#plain[place];
    return value === undefined || Number.isNaN(value) ? null : value;
  }

  set(place: number, value: number | null): void {
    const known = value === null || Number.isNaN(value) ? null : value;
    if (this.#plain === undefined) {
      this.#coded?.set(place, known);
      if ((this.#coded?.size ?? 0) > this.#most) this.#spellOut();
    } else this.#plain[place] = known ?? Number.NaN;
  }

  #spellOut(): void {
    const plain = new Float64Array(this.#length);
    for (let place = 0; place < this.#length; place++) plain[place] = this.at(place) ?? Number.NaN;
    this.#plain = plain;
    this.#coded = undefined;
  }
}

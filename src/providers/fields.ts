// Replies are read field by field, not by a schema: one is read at every call, and the schemas took some 7 % of the processor time of a run.

export type Fields = Readonly<Record<string, unknown>>;

/** A JSON object; undefined where the value is none. */
export function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

/** A text; undefined where the value is none. */
export function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** A count that nobody reported, or reported as nonsense, is unknown: it never spoils the answer. */
export function countOf(value: unknown): number | undefined {
  return Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : undefined;
}

/** An amount of money; undefined where the value is none. */
export function amountOf(value: unknown): number | undefined {
  return Number.isFinite(value) && (value as number) >= 0 ? (value as number) : undefined;
}

/** Reads the parts of a reply that it cannot do without. `fail` makes the error for a part that is something else. */
export class Reading {
  readonly #fail: (path: string) => Error;

  constructor(fail: (path: string) => Error) {
    this.#fail = fail;
  }

  fields(value: unknown, path: string): Fields {
    return fieldsOf(value) ?? this.#refuse(path);
  }

  text(value: unknown, path: string): string {
    return textOf(value) ?? this.#refuse(path);
  }

  list(value: unknown, path: string): readonly unknown[] {
    return Array.isArray(value) ? value : this.#refuse(path);
  }

  #refuse(path: string): never {
    throw this.#fail(path);
  }
}

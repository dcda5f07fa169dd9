/** Something a test cannot be compared on: a function, a cycle, a Map. `text` says what it was. Equals nothing. */
export class Opaque {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** A value as it came out of the sandbox, or as a test expects it. */
export type Value =
  | undefined
  | null
  | boolean
  | number
  | string
  | Opaque
  | readonly Value[]
  | { readonly [key: string]: Value };

const SPECIAL: ReadonlyMap<unknown, Value> = new Map<unknown, Value>([
  ["undefined", undefined],
  ["NaN", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["-Infinity", Number.NEGATIVE_INFINITY],
]);

type Json = Record<string, unknown>;

/** What a test expects: JSON in which an object of the one key `$` may stand for a value that JSON lacks. */
export function readExpected(json: unknown): Value {
  return decode(json, (object) =>
    Object.keys(object).length === 1 && SPECIAL.has(object.$) ? { value: SPECIAL.get(object.$) } : undefined,
  );
}

/**
 * What the guest's encoder wrote (see `guest.ts`). There every `$` is a tag, and an object that has a key `$` of its own
 * comes wrapped: a solution cannot return something that reads as `undefined` without being it.
 */
export function readReturned(text: string): Value {
  return decode(JSON.parse(text), tagged);
}

function tagged(object: Json): { value: Value } | undefined {
  if (!Object.hasOwn(object, "$")) return undefined;
  if (object.$ === "opaque") return { value: new Opaque(String(object.text)) };
  if (object.$ === "object") return { value: fields(object.value as Json, tagged) };
  return { value: SPECIAL.get(object.$) };
}

function decode(json: unknown, special: (object: Json) => { value: Value } | undefined): Value {
  if (Array.isArray(json)) return json.map((item) => decode(item, special));
  if (typeof json !== "object" || json === null) return json as Value;
  const found = special(json as Json);
  return found === undefined ? fields(json as Json, special) : found.value;
}

// fromEntries defines where assignment would call a setter: "__proto__" stays a key like any other.
function fields(object: Json, special: (object: Json) => { value: Value } | undefined): Value {
  return Object.fromEntries(Object.entries(object).map(([key, item]) => [key, decode(item, special)]));
}

/** Deep equality. `NaN` equals `NaN`, `-0` equals `0`, the order of keys is nothing; a missing key is not `undefined`. */
export function equal(a: Value, b: Value): boolean {
  if (a instanceof Opaque || b instanceof Opaque) return false;
  if (a === b || Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (isList(a) || isList(b)) {
    return isList(a) && isList(b) && a.length === b.length && a.every((item, index) => equal(item, b[index]));
  }
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && equal(a[key], b[key]));
}

/** One line for a reader, at most `limit` characters. */
export function show(value: Value, limit = 200): string {
  return cut(write(value), limit);
}

/** Shortens to `limit` characters, the last of them an ellipsis if anything went. */
export function cut(text: string, limit = 200): string {
  return text.length <= limit ? text : `${text.slice(0, limit - 1)}…`;
}

function write(value: Value): string {
  if (value instanceof Opaque) return `[${value.text}]`;
  if (isList(value)) return `[${value.map(write).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    return `{${Object.entries(value)
      .map(([key, item]) => `${JSON.stringify(key)}: ${write(item)}`)
      .join(", ")}}`;
  }
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}

// Array.isArray does not narrow a readonly array.
const isList = (value: Value): value is readonly Value[] => Array.isArray(value);

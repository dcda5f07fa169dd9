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
  | bigint
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

const INTEGER = /^-?\d{1,5000}$/;

// Twice what the guests' encoders let through: beyond it only a forgery can be.
const DEEPEST = 400;

type Json = Record<string, unknown>;

/**
 * What a test expects: JSON in which an object of the one key `$` may stand for a value that JSON lacks. That includes
 * integers beyond 2^53: `{"$":"12345678901234567890"}`, since a reader of JSON would round them.
 */
export function readExpected(json: unknown): Value {
  return decode(json, (object) => (Object.keys(object).length === 1 ? lacking(object.$) : undefined));
}

/**
 * What the guest's encoder wrote (see `guest.ts`). There every `$` is a tag, and an object that has a key `$` of its own
 * comes wrapped: a solution cannot return something that reads as `undefined` without being it.
 */
export function readReturned(text: string): Value {
  try {
    return decode(JSON.parse(text), tagged);
  } catch {
    return new Opaque("something that is no value");
  }
}

function tagged(object: Json): { value: Value } | undefined {
  if (!Object.hasOwn(object, "$")) return undefined;
  if (object.$ === "opaque") return { value: new Opaque(String(object.text)) };
  if (object.$ === "object") return { value: fields(object.value as Json, tagged) };
  return lacking(object.$) ?? { value: undefined };
}

function lacking(name: unknown): { value: Value } | undefined {
  if (typeof name === "string" && INTEGER.test(name)) return { value: BigInt(name) };
  return SPECIAL.has(name) ? { value: SPECIAL.get(name) } : undefined;
}

type Special = (object: Json) => { value: Value } | undefined;

function decode(json: unknown, special: Special, depth = 0): Value {
  if (depth > DEEPEST) throw new RangeError(`a value nested more than ${DEEPEST} deep`);
  if (Array.isArray(json)) return json.map((item) => decode(item, special, depth + 1));
  if (typeof json !== "object" || json === null) return json as Value;
  const found = special(json as Json);
  return found === undefined ? fields(json as Json, special, depth) : found.value;
}

// fromEntries defines where assignment would call a setter: "__proto__" stays a key like any other.
function fields(object: Json, special: Special, depth = 0): Value {
  return Object.fromEntries(Object.entries(object).map(([key, item]) => [key, decode(item, special, depth + 1)]));
}

/** Deep equality. Integers are compared exactly, however large. `NaN` equals `NaN`, `-0` equals `0`, the order of keys is nothing; a missing key is not `undefined`. */
export function equal(a: Value, b: Value): boolean {
  if (a instanceof Opaque || b instanceof Opaque) return false;
  if (a === b || Object.is(a, b)) return true;
  if (typeof a === "bigint") return typeof b === "number" && Number.isInteger(b) && BigInt(b) === a;
  if (typeof b === "bigint") return equal(b, a);
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

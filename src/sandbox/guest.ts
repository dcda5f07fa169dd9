/** A returned value longer than this, in characters of its JSON, is not taken out of the sandbox. */
export const RETURN_LIMIT = 1_000_000;

/**
 * The only code of ours that runs inside QuickJS, before the solution. Its completion value is `read`, a function the host
 * keeps a handle on and the solution never sees. `read(value, false)` writes a returned value as JSON text, `read(error, true)`
 * writes `{name, message}`.
 *
 * It runs among whatever the solution has done to the built-ins, so it uses only what it captured at the start, own
 * properties, and syntax that looks nothing up on a prototype: no iteration, no spread, no assignment to an index.
 * All a hostile getter or Proxy can do here is choose a value or throw, and it cannot know the value that would pass.
 *
 * The methods of the data types are pinned first, because a test may call them on a result (`f(x).every(...)`): a solution
 * cannot redefine `every` to say yes. `toString`, `valueOf` and `constructor` stay open, programs do assign to those.
 * `console` is there and does nothing: a stray log is no fault, and a flood of them goes nowhere.
 */
export const GUEST_PRELUDE = `(() => {
  "use strict";
  const stringify = JSON.stringify, isArray = Array.isArray, keys = Object.keys, toText = String;
  const { getPrototypeOf, ownKeys, getOwnPropertyDescriptor, defineProperty } = Reflect;
  const plain = Object.prototype;
  const kinds = [
    Map, "a Map", Set, "a Set", Date, "a Date", RegExp, "a RegExp", Promise, "a Promise", Error, "an Error",
    WeakMap, "a WeakMap", WeakSet, "a WeakSet", WeakRef, "a WeakRef", ArrayBuffer, "an ArrayBuffer", DataView, "a DataView",
    getPrototypeOf(Uint8Array), "a typed array", Iterator, "an iterator", Number, "a Number object",
    String, "a String object", Boolean, "a Boolean object",
  ];
  for (let i = 0; i < kinds.length; i += 2) kinds[i] = kinds[i].prototype;

  const open = ["constructor", "toString", "valueOf", "toLocaleString", "name", "length", "prototype"];
  const pinned = [
    Array, Array.prototype, String, String.prototype, Number, Number.prototype, JSON, Math, Object, Reflect,
    Map.prototype, Set.prototype, Promise, Promise.prototype, Date.prototype, RegExp.prototype, Iterator.prototype,
    getPrototypeOf([][Symbol.iterator]()),
  ];
  for (const owner of pinned) {
    for (const key of ownKeys(owner)) {
      const found = getOwnPropertyDescriptor(owner, key);
      if (typeof found.value === "function" && !open.includes(key)) {
        defineProperty(owner, key, { writable: false, configurable: false });
      }
    }
  }

  const quiet = {};
  for (const name of ["log", "info", "warn", "error", "debug", "table", "dir", "group", "groupEnd", "assert", "time", "timeEnd", "trace"]) {
    quiet[name] = () => {};
  }
  defineProperty(globalThis, "console", { value: quiet, writable: true, configurable: true });

  const tooBig = {}, tooDeep = {};
  let out = "";
  const write = (text) => {
    if (out.length + text.length > ${RETURN_LIMIT}) throw tooBig;
    out += text;
  };
  const opaque = (text) => write('{"$":"opaque","text":' + stringify(text) + "}");
  const kindOf = (object) => {
    for (let up = getPrototypeOf(object); up !== null && up !== plain; up = getPrototypeOf(up)) {
      for (let i = 0; i < kinds.length; i += 2) if (kinds[i] === up) return kinds[i + 1];
    }
    return "";
  };
  const encode = (value, above, depth) => {
    if (value === null || value === true || value === false) return write(toText(value));
    if (value === undefined) return write('{"$":"undefined"}');
    if (typeof value === "string") return write(stringify(value));
    if (typeof value === "number") {
      return write(value - value === 0 ? toText(value) : '{"$":"' + toText(value) + '"}');
    }
    if (typeof value !== "object") return opaque(typeof value === "bigint" ? "a bigint" : "a " + typeof value);
    if (depth > 200) throw tooDeep;
    for (let up = above; up !== null; up = up.above) if (up.value === value) return opaque("a cycle");
    const here = { __proto__: null, value, above };
    if (isArray(value)) {
      write("[");
      for (let i = 0; i < value.length; i += 1) {
        if (i > 0) write(",");
        encode(value[i], here, depth + 1);
      }
      return write("]");
    }
    const kind = kindOf(value);
    if (kind !== "") return opaque(kind);
    const names = keys(value);
    let wrapped = false;
    for (let i = 0; i < names.length; i += 1) if (names[i] === "$") wrapped = true;
    write(wrapped ? '{"$":"object","value":{' : "{");
    for (let i = 0; i < names.length; i += 1) {
      write((i > 0 ? "," : "") + stringify(names[i]) + ":");
      encode(value[names[i]], here, depth + 1);
    }
    write(wrapped ? "}}" : "}");
  };
  const part = (error, key, otherwise) => {
    try {
      const text = error[key];
      return typeof text === "string" ? text.slice(0, 1000) : otherwise;
    } catch {
      return otherwise;
    }
  };
  return (value, thrown) => {
    out = "";
    if (thrown) {
      const known = (typeof value === "object" && value !== null) || typeof value === "function";
      const name = known ? part(value, "name", "an object") : toText(value).slice(0, 1000);
      return stringify({ __proto__: null, name, message: known ? part(value, "message", "") : "" });
    }
    try {
      encode(value, null, 0);
    } catch (error) {
      out = "";
      if (error === tooBig) opaque("a value of more than ${RETURN_LIMIT} characters");
      else if (error === tooDeep) opaque("a value nested more than 200 deep");
      else opaque("a value that throws while it is read");
    }
    return out;
  };
})()`;

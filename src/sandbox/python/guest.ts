/**
 * Our JavaScript inside a realm, run before anything else: an expression whose value boots Pyodide there.
 *
 * The realm has no `process`, `require`, `fetch` or timer, and no way to compile a string. Pyodide takes it for a bare
 * JavaScript shell, so this gives it the few things that such a shell has. What reaches outside are functions of `host`,
 * each behind a closure of the realm's own that lets no object and no error of the outer realm through.
 */
export const GUEST_SCRIPT = `(host) => {
  "use strict";
  // Captured, since a solution may come to change what hangs on a prototype.
  const { WebAssembly, Uint8Array, TypeError, Symbol, Proxy, Object, String, JSON } = globalThis;
  const { apply } = Reflect;
  const { set } = Uint8Array.prototype;
  const { stdlib, lock, head, module, chunks, notes } = host;
  const guarded = (call) => {
    try {
      return call();
    } catch {
      throw new TypeError("not possible in the sandbox");
    }
  };
  const copy = (bytes) => {
    const own = new Uint8Array(bytes.length);
    apply(set, own, [bytes]);
    return own;
  };

  globalThis.load = () => {};
  globalThis.read = () => lock;
  globalThis.readbuffer = (path) => (path.endsWith(".zip") ? copy(stdlib) : new Uint8Array(0)).buffer;
  globalThis.performance = { now: () => guarded(host.now) };
  // Nothing may run after a test is done.
  globalThis.setTimeout = () => 0;
  globalThis.clearTimeout = () => {};
  globalThis.console = { log() {}, info() {}, warn() {}, error() {}, debug() {} };
  globalThis.TextDecoder = class {
    #decode;
    constructor(label = "utf-8", { fatal = false, ignoreBOM = false } = {}) {
      const name = String(label);
      this.#decode = guarded(() => host.decoder(name, fatal === true, ignoreBOM === true));
    }
    decode(bytes = new Uint8Array(0)) {
      return guarded(() => this.#decode(bytes));
    }
  };
  globalThis.TextEncoder = class {
    encode(text = "") {
      const plain = String(text);
      return guarded(() => copy(host.encode(plain)));
    }
    encodeInto(text, target) {
      const bytes = this.encode(text);
      apply(set, target, [bytes]);
      return { read: text.length, written: bytes.length };
    }
  };

  // The same bytes in every run: a solution that draws random numbers does the same each time.
  let seed = 1;
  const randomBytes = (bytes) => {
    for (let at = 0; at < bytes.length; at += 1) {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      bytes[at] = seed / 65536;
    }
  };

  let memory;
  const instantiateWasm = (imports, done) => {
    const missing = Symbol("error marker");
    Object.assign(imports.env, {
      Jsv_GetError_import: () => missing,
      JsvError_Check: (value) => (value === missing ? 1 : 0),
      random_get: (at, length) => {
        randomBytes(new Uint8Array(memory.buffer, at, length));
        return 0;
      },
    });
    // Functions of OpenGL and the like whose addresses are asked for: there are none.
    const nowhere = new Proxy({}, { get: () => new WebAssembly.Global({ value: "i32", mutable: true }, 0) });
    const instance = new WebAssembly.Instance(module, { ...imports, "GOT.func": nowhere });
    memory = instance.exports.memory;
    done(instance, copy(head));
    return {};
  };

  const createPyodideModule = async (settings) => {
    const made = await host.factory({ ...settings, instantiateWasm });
    made.API.restoreSnapshot = () => {
      const heap = new Uint8Array(memory.buffer);
      for (const [at, bytes] of chunks) heap.set(bytes, at);
      return JSON.parse(notes);
    };
    return made;
  };

  return async (makeSnapshot) => {
    const pyodide = await loadPyodide({
      indexURL: "/",
      jsglobals: Object.create(null),
      env: { HOME: "/home/solution", PYTHONHASHSEED: "0" },
      enableRunUntilComplete: false,
      createPyodideModule,
      ...(makeSnapshot ? { _makeSnapshot: true } : { _loadSnapshot: new Uint8Array(1) }),
    });
    pyodide.setStdin({ stdin: () => null });
    // Output is no part of an answer, and a flood of it goes nowhere.
    pyodide.setStdout({ write: (bytes) => bytes.length });
    pyodide.setStderr({ write: (bytes) => bytes.length });
    if (makeSnapshot) return pyodide;

    const take = (name) => {
      const taken = pyodide.globals.get(name);
      pyodide.globals.delete(name);
      return taken;
    };
    const [load, test] = [take("signalbox load"), take("signalbox test")];
    // "=" and what the runner says, or "!" and what stopped the interpreter. Nothing but text leaves.
    const call = (run, text) => {
      try {
        return "=" + run(text);
      } catch (error) {
        try {
          return "!" + String(error).slice(0, 200);
        } catch {
          return "!";
        }
      }
    };
    const isFull = () => {
      try {
        memory.grow(256);
        return false;
      } catch {
        return true;
      }
    };
    return { load: (code) => call(load, code), test: (body) => call(test, body), isFull };
  };
}`;

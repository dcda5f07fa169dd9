import { constants, createContext, Script } from "node:vm";
import { GUEST_SCRIPT } from "./guest.ts";

// Neither the es libraries nor Node's types declare it, and the DOM's would declare too much.
declare const WebAssembly: { readonly Module: new (bytes: Uint8Array) => object };

/** What realms are made from: scripts, the module, and the memory of an interpreter that is ready to run a solution. */
export interface Image {
  readonly loader: string;
  readonly glue: string;
  readonly wasm: Uint8Array;
  /** The first bytes of the module, which the glue wants to read. */
  readonly head: Uint8Array;
  readonly stdlib: Uint8Array;
  readonly lock: string;
  /** Absent while the image is built. */
  readonly snapshot?: Snapshot;
}

/** The memory of an interpreter: where it is not zero, and Pyodide's own notes on it, as JSON. */
export interface Snapshot {
  readonly chunks: readonly (readonly [at: number, bytes: Uint8Array])[];
  readonly notes: string;
}

/** One interpreter in one realm. Both take source and answer with text: "=" and JSON, or "!" and why there is none. */
export interface Guest {
  load(code: string): unknown;
  test(run: string): unknown;
  /** Whether the memory has come to its end. */
  isFull(): unknown;
}

/** What the image's builder uses of Pyodide. */
export interface Builder {
  runPython(code: string, options?: { globals: unknown }): unknown;
  makeMemorySnapshot(): Uint8Array;
}

/**
 * Makes realms: a JavaScript context of its own for each solution, with its own built-ins, WebAssembly memory and file
 * system, so that nothing needs to be restored. Compiled code is shared between them, objects are not. A realm is no
 * boundary against the host (that is the process's permissions), it is what keeps one solution from the next.
 */
export function createRealms(image: Image): { boot(): Promise<Guest>; bootBuilder(): Promise<Builder> } {
  const module = new WebAssembly.Module(image.wasm);
  const scripts = { guest: GUEST_SCRIPT, loader: image.loader, glue: image.glue };
  const guest = new Script(scripts.guest, { filename: "guest.js" });
  const loader = new Script(scripts.loader, { filename: "pyodide.js" });
  const glue = new Script(scripts.glue, { filename: "pyodide.asm.js" });

  const start = (makeSnapshot: boolean): Promise<unknown> => {
    const realm = createContext(constants.DONT_CONTEXTIFY, { codeGeneration: { strings: false, wasm: true } });
    const host = {
      stdlib: image.stdlib,
      lock: image.lock,
      head: image.head,
      module,
      chunks: image.snapshot?.chunks ?? [],
      notes: image.snapshot?.notes ?? "",
      now: () => performance.now(),
      encode: (text: string) => new TextEncoder().encode(text),
      decoder: (label: string, fatal: boolean, ignoreBOM: boolean) => {
        const decoder = new TextDecoder(label, { fatal, ignoreBOM });
        return (bytes: Uint8Array) => decoder.decode(bytes);
      },
    };
    const begin = guest.runInContext(realm) as (host: object) => (makeSnapshot: boolean) => Promise<unknown>;
    const boot = begin(host);
    loader.runInContext(realm);
    Object.assign(host, { factory: glue.runInContext(realm) });
    return boot(makeSnapshot);
  };
  return {
    boot: async () => (await start(false)) as Guest,
    bootBuilder: async () => (await start(true)) as Builder,
  };
}

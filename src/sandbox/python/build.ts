import { readFileSync } from "node:fs";
import { join } from "node:path";
import { argv } from "node:process";
import { readSnapshot, saveImage } from "./files.ts";
import { createRealms, type Image } from "./realm.ts";
import { headOf, neededExports, trimGlue, trimWasm } from "./trim.ts";

// Neither the es libraries nor Node's types declare it, and the DOM's would declare too much.
declare const WebAssembly: {
  readonly Module: (new (bytes: Uint8Array) => object) & { exports(module: object): { readonly name: string }[] };
};

const PAGE_BYTES = 64 * 1024;
// Room for the modules that are loaded before the snapshot; what stays empty costs nothing.
const INITIAL_PAGES = 768;

// Runs as a process of its own: node build.ts <Pyodide's folder> <folder to write to> <the most memory, in bytes>
const [, , pyodide = "", target = "", memoryBytes = ""] = argv;
const source = (name: string): string => readFileSync(join(pyodide, name), "utf8");
const own = (name: string): string => readFileSync(new URL(name, import.meta.url), "utf8");

const loader = source("pyodide.js");
const glue = source("pyodide.asm.mjs");
const original = readFileSync(join(pyodide, "pyodide.asm.wasm"));
const exported = WebAssembly.Module.exports(new WebAssembly.Module(original)).map(({ name }) => name);
const needed = neededExports(glue, loader, exported);
const maximum = Math.max(INITIAL_PAGES, Math.floor(Number(memoryBytes) / PAGE_BYTES));
const wasm = trimWasm(original, needed, { initial: INITIAL_PAGES, maximum });
const { info } = JSON.parse(source("pyodide-lock.json")) as { info: unknown };
const image: Image = {
  loader,
  glue: trimGlue(glue, needed),
  wasm,
  head: headOf(wasm),
  stdlib: readFileSync(join(pyodide, "python_stdlib.zip")),
  // No packages: there is nowhere to load them from.
  lock: JSON.stringify({ info, packages: {} }),
};

const python = await createRealms(image).bootBuilder();
python.runPython(own("warm.py"), { globals: python.runPython("{'__name__': 'warm'}") });
// The runner keeps builtins of its own, which no solution can reach by name.
python.runPython("import builtins; runner = {'__name__': 'runner', '__builtins__': dict(vars(builtins))}");
python.runPython(own("runner.py"), { globals: python.runPython("runner") });
python.runPython("globals().update({f'signalbox {name}': runner[name] for name in ('load', 'test')})");
python.runPython("del runner, builtins; import gc; gc.collect(); del gc");
saveImage(target, image, readSnapshot(python.makeMemorySnapshot()));

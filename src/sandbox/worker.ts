import { parentPort, workerData } from "node:worker_threads";
import { newQuickJSWASMModuleFromVariant, newVariant, RELEASE_SYNC } from "quickjs-emscripten";
import type { Job, WorkerMessage, WorkerSetup } from "./protocol.ts";
import { runJob } from "./quickjs.ts";

// Neither the es libraries nor Node's types declare it, and the DOM's would declare too much.
declare const WebAssembly: {
  readonly Memory: new (size: { initial: number; maximum: number }) => { readonly buffer: ArrayBuffer };
};

const PAGE_BYTES = 64 * 1024;
// What the module asks for at the least.
const INITIAL_PAGES = 256;

if (parentPort === null) throw new Error("sandbox/worker.ts runs as a worker thread only");
const port = parentPort;
const { progress, memoryBytes } = workerData as WorkerSetup;
const send = (message: WorkerMessage): void => port.postMessage(message);

// The cap is on the memory itself. QuickJS's own limit is none here: in a WebAssembly build it counts every allocation
// as 8 bytes, and under "64 MiB" a loop of strings took 800 MB.
const maximumPages = Math.max(INITIAL_PAGES, Math.floor(memoryBytes / PAGE_BYTES));
const memory = new WebAssembly.Memory({ initial: INITIAL_PAGES, maximum: maximumPages });
// How far the memory has grown: 0 as it began, 1 at its end.
const grown = (): number =>
  (memory.buffer.byteLength / PAGE_BYTES - INITIAL_PAGES) / Math.max(1, maximumPages - INITIAL_PAGES);

const quickjs = await newQuickJSWASMModuleFromVariant(newVariant(RELEASE_SYNC, { wasmMemory: memory }));

port.on("message", (job: Job) => {
  Atomics.store(progress, 0, -1);
  const { report, reusable } = runJob(quickjs, job, {
    onTest: (index) => void Atomics.store(progress, 0, index),
    now: () => performance.now(),
    isFull: () => grown() > 0.8,
  });
  // Memory never shrinks: a thread that has used up half would leave the next job less than its share.
  send({ kind: "done", report, reusable: reusable && grown() <= 0.5 });
});
send({ kind: "ready" });

import type { QuickJSWASMModule } from "quickjs-emscripten";
import { compile } from "./compile.ts";
import { Guest, Stopped } from "./context.ts";
import type { Job, JobReport } from "./protocol.ts";

// With much more than this, deep recursion overflows the host's stack before QuickJS sees it, and the module aborts on dispose.
const STACK_BYTES = 512 * 1024;

/**
 * Runs one solution and its tests in a runtime of its own. Nothing of the host is in there: no function of ours is callable
 * from inside, values come out as text. `onTest` hears the index of each test before it starts, `now` counts milliseconds,
 * `isFull` says that the memory has come to its end.
 *
 * `reusable` is false when the WebAssembly instance should not be used again: after any stop, and when QuickJS aborts on
 * being freed, which it does after many allocations inside a promise job (quickjs-emscripten issues 257 and 269).
 */
export function runJob(
  quickjs: QuickJSWASMModule,
  job: Job,
  options: { onTest: (index: number) => void; now: () => number; isFull: () => boolean },
): { report: JobReport; reusable: boolean } {
  const deadline = options.now() + job.deadlineMs;
  // JavaScript goes in as it is: QuickJS is the judge of its syntax, and it knows newer forms than sucrase does.
  const compiled = job.language === "typescript" ? compile("typescript", job.code) : { source: job.code };
  if ("message" in compiled) {
    return { report: { state: "not-loaded", message: `does not compile: ${compiled.message}` }, reusable: true };
  }
  try {
    const runtime = quickjs.newRuntime();
    runtime.setMaxStackSize(STACK_BYTES);
    const guest = new Guest(runtime, () => options.now() > deadline, options.isFull);
    const report = guest.run(compiled.source, job.runs, options.onTest);
    return { report, reusable: guest.dispose() };
  } catch (error) {
    return { report: error instanceof Stopped ? error.report : hostFault(error, options.isFull()), reusable: false };
  }
}

// Recursion inside QuickJS's own C code can reach the end of the thread's stack first, and a full memory makes the module
// abort in many ways. Both are the solution's doing, not ours.
function hostFault(error: unknown, full: boolean): JobReport {
  if (full) return { state: "out-of-memory" };
  const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  if (error instanceof RangeError) return { state: "not-loaded", message: `too much recursion (${reason})` };
  return { state: "crashed", reason };
}

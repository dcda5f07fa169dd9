import type { CodeLanguage, CodeOutcome, CodeTest } from "../domain/code.ts";
import { judge } from "./judge.ts";
import { createPool } from "./pool.ts";
import { createPython, type PythonOptions } from "./python/python.ts";
import { type StartWorker, startWorker, ThreadSeat } from "./seat.ts";

/** Where model-written code runs. */
export interface Sandbox {
  /**
   * Runs `tests` in order against `code` (a script: no import or export of JavaScript, see `extractCode`), in an
   * interpreter made for this run. Never rejects. A test that decides inside its `run` (`return f(x).every(...)`) trusts
   * what the solution left there; one that returns the value itself is compared outside, and that no solution can forge.
   */
  run(task: { language: CodeLanguage; code: string; tests: readonly CodeTest[] }): Promise<CodeOutcome>;
  /** Ends all threads and processes. Without it an idle sandbox still lets the process end. */
  close(): Promise<void>;
}

/** All but `python` is for JavaScript: `deadlineMs` is for one run with all its tests, without the start of a thread;
 * `memoryBytes` is all that QuickJS may use in one thread, from 16 MiB on. */
export interface SandboxOptions {
  readonly workers?: number;
  readonly deadlineMs?: number;
  readonly memoryBytes?: number;
  readonly start?: StartWorker;
  readonly python?: PythonOptions;
}

/**
 * JavaScript and TypeScript in QuickJS compiled to WebAssembly, inside worker threads: ES2023 without modules, timers, Intl
 * or any host object. Python in Pyodide, inside confined processes: 3.14 and its standard library, without files, network,
 * threads or processes. There is no way to run code outside of these: what they cannot run is refused.
 */
export function createSandbox(options: SandboxOptions = {}): Sandbox {
  const { workers = 2, deadlineMs = 2_000, memoryBytes = 64 * 1024 * 1024, start = startWorker } = options;
  const threads = createPool(Array.from({ length: workers }, () => new ThreadSeat(memoryBytes, start)));
  const python = createPython(options.python ?? {});
  return {
    run: async ({ language, code, tests }) => {
      const runs = tests.map((test) => test.run);
      if (language === "python") return judge(tests, await python.submit({ code, runs }), python.deadlineMs);
      return judge(tests, await threads.submit({ language, code, runs, deadlineMs }), deadlineMs);
    },
    close: async () => {
      await Promise.all([threads.close(), python.close()]);
    },
  };
}

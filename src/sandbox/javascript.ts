import type { CodeLanguage, CodeOutcome, CodeTest } from "../domain/code.ts";
import { judge } from "./judge.ts";
import { createPool } from "./pool.ts";
import type { StartWorker } from "./seat.ts";

/** Where model-written code runs. */
export interface Sandbox {
  /**
   * Runs `tests` in order against `code` (a script: no import or export, see `extractCode`), in a context made for this run.
   * Never rejects. A test that decides inside its `run` (`return f(x).every(...)`) trusts what the solution left there;
   * one that returns the value itself is compared outside, and that no solution can forge.
   */
  run(task: { language: CodeLanguage; code: string; tests: readonly CodeTest[] }): Promise<CodeOutcome>;
  /** Ends all threads. Without it an idle sandbox still lets the process end. */
  close(): Promise<void>;
}

/** `deadlineMs` is for one run with all its tests, without the start of a thread; `memoryBytes` is all that QuickJS may use
 * in one thread, from 16 MiB on. */
export interface SandboxOptions {
  readonly workers?: number;
  readonly deadlineMs?: number;
  readonly memoryBytes?: number;
  readonly start?: StartWorker;
}

/**
 * QuickJS compiled to WebAssembly, inside worker threads: ES2023 without modules, timers, Intl or any host object.
 * There is no way to run code outside of it: what it cannot run is refused.
 */
export function createSandbox(options: SandboxOptions = {}): Sandbox {
  const { workers = 2, deadlineMs = 2_000, memoryBytes = 64 * 1024 * 1024, start } = options;
  const pool = createPool(start === undefined ? { workers, memoryBytes } : { workers, memoryBytes, start });
  return {
    run: async ({ language, code, tests }) => {
      if (language === "python") {
        return {
          state: "refused",
          reason: "Python is not run yet: the sandbox has an interpreter for JavaScript and TypeScript only.",
        };
      }
      const runs = tests.map((test) => test.run);
      const report = await pool.submit({ language, code, runs, deadlineMs });
      return judge(tests, report, deadlineMs);
    },
    close: () => pool.close(),
  };
}

import { fileURLToPath } from "node:url";
import { createPool, type Pool } from "../pool.ts";
import type { JobReport } from "../protocol.ts";
import { ensureImage } from "./image.ts";
import { findLauncher, type Launcher } from "./launch.ts";
import type { PythonJob } from "./protocol.ts";
import { PythonSeat } from "./seat.ts";

const MIB = 1024 * 1024;
// What a child occupies beside the memory of its interpreter: Node, compiled code, realms not yet collected.
const OVERHEAD_BYTES = 768 * MIB;
const CACHE = fileURLToPath(new URL("../../../node_modules/.cache/signalbox", import.meta.url));

/** How Python runs. */
export interface PythonOptions {
  /** Child processes at a time; 2 if absent. */
  readonly workers?: number;
  /** For one run with all its tests, without the start of a child; 5 seconds if absent. Then the child is killed. */
  readonly deadlineMs?: number;
  /** All that the interpreter may use in one run, from 48 MiB on; 256 MiB if absent. Each size has an image of its own. */
  readonly memoryBytes?: number;
  /** The folder for the image that children start from (28 MB, built once in some 5 s); node_modules/.cache if absent. */
  readonly cache?: string;
  /** What to start children with; a test gives its own. */
  readonly launcher?: Launcher;
}

/** Python in Pyodide, in child processes under Node's permission model. What it cannot confine it refuses to run. */
export function createPython(
  options: PythonOptions,
): Pool<Omit<PythonJob, "deadlineMs">> & { readonly deadlineMs: number } {
  const { workers = 2, deadlineMs = 5_000, memoryBytes = 256 * MIB, cache = CACHE } = options;
  let pool: Promise<Pool<PythonJob> | JobReport> | undefined;

  const open = async (): Promise<Pool<PythonJob> | JobReport> => {
    const launcher = options.launcher ?? findLauncher();
    if ("missing" in launcher) return refused(`There is nothing to confine it with: it needs ${launcher.missing}.`);
    try {
      const image = await ensureImage(cache, memoryBytes);
      const seat = () => new PythonSeat(() => launcher.start(image), memoryBytes + OVERHEAD_BYTES);
      return createPool(Array.from({ length: workers }, seat));
    } catch (error) {
      return refused(
        `Its interpreter cannot be prepared in ${cache}: ${error instanceof Error ? error.message : error}`,
      );
    }
  };

  return {
    deadlineMs,
    submit: async (job) => {
      pool ??= open();
      const opened = await pool;
      return "submit" in opened ? opened.submit({ ...job, deadlineMs }) : opened;
    },
    close: async () => {
      const opened = await (pool ?? refused("The sandbox was closed."));
      if ("close" in opened) await opened.close();
      pool = Promise.resolve({ state: "crashed", reason: "the sandbox was closed" });
    },
  };
}

function refused(reason: string): JobReport {
  return { state: "refused", reason: `Python is not run here. ${reason}` };
}

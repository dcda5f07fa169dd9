import { setFlagsFromString } from "node:v8";
import { ExitCode } from "../errors.ts";
import type { World } from "./world.ts";

// The nursery of the heap grows once, eightfold, while the program loads: with the first one a run would collect garbage hundreds
// of times, and copy at each what its calls in flight hold.
setFlagsFromString("--semi-space-growth-factor=8");
const { compileLess } = await import("./heap.ts");
const { openLine } = await import("./line.ts");
const { main } = await import("./main.ts");
const { systemClock } = await import("./world.ts");

// And no further: records stream through and are soon garbage, and a nursery of full size would hold a hundred megabytes of
// them for nothing. The gate computes for a second and is gone: it is quicker with one.
const { argv } = process;
if (argv[2] !== "gate" && argv[2] !== "recommend") setFlagsFromString("--semi-space-growth-factor=1");

const interactive = process.stdin.isTTY === true && process.stderr.isTTY === true && !process.env.CI;

/** Ctrl-C, and what a supervisor sends: a container that is stopped, a job that is cancelled. */
const STOPS = ["SIGINT", "SIGTERM"] as const;

const world: World = {
  argv: process.argv.slice(2),
  cwd: process.cwd(),
  env: process.env,
  stdout: (text) => void process.stdout.write(text),
  stderr: (text) => void process.stderr.write(text),
  ask: interactive
    ? async (question) => {
        const { createInterface } = await import("node:readline/promises");
        const terminal = createInterface({ input: process.stdin, output: process.stderr });
        try {
          return await terminal.question(question);
        } finally {
          terminal.close();
        }
      }
    : undefined,
  isTerminal: process.stderr.isTTY === true && !process.env.CI,
  columns: process.stderr.columns ?? 80,
  clock: systemClock,
  fetch: openLine(process.env),
  onLastPart: compileLess,
  onInterrupt(handler) {
    for (const signal of STOPS) process.on(signal, handler);
    return () => {
      for (const signal of STOPS) process.off(signal, handler);
    };
  },
};

// A reader that has seen enough (`| head`) stops nothing: what is paid for is still answered, saved and reported.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") process.exit(ExitCode.crashed);
  });
}

process.exitCode = await main(world);

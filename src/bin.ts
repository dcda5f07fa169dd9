#!/usr/bin/env node
import { createInterface } from "node:readline/promises";
import { setFlagsFromString } from "node:v8";
import { keepHeapSmall } from "./cli/heap.ts";
import { openLine } from "./cli/line.ts";
import { main } from "./cli/main.ts";
import { systemClock, type World } from "./cli/world.ts";
import { ExitCode } from "./errors.ts";

// Records stream through and are soon garbage: a large nursery would hold a hundred megabytes of them for nothing.
setFlagsFromString("--semi-space-growth-factor=1");

const interactive = process.stdin.isTTY === true && process.stderr.isTTY === true && !process.env.CI;

const world: World = {
  argv: process.argv.slice(2),
  cwd: process.cwd(),
  env: process.env,
  stdout: (text) => void process.stdout.write(text),
  stderr: (text) => void process.stderr.write(text),
  ask: interactive
    ? async (question) => {
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
  onInterrupt(handler) {
    process.on("SIGINT", handler);
    return () => process.off("SIGINT", handler);
  },
};

// A reader that has seen enough (`| head`) stops nothing: what is paid for is still answered, saved and reported.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") process.exit(ExitCode.crashed);
  });
}

keepHeapSmall();
process.exitCode = await main(world);

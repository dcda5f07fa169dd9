import { writeSync } from "node:fs";
import { argv, permission, resourceUsage, stdin } from "node:process";
import { createInterface } from "node:readline";
import { setImmediate } from "node:timers/promises";
import { loadImage } from "./files.ts";
import { runJob } from "./job.ts";
import type { ChildMessage, PythonJob } from "./protocol.ts";
import { createRealms } from "./realm.ts";

// Runs as a process of its own, started by launch.ts: node child.ts <the image's folder>. Jobs come in a line each,
// messages go out in a line each; nothing else is open here.

// The most it has ever occupied: a solution that took much memory leaves a process that is replaced.
const LARGEST_KIBIBYTES = 900 * 1024;
// Well before the limit that launch.ts sets, at which an orphan in an endless loop ends.
const LONGEST_CPU_MICROSECONDS = 200e6;
const POWERS = ["fs.read", "fs.write", "net", "child", "worker", "wasi", "addon", "inspector", "ffi"];

const realms = createRealms(loadImage(argv[2] ?? ""));
// All that will ever be read has been read.
(permission as typeof permission & { drop?(power: string): void }).drop?.("fs.read");

const lines = createInterface({ input: stdin })[Symbol.asyncIterator]();
for (;;) {
  const guest = await realms.boot();
  send({ kind: "ready", granted: POWERS.filter((power) => permission.has(power)) });
  const { value: line, done } = await lines.next();
  if (done === true) break;
  const report = runJob(guest, JSON.parse(line) as PythonJob, (index) => send({ kind: "test", index }));
  // What the solution has left to run later runs now, in its own realm and on its own time.
  await setImmediate();
  const { maxRSS, userCPUTime } = resourceUsage();
  const reusable = maxRSS < LARGEST_KIBIBYTES && userCPUTime < LONGEST_CPU_MICROSECONDS;
  send({ kind: "done", report, reusable });
  if (!reusable) break;
}
stdin.destroy();

// At once, since nothing is sent while a test runs: the parent must know in which test the deadline fell.
function send(message: ChildMessage): void {
  const bytes = Buffer.from(`${JSON.stringify(message)}\n`);
  for (let sent = 0; sent < bytes.length; ) {
    try {
      sent += writeSync(1, bytes, sent);
    } catch (error) {
      // The pipe is full until the parent has read some of it.
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
    }
  }
}

import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { lockFolder, lockRun } from "./lock.ts";
import { systemClock } from "./world.ts";

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "signalbox-lock-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

it("lets one process at a time work on a run, and gives the run back", () => {
  const unlock = lockRun(directory);
  expect(() => lockRun(directory)).toThrow(`Process ${process.pid} is working on this run.`);
  unlock();
  expect(existsSync(join(directory, "lock"))).toBe(false);
  lockRun(directory)();
});

it.each(["2147483646", "", "0", "not a number"])("takes over the lock of a process that has gone (%j)", (holder) => {
  writeFileSync(join(directory, "lock"), holder);
  lockRun(directory)();
  expect(existsSync(join(directory, "lock"))).toBe(false);
});

it("waits for its turn, one after the other", async () => {
  let inside = 0;
  let most = 0;
  const turns = Array.from({ length: 5 }, async () => {
    const unlock = await lockFolder(directory, systemClock, 60_000);
    most = Math.max(most, ++inside);
    await Promise.resolve();
    inside -= 1;
    unlock();
  });
  await Promise.all(turns);
  expect(most).toBe(1);
  expect(readdirSync(directory)).toEqual([]);
});

it("gives up waiting with the process that has it", async () => {
  const unlock = lockRun(directory);
  let now = 0;
  const clock = {
    ...systemClock,
    monotonic: () => now,
    sleep: async (ms: number) => {
      now += ms;
    },
  };
  await expect(lockFolder(directory, clock, 1_000)).rejects.toThrow(`Process ${process.pid} has it.`);
  expect(now).toBe(1_000);
  unlock();
});

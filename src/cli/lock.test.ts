import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { lockRun } from "./lock.ts";

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

import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../errors.ts";
import type { Clock } from "../ports.ts";

/**
 * Takes a run's folder for this process, so that no two of them answer, and pay for, the same cases.
 * A lock whose process has gone is taken over. The result gives it back.
 * @throws UserError when another living process has it
 */
export function lockRun(directory: string): () => void {
  const taken = tryLock(directory);
  if (taken.state === "ours") return taken.unlock;
  const remedy = `Wait for it, or remove ${join(directory, "lock")} if that is another program.`;
  throw new UserError({ where: directory, what: `Process ${taken.holder} is working on this run.`, remedy });
}

/** As {@link lockRun}, but waits for whoever has the folder. @throws UserError after `waitMs` */
export async function lockFolder(directory: string, clock: Clock, waitMs: number): Promise<() => void> {
  const end = clock.monotonic() + waitMs;
  for (;;) {
    const taken = tryLock(directory);
    if (taken.state === "ours") return taken.unlock;
    if (clock.monotonic() >= end) {
      const remedy = `Try again, or remove ${join(directory, "lock")} if that is another program.`;
      throw new UserError({ where: directory, what: `Process ${taken.holder} has it.`, remedy });
    }
    await clock.sleep(50);
  }
}

type Taken =
  | { readonly state: "ours"; readonly unlock: () => void }
  | { readonly state: "theirs"; readonly holder: number };

function tryLock(directory: string): Taken {
  const file = join(directory, "lock");
  const draft = `${file}.${process.pid}`;
  // Linked into place with its content: nobody ever reads a lock that does not say yet whose it is.
  writeFileSync(draft, String(process.pid));
  try {
    for (;;) {
      if (linked(draft, file)) return { state: "ours", unlock: () => rmSync(file, { force: true }) };
      const holder = holderOf(file);
      if (holder !== undefined && isAlive(holder)) return { state: "theirs", holder };
      // Moved away, not removed: of two that find it, one alone takes it over.
      const stale = `${draft}.stale`;
      try {
        renameSync(file, stale);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") continue;
        throw error;
      }
      const moved = holderOf(stale);
      if (moved !== undefined && isAlive(moved)) linked(stale, file);
      rmSync(stale, { force: true });
    }
  } finally {
    rmSync(draft, { force: true });
  }
}

function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function holderOf(file: string): number | undefined {
  try {
    return Number(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

import { closeSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../errors.ts";

/**
 * Takes a run's folder for this process, so that no two of them answer, and pay for, the same cases.
 * A lock whose process has gone is taken over. The result gives it back.
 * @throws UserError when another living process has it
 */
export function lockRun(directory: string): () => void {
  const file = join(directory, "lock");
  for (;;) {
    try {
      const descriptor = openSync(file, "wx");
      writeSync(descriptor, String(process.pid));
      closeSync(descriptor);
      return () => rmSync(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const holder = Number(readFileSync(file, "utf8"));
    if (isAlive(holder)) {
      const remedy = `Wait for it, or remove ${file} if that is another program.`;
      throw new UserError({ where: directory, what: `Process ${holder} is working on this run.`, remedy });
    }
    rmSync(file, { force: true });
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

import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A list of files that differ is long where a folder of data was touched. */
const MOST_SAID = 1 << 28;

/** Commit and whether the work tree differs from it; null where there is no git. Git looks while something else is done. */
export async function gitState(root: string): Promise<{ gitCommit: string | null; gitDirty: boolean | null }> {
  try {
    const args = ["status", "--porcelain=v2", "--branch"];
    const { stdout: said } = await run("git", args, { cwd: root, encoding: "utf8", maxBuffer: MOST_SAID });
    const gitCommit = /^# branch\.oid ([0-9a-f]+)$/m.exec(said)?.[1];
    // Before its first commit there is nothing to differ from.
    if (gitCommit === undefined) return { gitCommit: null, gitDirty: null };
    return { gitCommit, gitDirty: /^[^#]/m.test(said) };
  } catch {
    return { gitCommit: null, gitDirty: null };
  }
}

/** Versions of what decides a run: this program and the runtime. */
export function packageVersions(): Record<string, string> {
  const { version } = createRequire(import.meta.url)("../../package.json") as { version: string };
  return { signalbox: version, node: process.versions.node };
}

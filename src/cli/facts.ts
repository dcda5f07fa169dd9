import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";

/** Commit and whether the work tree differs from it; null where there is no git. */
export function gitState(root: string): { gitCommit: string | null; gitDirty: boolean | null } {
  try {
    const args = ["status", "--porcelain=v2", "--branch"];
    const said = execFileSync("git", args, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
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

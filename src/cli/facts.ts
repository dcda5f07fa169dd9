import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";

/** Commit and whether the work tree differs from it; null where there is no git. */
export function gitState(root: string): { gitCommit: string | null; gitDirty: boolean | null } {
  try {
    const git = (...args: string[]) =>
      execFileSync("git", args, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    const gitCommit = git("rev-parse", "HEAD").trim();
    return { gitCommit, gitDirty: git("status", "--porcelain").trim() !== "" };
  } catch {
    return { gitCommit: null, gitDirty: null };
  }
}

/** Versions of what decides a run: this program and the runtime. */
export function packageVersions(): Record<string, string> {
  const { version } = createRequire(import.meta.url)("../../package.json") as { version: string };
  return { signalbox: version, node: process.versions.node };
}

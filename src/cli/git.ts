import { execFileSync } from "node:child_process";
import { relative, resolve } from "node:path";
import type { World } from "./world.ts";

/** An older version of the project. */
export interface Base {
  /** As it was asked for, or found. */
  readonly ref: string;
  readonly commit: string;
  /** The text of a file, from the project's folder; undefined where it was not there. */
  show(file: string): string | undefined;
  /** Files that differ between then and the work tree, from the project's folder. */
  changedFiles(): readonly string[];
}

/** Where a change is to land, as the machine says, or as git does: what `--base` means when it is left out. */
function defaultRefs(env: World["env"]): string[] {
  const github = env.GITHUB_BASE_REF;
  const gitlab = env.CI_MERGE_REQUEST_TARGET_BRANCH_NAME;
  return [
    ...(github ? [`origin/${github}`, github] : []),
    ...(env.CI_MERGE_REQUEST_DIFF_BASE_SHA ? [env.CI_MERGE_REQUEST_DIFF_BASE_SHA] : []),
    ...(gitlab ? [`origin/${gitlab}`, gitlab] : []),
    "origin/HEAD",
    "origin/main",
    "origin/master",
    "main",
    "master",
  ];
}

/** The merge base with a branch (or what stands for the target of a change); undefined where git does not know one. */
export function findBase({ cwd, env }: Pick<World, "cwd" | "env">, ref: string | undefined): Base | undefined {
  const git = (...args: string[]) => gitText(cwd, args);
  if (git("rev-parse", "--git-dir") === undefined) return undefined;
  for (const name of ref === undefined ? defaultRefs(env) : [ref]) {
    const commit = git("merge-base", name, "HEAD")?.trim();
    if (commit === undefined || commit === "") continue;
    return {
      ref: name === "origin/HEAD" ? (git("rev-parse", "--abbrev-ref", "origin/HEAD")?.trim() ?? name) : name,
      commit,
      show: (file) => git("show", `${commit}:./${relative(cwd, resolve(cwd, file))}`),
      changedFiles: () =>
        (git("diff", "--name-only", "--relative", "-z", commit) ?? "").split("\0").filter((file) => file !== ""),
    };
  }
  return undefined;
}

function gitText(cwd: string, args: readonly string[]): string | undefined {
  try {
    return execFileSync("git", args, {
      cwd,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
      maxBuffer: 1 << 28,
    });
  } catch {
    return undefined;
  }
}

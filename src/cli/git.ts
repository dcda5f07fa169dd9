import { execFileSync } from "node:child_process";
import { posix, relative, resolve } from "node:path";
import { UserError } from "../errors.ts";
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

/** What `--base` means when it is left out, where the machine does not say more. */
const USUAL = ["origin/HEAD", "origin/main", "origin/master", "main", "master"];

/** Where a change is to land, as the machine says it. */
interface Target {
  /** The variable or flag. */
  readonly where: string;
  readonly branch: string;
  /** Under which names git may know it. */
  readonly refs: readonly string[];
}

function targetOf(env: World["env"], asked: string | undefined): Target | undefined {
  const { GITHUB_BASE_REF: github, CI_MERGE_REQUEST_TARGET_BRANCH_NAME: gitlab } = env;
  const { CI_MERGE_REQUEST_DIFF_BASE_SHA: commit } = env;
  if (asked !== undefined) return { where: `--base ${asked}`, branch: asked.replace(/^origin\//, ""), refs: [asked] };
  const refs = (branch: string) => [`origin/${branch}`, branch];
  if (github) return { where: "GITHUB_BASE_REF", branch: github, refs: refs(github) };
  if (!gitlab) return commit ? { where: "CI_MERGE_REQUEST_DIFF_BASE_SHA", branch: commit, refs: [commit] } : undefined;
  const first = commit ? [commit] : [];
  return { where: "CI_MERGE_REQUEST_TARGET_BRANCH_NAME", branch: gitlab, refs: [...first, ...refs(gitlab)] };
}

/**
 * The merge base with a branch (or what stands for the target of a change); undefined where git does not know one.
 * @throws UserError where a branch is named, by flag or by the machine, and git does not know it: another would be a guess
 */
export function findBase({ cwd, env }: Pick<World, "cwd" | "env">, asked: string | undefined): Base | undefined {
  const git = (...args: string[]) => gitText(cwd, args);
  let changed: readonly string[] | undefined;
  const isRepository = git("rev-parse", "--git-dir") !== undefined;
  const target = targetOf(env, asked);
  for (const name of isRepository ? (target?.refs ?? USUAL) : []) {
    const commit = git("merge-base", name, "HEAD")?.trim();
    if (commit === undefined || commit === "") continue;
    return {
      ref: name === "origin/HEAD" ? (git("rev-parse", "--abbrev-ref", "origin/HEAD")?.trim() ?? name) : name,
      commit,
      show: (file) => git("show", `${commit}:./${relative(cwd, resolve(cwd, file))}`),
      changedFiles: () => {
        changed ??= (git("diff", "--name-only", "--relative", "-z", commit) ?? "")
          .split("\0")
          .filter((file) => file !== "");
        return changed;
      },
    };
  }
  if (target === undefined || (!isRepository && asked === undefined)) return undefined;
  const { where, branch } = target;
  const shallow = git("rev-parse", "--is-shallow-repository")?.trim() === "true" ? " --unshallow" : "";
  const what = `git knows no history that ${branch} and this checkout share.`;
  const isCommit = /^[0-9a-f]{7,64}$/.test(branch);
  const fetched = isCommit ? branch : `+refs/heads/${branch}:refs/remotes/origin/${branch}`;
  const remedy = `Fetch it: git fetch${shallow} origin ${fetched}`;
  throw new UserError({ where, what, remedy: isRepository ? remedy : "Name the old table with --before <file>." });
}

/** A path from the project's folder as one from the root of its repository, which is what services annotate by. */
export function pathsInRepository(cwd: string): (file: string) => string {
  const prefix = gitText(cwd, ["rev-parse", "--show-prefix"])?.trim() ?? "";
  return (file) => (posix.isAbsolute(file) ? file : posix.join(prefix, file));
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

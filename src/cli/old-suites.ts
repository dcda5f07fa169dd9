import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { GateFinding } from "../domain/gate.ts";
import type { Suite } from "../domain/suite.ts";
import { UserError } from "../errors.ts";
import { loadSuite } from "../suite/project.ts";
import { EMPTY_FINDING } from "./gate-overrides.ts";
import type { Base } from "./git.ts";
import { modulesOf, readFrom } from "./suite-files.ts";

/** Suites whose rules may be other ones than at the merge base, by id. */
export interface OldSuites {
  /** As they were then. */
  readonly suites: ReadonlyMap<string, Suite>;
  /** Those that cannot be loaded any more as they were: the file that changed, and why. */
  readonly lost: ReadonlyMap<string, { readonly file: string; readonly reason: string }>;
}

/** Which of these suites have another file now, or import another one from `evals/`: the file, by id. */
export function changedSuites(root: string, base: Base | undefined, names: Iterable<string>): Map<string, string> {
  const changed = new Set((base?.changedFiles() ?? []).filter((file) => file.startsWith("evals/")));
  const found = new Map<string, string>();
  if (changed.size === 0) return found;
  for (const name of names) {
    const file = modulesOf(name, readFrom(root))
      .keys()
      .find((each) => changed.has(each));
    if (file !== undefined) found.set(name, file);
  }
  return found;
}

/**
 * Loads suites as they were at the merge base: their files of then in a folder below the project that is otherwise made of links
 * to what is there now, so that every import finds its way. The folder is gone afterwards.
 */
export async function loadOldSuites(
  root: string,
  base: Base | undefined,
  changed: ReadonlyMap<string, string>,
): Promise<OldSuites> {
  const suites = new Map<string, Suite>();
  const lost = new Map<string, { file: string; reason: string }>();
  for (const [name, file] of changed) {
    const texts = modulesOf(name, (each) => base?.show(each));
    // Where git knows none, or not yet, there are no rules to be looser than.
    if (texts.size === 0) continue;
    try {
      suites.set(name, await loadAsOf(root, name, texts));
    } catch (error) {
      lost.set(name, { file, reason: error instanceof UserError ? error.complaint.what : String(error) });
    }
  }
  return { suites, lost };
}

async function loadAsOf(root: string, name: string, texts: ReadonlyMap<string, string>): Promise<Suite> {
  mkdirSync(join(root, ".signalbox"), { recursive: true });
  // Another name each time: a module is loaded once.
  const folder = mkdtempSync(join(root, ".signalbox", "base-"));
  try {
    for (const [file, text] of texts) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), text);
    }
    linkRest(root, folder, "");
    return (await loadSuite(folder, name)).suite;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const NOT_LINKED = new Set([".git", ".signalbox", "node_modules", "reports", "package.json"]);

function linkRest(root: string, folder: string, below: string): void {
  for (const entry of readdirSync(join(root, below))) {
    if (below === "" && NOT_LINKED.has(entry)) continue;
    const [there, here] = [join(root, below, entry), join(folder, below, entry)];
    if (!existsSync(here)) {
      const isFolder = statSync(there, { throwIfNoEntry: false })?.isDirectory() === true;
      symlinkSync(there, here, isFolder ? "junction" : "file");
    } else if (statSync(here).isDirectory()) linkRest(root, folder, join(below, entry));
  }
}

/** A finding for each that is lost: what cannot be told does not pass. */
export function lostSuites(base: Base | undefined, { lost }: OldSuites): GateFinding[] {
  return [...lost.values()].map(({ file, reason }) => ({
    ...EMPTY_FINDING,
    route: file,
    about: "policy",
    outcome: "inconclusive",
    reason: `The file has changed since ${base?.ref}, and its suite cannot be loaded as it was, so it cannot be told whether its policy is looser (${reason}). A person decides.`,
    file,
    line: 1,
  }));
}

import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import type { Suite } from "../domain/suite.ts";

/** A suite's own file and what it imports from `evals/`, directly or not, as far as `read` knows these files. */
export function modulesOf(suite: string, read: (file: string) => string | undefined): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  const add = (file: string): void => {
    if (texts.has(file)) return;
    const text = read(file);
    if (text === undefined) return;
    texts.set(file, text);
    for (const [, target = ""] of text.matchAll(/(?:from|import)\s*\(?\s*["'](\.[^"']+)["']/g)) {
      const imported = normalize(join(dirname(file), target)).replaceAll("\\", "/");
      if (imported.startsWith("evals/")) add(imported);
    }
  };
  add(`evals/${suite}.ts`);
  return texts;
}

/** Reads a project's files as they are now. */
export function readFrom(root: string): (file: string) => string | undefined {
  return (file) => (existsSync(join(root, file)) ? readFileSync(join(root, file), "utf8") : undefined);
}

/** The files that state what a suite asks and how it scores: its own, what it imports from the project, its rubrics. */
export function filesOfSuite(root: string, suite: Suite): string[] {
  const rubrics = suite.scorers.flatMap(({ options }) => (typeof options.rubric === "string" ? [options.rubric] : []));
  return [...modulesOf(suite.id, readFrom(root)).keys(), ...rubrics];
}

/**
 * sha256 of the code that a suite's scores come from and that its values do not show: the files that it imports from `evals/`,
 * and its own where functions stand in it, for these may call what is declared beside them. Lines of comment do not count.
 */
export function codeOf(root: string, suite: Suite): Record<string, string> {
  const own = `evals/${suite.id}.ts`;
  const files = [...modulesOf(suite.id, readFrom(root))].filter(([file]) => file !== own || bearsCode(suite));
  files.sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(
    files.map(([file, text]) => [file, createHash("sha256").update(withoutComments(text)).digest("hex")]),
  );
}

// Schemas carry the functions of their refinements.
function bearsCode(value: unknown): boolean {
  if (typeof value === "function") return true;
  if (typeof value !== "object" || value === null) return false;
  return "_zod" in value || Object.values(value).some(bearsCode);
}

function withoutComments(text: string): string {
  return text
    .replace(/^[ \t]*\/\*[\s\S]*?\*\//gm, "")
    .split(/\r?\n/)
    .filter((line) => !/^\s*(\/\/|$)/.test(line))
    .join("\n");
}

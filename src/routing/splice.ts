import { isDeepStrictEqual } from "node:util";
import { isScalar, parseDocument } from "yaml";
import { UserError } from "../errors.ts";
import { jsonTree } from "./json-tree.ts";
import { lineAt, type Path, refuse, type Tree, walk } from "./tree.ts";
import { yamlTree } from "./yaml-tree.ts";

/** A text with one value replaced. */
export interface Patch {
  readonly text: string;
  /** The line that differs, from 1. */
  readonly line: number;
}

/**
 * Reads a text. What `.json`, `.jsonc` and `.json5` name is JSON; everything else is YAML.
 * @throws UserError with file and line
 */
export function readTree(text: string, file: string): Tree {
  return /\.json[c5]?$/i.test(file) ? jsonTree(text, file) : yamlTree(text, file);
}

/**
 * Replaces the text at a path by another, at its own place: one line differs, every other byte stays.
 * The result is read again and compared with what was asked for.
 * @throws UserError where the value is shared (anchor, alias, merge key), spans lines, or is no text
 */
export function patchScalar(tree: Tree, path: Path, value: string): Patch {
  const way = walk(tree, path);
  if (way === undefined) {
    throw new UserError({ where: tree.file, what: `There is nothing at ${shown(path)}.`, remedy: "Check the path." });
  }
  const tied = way.find((node) => node.tied !== undefined);
  if (tied !== undefined) {
    const what = `${shown(path)} rests on ${tied.tied}, so replacing it would change more than one value, or none.`;
    refuse(tree, tied.start, what, "Write the value out, then try again; or change it by hand.");
  }
  const node = way.at(-1);
  if (node?.kind !== "scalar" || typeof node.value !== "string") {
    return refuse(tree, node?.start ?? 0, `${shown(path)} holds no text.`, "Write a name there first.");
  }
  const old = tree.text.slice(node.start, node.end);
  if (/[\r\n]/.test(old)) refuse(tree, node.start, `${shown(path)} spans several lines.`, "Write it on one line.");
  if (/[\u0000-\u001f\u007f\u0085\u2028\u2029]/.test(value)) {
    refuse(tree, node.start, "The new value holds a control character.", "Give a name on one line.");
  }
  const wanted = replaced(tree.data, path, value);
  for (const written of spellings(old, value, tree)) {
    const text = tree.text.slice(0, node.start) + written + tree.text.slice(node.end);
    if (reads(text, tree, wanted)) return { text, line: lineAt(tree, node.start) };
  }
  return refuse(tree, node.start, `"${value}" cannot be written in place of ${old}.`, "Change the line by hand.");
}

// The quotes that stand there are kept where they can hold the new value.
function spellings(old: string, value: string, { syntax }: Tree): string[] {
  const double = JSON.stringify(value);
  if (syntax === "json" || old.startsWith('"')) return [double];
  const single = `'${value.replaceAll("'", "''")}'`;
  if (old.startsWith("'")) return [single, double];
  // Readers of YAML 1.1 take more plain words for numbers, dates and booleans.
  const plain = isPlain(value, "1.1") && isPlain(value, "1.2") ? [value] : [];
  return [...plain, double];
}

function isPlain(value: string, version: "1.1" | "1.2"): boolean {
  if (/^[-+.\d:_]+$/.test(value)) return false;
  const document = parseDocument(value, { version, logLevel: "silent" });
  // Asked of the scalar itself: an alias without its anchor has no value to ask for.
  return document.errors.length === 0 && isScalar(document.contents) && document.contents.value === value;
}

function reads(text: string, { file }: Tree, wanted: unknown): boolean {
  try {
    return isDeepStrictEqual(readTree(text, file).data, wanted);
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}

function replaced(data: unknown, [first, ...rest]: Path, value: string): unknown {
  if (first === undefined) return value;
  if (Array.isArray(data))
    return data.map((item, index) => (index === Number(first) ? replaced(item, rest, value) : item));
  const map = data as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(map).map(([key, held]) => [key, key === String(first) ? replaced(held, rest, value) : held]),
  );
}

/** A path as a pointer, `/models/code_generation`. */
export function shown(path: Path): string {
  return `/${path.map((part) => String(part).replaceAll("~", "~0").replaceAll("/", "~1")).join("/")}`;
}

import { type Node, type ParseError, parseTree, printParseErrorCode } from "jsonc-parser";
import { UserError } from "../errors.ts";
import { type Entry, lineAt, type Tree, type TreeNode } from "./tree.ts";

const BOM = "\uFEFF";

/** Reads JSON and JSONC: comments and trailing commas are allowed. @throws UserError with file and line */
export function jsonTree(text: string, file: string): Tree {
  const shift = text.startsWith(BOM) ? BOM.length : 0;
  const faults: ParseError[] = [];
  const root = parseTree(text.slice(shift), faults, { allowTrailingComma: true });
  const [fault] = faults;
  if (fault !== undefined || root === undefined) {
    const where = `${file}:${lineAt({ text }, (fault?.offset ?? 0) + shift)}`;
    const what = fault === undefined ? "The file is empty." : `Not JSON: ${printParseErrorCode(fault.error)}.`;
    throw new UserError({ where, what, remedy: "Mend the line. Comments and trailing commas are allowed." });
  }
  const node = nodeOf(root, shift);
  return { file, text, syntax: "json", root: node, data: dataOf(node) };
}

function nodeOf(node: Node, shift: number): TreeNode {
  const place = { start: node.offset + shift, end: node.offset + node.length + shift };
  const children = node.children ?? [];
  if (node.type === "array") return { kind: "list", items: children.map((child) => nodeOf(child, shift)), ...place };
  if (node.type !== "object") return { kind: "scalar", value: node.value, ...place };
  const entries = children.flatMap((property) => entryOf(property, shift));
  const names = new Set(entries.map(({ key }) => key));
  // Readers differ in which of two equal keys they take.
  return { kind: "map", entries, ...place, tied: names.size < entries.length ? "a key that stands twice" : undefined };
}

function entryOf({ offset, children = [] }: Node, shift: number): Entry[] {
  const [key, value] = children;
  if (key === undefined || value === undefined) return [];
  return [{ key: String(key.value), at: offset + shift, value: nodeOf(value, shift) }];
}

function dataOf(node: TreeNode): unknown {
  if (node.kind === "scalar") return node.value;
  if (node.kind === "list") return node.items.map(dataOf);
  return Object.fromEntries(node.entries.map(({ key, value }) => [key, dataOf(value)]));
}

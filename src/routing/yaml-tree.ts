import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument } from "yaml";
import { messageOf, UserError } from "../errors.ts";
import type { Entry, Tree, TreeNode } from "./tree.ts";

/** Reads YAML (1.2, one document). @throws UserError with file and line */
export function yamlTree(text: string, file: string): Tree {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [fault] = document.errors;
  if (fault !== undefined) {
    const where = `${file}:${lines.linePos(fault.pos[0]).line}`;
    const several = fault.code === "MULTIPLE_DOCS";
    const what = several ? "The file holds several YAML documents." : `Not YAML: ${fault.message}.`;
    throw new UserError({ where, what, remedy: several ? "Keep the routing in a file of its own." : "Mend the line." });
  }
  try {
    return { file, text, syntax: "yaml", root: nodeOf(document.contents, document, file), data: document.toJS() };
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError({ where: file, what: `Not YAML: ${messageOf(error)}.`, remedy: "Mend the file." });
  }
}

function nodeOf(node: unknown, document: Document, file: string): TreeNode {
  if (isAlias(node)) {
    // Read through, so that what is not patched may use aliases; never written through.
    const named = node.resolve(document);
    const shown = named === undefined ? empty() : nodeOf(named, document, file);
    return { ...shown, ...placeOfNode(node), tied: "an alias" };
  }
  if (isMap(node)) {
    const merged = node.items.some(({ key }) => isScalar(key) && key.value === "<<");
    const entries = node.items.flatMap((pair) => entryOf(pair, document, file));
    return { kind: "map", entries, ...placeOfNode(node), tied: merged ? "a merge key (<<)" : tieOf(node) };
  }
  if (isSeq(node)) {
    const items = node.items.map((item) => nodeOf(item, document, file));
    return { kind: "list", items, ...placeOfNode(node), tied: tieOf(node) };
  }
  if (isScalar(node)) {
    const block = node.type === "BLOCK_LITERAL" || node.type === "BLOCK_FOLDED";
    return {
      kind: "scalar",
      value: node.value,
      ...placeOfNode(node),
      tied: block ? "a block of text (| or >)" : tieOf(node),
    };
  }
  return empty();
}

function entryOf({ key, value }: Pair, document: Document, file: string): Entry[] {
  if (!isScalar(key) || key.value === "<<") return [];
  const at = key.range?.[0] ?? 0;
  const node =
    value === null || value === undefined ? { ...empty(), start: at, end: at } : nodeOf(value, document, file);
  return [{ key: String(key.value), at, value: node }];
}

function empty(): TreeNode {
  return { kind: "scalar", value: null, start: 0, end: 0, tied: "nothing at all" };
}

function placeOfNode({ range }: Pick<Node, "range">): { start: number; end: number } {
  return { start: range?.[0] ?? 0, end: range?.[1] ?? 0 };
}

function tieOf(node: Node & { anchor?: string | undefined; tag?: string | undefined }): string | undefined {
  if (node.anchor !== undefined) return `an anchor (&${node.anchor})`;
  return node.tag !== undefined && !node.tag.startsWith("tag:yaml.org,2002:") ? `a tag (${node.tag})` : undefined;
}

import { UserError } from "../errors.ts";

/** A text that has been read, in the one shape that all formats share, with the place of everything. */
export interface Tree {
  /** As errors name the file. */
  readonly file: string;
  readonly text: string;
  readonly syntax: Syntax;
  readonly root: TreeNode;
  /** The whole content as plain data, as any reader of the file sees it. */
  readonly data: unknown;
}

export type Syntax = "yaml" | "json";

interface Placed {
  /** Offsets into the text: from the first character to after the last. */
  readonly start: number;
  readonly end: number;
  /** What keeps a value from being replaced by itself: `an anchor`, `an alias`, `a merge key`, ... */
  readonly tied?: string | undefined;
}

export type TreeNode =
  | (Placed & { readonly kind: "map"; readonly entries: readonly Entry[] })
  | (Placed & { readonly kind: "list"; readonly items: readonly TreeNode[] })
  | (Placed & { readonly kind: "scalar"; readonly value: unknown });

export interface Entry {
  readonly key: string;
  /** Where the key starts. */
  readonly at: number;
  readonly value: TreeNode;
}

export type Path = readonly (string | number)[];

/** The line, from 1, on which an offset stands. */
export function lineAt({ text }: Pick<Tree, "text">, offset: number): number {
  let line = 1;
  for (let at = text.indexOf("\n"); at !== -1 && at < offset; at = text.indexOf("\n", at + 1)) line += 1;
  return line;
}

/** `file:line` of an offset. */
export function placeOf(tree: Tree, offset: number): string {
  return `${tree.file}:${lineAt(tree, offset)}`;
}

/** The value under a key of a map; undefined where there is none. */
export function entryOf(node: TreeNode | undefined, key: string): TreeNode | undefined {
  return node?.kind === "map" ? node.entries.find((entry) => entry.key === key)?.value : undefined;
}

/** The node at a path, and every node on the way to it, itself last; undefined where the path leads nowhere. */
export function walk(tree: Tree, path: Path): TreeNode[] | undefined {
  const way: TreeNode[] = [tree.root];
  for (const part of path) {
    const node = way.at(-1) as TreeNode;
    const next = node.kind === "list" ? node.items[Number(part)] : entryOf(node, String(part));
    if (next === undefined) return undefined;
    way.push(next);
  }
  return way;
}

/** @throws UserError at a place of the file */
export function refuse(tree: Tree, offset: number, what: string, remedy: string): never {
  throw new UserError({ where: placeOf(tree, offset), what, remedy });
}

/** The text that a scalar holds. @throws UserError where it is no text */
export function textOf(tree: Tree, node: TreeNode, what: string): string {
  if (node.kind === "scalar" && typeof node.value === "string" && node.value !== "") return node.value;
  return refuse(tree, node.start, `${what} is no name of a model.`, "Write one name there.");
}

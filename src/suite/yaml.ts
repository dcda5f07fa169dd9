import { readFileSync } from "node:fs";
import { type Document, isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, visit } from "yaml";
import type { z } from "zod";
import { messageOf, UserError } from "../errors.ts";
import { describeIssues } from "./complain.ts";

/** A YAML file that has been read, and a way to say on which line something stands. */
export interface YamlFile<T> {
  readonly value: T;
  /** `file:line` of the key or list item at `path`, or of its nearest parent. */
  where(path: readonly (string | number)[]): string;
}

/**
 * Reads and validates a YAML file.
 * @param shownAs the file's name in errors
 * @throws UserError with file and line when it is missing, is not YAML, or does not fit the schema.
 */
export function readYaml<S extends z.ZodType>(
  file: string,
  schema: S,
  remedy: string,
  shownAs: string = file,
): YamlFile<z.output<S>> {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    throw new UserError({ where: shownAs, what: "The file cannot be read.", remedy });
  }
  return parseYaml(text, shownAs, schema, remedy);
}

/** As {@link readYaml}, over a text; `file` is only named. */
export function parseYaml<S extends z.ZodType>(
  text: string,
  file: string,
  schema: S,
  remedy: string,
): YamlFile<z.output<S>> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number) => `${file}:${lines.linePos(offset).line}`;
  const where = (path: readonly (string | number)[]) => at(offsetOf(document, path));
  const [fault] = document.errors;
  if (fault !== undefined) {
    throw new UserError({ where: at(fault.pos[0]), what: `Not YAML: ${fault.message}.`, remedy: "Mend the line." });
  }
  const parsed = schema.safeParse(contentOf(document, at));
  if (!parsed.success) {
    const { path, text: what } = describeIssues(parsed.error);
    throw new UserError({ where: where(path), what, remedy });
  }
  return { value: parsed.data, where };
}

// An alias of nothing, or of too much, shows only here.
function contentOf(document: Document, at: (offset: number) => string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    let offset = 0;
    visit(document, {
      Alias(_key, alias) {
        offset = alias.range?.[0] ?? 0;
        return alias.resolve(document) === undefined ? visit.BREAK : undefined;
      },
    });
    throw new UserError({ where: at(offset), what: `Not YAML: ${messageOf(error)}.`, remedy: "Mend the line." });
  }
}

/** Where the key (or the list item) at `path` stands, or its nearest parent. Aliases lead to what they name. */
function offsetOf(document: Document, path: readonly (string | number)[]): number {
  let offset = startOf(document.contents) ?? 0;
  let node: unknown = document.contents;
  for (const part of path) {
    const holder = isAlias(node) ? node.resolve(document) : node;
    if (isMap(holder)) {
      const pair = holder.items.find(({ key }) => isScalar(key) && String(key.value) === String(part));
      if (pair === undefined) break;
      offset = startOf(pair.key) ?? offset;
      node = pair.value;
    } else if (isSeq(holder)) {
      node = holder.items[Number(part)];
      offset = startOf(node) ?? offset;
    } else break;
  }
  return offset;
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}

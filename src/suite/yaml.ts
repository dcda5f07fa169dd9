import { readFileSync } from "node:fs";
import { type Document, isNode, LineCounter, parseDocument } from "yaml";
import type { z } from "zod";
import { UserError } from "../errors.ts";
import { describeIssues } from "./complain.ts";

/** A YAML file that has been read, and a way to say on which line something stands. */
export interface YamlFile<T> {
  readonly value: T;
  /** `file:line` of the value at `path`, or of its nearest parent. */
  where(path: readonly (string | number)[]): string;
}

/**
 * Reads and validates a YAML file.
 * @throws UserError with file and line when it is missing, is not YAML, or does not fit the schema.
 */
export function readYaml<S extends z.ZodType>(file: string, schema: S, remedy: string): YamlFile<z.output<S>> {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    throw new UserError({ where: file, what: "The file cannot be read.", remedy });
  }
  return parseYaml(text, file, schema, remedy);
}

/** As {@link readYaml}, over a text; `file` is only named. */
export function parseYaml<S extends z.ZodType>(
  text: string,
  file: string,
  schema: S,
  remedy: string,
): YamlFile<z.output<S>> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const where = (path: readonly (string | number)[]) => locate(document, lines, file, path);
  const [fault] = document.errors;
  if (fault !== undefined) {
    const line = lines.linePos(fault.pos[0]).line;
    const what = `Not YAML: ${fault.message.split("\n")[0]}.`;
    throw new UserError({ where: `${file}:${line}`, what, remedy: "Mend the line." });
  }
  const parsed = schema.safeParse(document.toJS());
  if (!parsed.success) {
    const { path, text: what } = describeIssues(parsed.error);
    throw new UserError({ where: where(path), what, remedy });
  }
  return { value: parsed.data, where };
}

function locate(document: Document, lines: LineCounter, file: string, path: readonly (string | number)[]): string {
  for (let depth = path.length; depth > 0; depth--) {
    const node = document.getIn(path.slice(0, depth), true);
    if (isNode(node) && node.range) return `${file}:${lines.linePos(node.range[0]).line}`;
  }
  return file;
}

import { createHash } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { type Case, CaseSchema } from "../domain/case.ts";
import { UserError } from "../errors.ts";
import { describeIssues } from "./complain.ts";

/** A case and where it stands. */
export interface DatasetLine {
  readonly item: Case;
  /** `file:line`. */
  readonly where: string;
}

/** A parsed JSON value of a JSONL file and where it stands. */
export interface JsonLine {
  readonly value: unknown;
  readonly where: string;
}

/**
 * Streams a JSONL file, one value a line; empty lines are skipped, a BOM and CRLF are accepted.
 * @throws UserError with file and line when the file is missing or a line is not JSON.
 */
export async function* readJsonLines(file: string, shownAs: string = file): AsyncGenerator<JsonLine> {
  if (!existsSync(file)) {
    const remedy = "Check the path, or create the file: one JSON object a line.";
    throw new UserError({ where: shownAs, what: "The file does not exist.", remedy });
  }
  const lines = createInterface({ input: createReadStream(file, "utf8"), crlfDelay: Number.POSITIVE_INFINITY });
  let number = 0;
  for await (const raw of lines) {
    number += 1;
    const line = number === 1 ? raw.replace(/^\uFEFF/, "") : raw;
    if (line.trim() === "") continue;
    const where = `${shownAs}:${number}`;
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch (error) {
      const what = `The line is not JSON: ${(error as Error).message}.`;
      throw new UserError({
        where,
        what,
        remedy: "Write one whole JSON object a line, with no comment or comma after it.",
      });
    }
    yield { value, where };
  }
}

/**
 * Streams the cases of a dataset.
 * @throws UserError with file and line on a line that is not a case, on an id that stands twice, and on an empty file.
 */
export async function* readDataset(file: string, shownAs: string = file): AsyncGenerator<DatasetLine> {
  const seen = new Map<string, string>();
  for await (const { value, where } of readJsonLines(file, shownAs)) {
    const parsed = CaseSchema.safeParse(value);
    if (!parsed.success) {
      const what = `Not a case: ${describeIssues(parsed.error).text}`;
      throw new UserError({ where, what, remedy: "docs/datasets.md lists the fields of a case." });
    }
    const { id } = parsed.data;
    const first = seen.get(id);
    if (first !== undefined) {
      const what = `Case id "${id}" stands on ${first} already.`;
      throw new UserError({
        where,
        what,
        remedy: "Ids name the same case in every run, so each must be unique. Rename one.",
      });
    }
    seen.set(id, where.slice(where.lastIndexOf(":") + 1).replace(/^/, "line "));
    yield { item: parsed.data, where };
  }
  if (seen.size === 0) {
    throw new UserError({ where: shownAs, what: "The dataset has no case.", remedy: "Add at least one line." });
  }
}

/** sha256 of a file, as hex. */
export async function fileSha256(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

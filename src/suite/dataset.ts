import { createHash } from "node:crypto";
import { closeSync, openSync, readSync, statSync } from "node:fs";
import { z } from "zod";
import { type Case, CaseSchema } from "../domain/case.ts";
import { Growing } from "../domain/growing.ts";
import { Texts } from "../domain/texts.ts";
import { messageOf, UserError } from "../errors.ts";
import { readLines } from "../lines.ts";
import { describeIssues } from "./complain.ts";

/** A case and where it stands. */
export interface DatasetLine {
  readonly item: Case;
  /** `file:line`. */
  readonly where: string;
  /** The line, from 1. */
  readonly number: number;
  /** Where the line starts, in bytes. */
  readonly at: number;
}

/** A parsed JSON value of a JSONL file and where it stands. */
export interface JsonLine {
  readonly value: unknown;
  /** `file:line`. */
  readonly where: string;
  /** The line, from 1. */
  readonly number: number;
  /** Where the line starts, in bytes. */
  readonly at: number;
}

/**
 * Streams a JSONL file, one value a line; empty lines are skipped, a BOM and CRLF are accepted.
 * @throws UserError with file and line when the file is missing or a line is not JSON.
 */
export function* readJsonLines(file: string, shownAs: string = file): Generator<JsonLine> {
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) {
    const remedy = "Check the path, or create the file: one JSON object a line.";
    throw new UserError({ where: shownAs, what: "The file does not exist.", remedy });
  }
  for (const { text, number, at } of readLines(file)) {
    if (text.trim() === "") continue;
    const where = `${shownAs}:${number}`;
    yield { value: parseJsonLine(text, where), where, number, at };
  }
}

/** The value of a line; a BOM before it is passed over. @throws UserError when it is not JSON */
export function parseJsonLine(text: string, where: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    // V8 counts the line inside the text it was given, which is always the first.
    const fault = messageOf(error).replace(/ at position \d+ \(line 1 column (\d+)\)/, " at column $1");
    const remedy = "Write one whole JSON object a line, with no comment or comma after it.";
    throw new UserError({ where, what: `The line is not JSON: ${fault}.`, remedy });
  }
}

/** @throws UserError when the value is not a case */
export function parseCase(value: unknown, where: string): Case {
  const parsed = CaseSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const { data } = Named.safeParse(value);
  const what = `${data === undefined ? "Not a case" : `Case "${data.id}" is none`}: ${describeIssues(parsed.error).text}`;
  throw new UserError({ where, what, remedy: "docs/datasets.md lists the fields of a case." });
}

const Named = z.looseObject({ id: z.string().min(1) });

/**
 * Streams the cases of a dataset.
 * @param lineOf gives the line of an id that was streamed before, for who keeps them anyway
 * @throws UserError with file and line on a line that is not a case, on an id that stands twice, and on an empty file.
 */
export function* readDataset(
  file: string,
  shownAs: string = file,
  lineOf?: (id: string) => number | undefined,
): Generator<DatasetLine> {
  const seen = new Texts();
  const lines = new Growing((buffer) => new Uint32Array(buffer));
  const seenOn = (id: string) => {
    const known = seen.indexOf(id);
    return known === undefined ? undefined : lines.values[known];
  };
  let isEmpty = true;
  for (const { value, where, number, at } of readJsonLines(file, shownAs)) {
    const item = parseCase(value, where);
    const first = (lineOf ?? seenOn)(item.id);
    if (first !== undefined) {
      const what = `Case id "${item.id}" stands on line ${first} already.`;
      const remedy = "Ids name the same case in every run, so each must be unique. Rename one.";
      throw new UserError({ where, what, remedy });
    }
    if (lineOf === undefined) {
      seen.add(item.id);
      lines.push(number);
    }
    isEmpty = false;
    yield { item, where, number, at };
  }
  if (isEmpty) {
    throw new UserError({ where: shownAs, what: "The dataset has no case.", remedy: "Add at least one line." });
  }
}

const HASHED_AT_ONCE = 1 << 18;

/** sha256 of a file, as hex. */
export function fileSha256(file: string): string {
  const hash = createHash("sha256");
  // One buffer for the whole file: those of a stream would wait for the collector by the hundred.
  const buffer = Buffer.allocUnsafe(HASHED_AT_ONCE);
  const descriptor = openSync(file, "r");
  try {
    for (;;) {
      const bytesRead = readSync(descriptor, buffer);
      if (bytesRead === 0) return hash.digest("hex");
      hash.update(buffer.subarray(0, bytesRead));
    }
  } finally {
    closeSync(descriptor);
  }
}

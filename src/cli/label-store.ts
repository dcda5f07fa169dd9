import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { type Label, type LabelLine, LabelLineSchema } from "../domain/label.ts";
import { UserError } from "../errors.ts";
import { describeIssues } from "../suite/complain.ts";

/** Where the labels of a suite are kept. */
export function labelsFile(root: string, suite: string): string {
  return join(root, "datasets", "labels", `${suite}.jsonl`);
}

/**
 * The labels of a file that were not undone, in order; none where there is no file. A last line without its end was torn
 * while being written and does not count.
 * @throws UserError with the line of what is no label
 */
export function readLabels(file: string): Label[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").split("\n").slice(0, -1);
  const labels = new Map<string, Label>();
  for (const [at, text] of lines.entries()) {
    if (text.trim() === "") continue;
    const line = parse(text, `datasets/labels/${basename(file)}:${at + 1}`);
    if (line.kind === "undo") labels.delete(line.of);
    else labels.set(line.id, line);
  }
  return [...labels.values()];
}

/**
 * Adds lines to a file of labels, and returns when they are on disk.
 * @param scrub takes secrets out of what is written
 */
export function appendLabels(file: string, lines: readonly LabelLine[], scrub = (text: string) => text): void {
  const descriptor = openForAppending(file);
  try {
    cutTornLine(descriptor, file);
    const bytes = Buffer.from(scrub(lines.map((line) => `${JSON.stringify(line)}\n`).join("")));
    for (let written = 0; written < bytes.length; ) written += writeSync(descriptor, bytes, written);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function openForAppending(file: string): number {
  try {
    mkdirSync(dirname(file), { recursive: true });
    return openSync(file, "a+");
  } catch (error) {
    const what = `The file cannot be written (${(error as NodeJS.ErrnoException).code}).`;
    throw new UserError({ where: `datasets/labels/${basename(file)}`, what, remedy: "Check its permissions." });
  }
}

// A file of labels is small: it holds what people typed.
function cutTornLine(descriptor: number, file: string): void {
  const { size } = fstatSync(descriptor);
  const whole = size === 0 ? 0 : readFileSync(file).lastIndexOf(0x0a) + 1;
  if (whole < size) ftruncateSync(descriptor, whole);
}

function parse(text: string, where: string): LabelLine {
  const remedy = "Mend or delete the line (docs/judges.md shows one).";
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new UserError({ where, what: "The line is not JSON.", remedy });
  }
  const parsed = LabelLineSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new UserError({ where, what: `The line is no label: ${describeIssues(parsed.error).text}`, remedy });
}

import { renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** Writes a file whole or not at all: under another name first, then renamed. */
export function writeWhole(file: string, text: string): void {
  const draft = join(dirname(file), `.${basename(file)}.${process.pid}.draft`);
  writeFileSync(draft, text);
  renameSync(draft, file);
}

/** Two spaces, a newline at the end: a file that people can read and compare. */
export function writeJson(file: string, value: unknown, scrub: (text: string) => string): void {
  writeWhole(file, scrub(`${JSON.stringify(value, null, 2)}\n`));
}

/** Points `link` at a sibling folder, in one step, so that no reader ever finds it missing. */
export function pointTo(link: string, folder: string): void {
  const draft = `${link}.${process.pid}.draft`;
  rmSync(draft, { force: true });
  symlinkSync(folder, draft, "dir");
  renameSync(draft, link);
}

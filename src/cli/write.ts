import { renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { UserError } from "../errors.ts";

/** Writes a file whole or not at all: under another name first, then renamed. */
export function writeWhole(file: string, text: string): void {
  const draft = join(dirname(file), `.${basename(file)}.${process.pid}.draft`);
  try {
    writeFileSync(draft, text);
    renameSync(draft, file);
  } catch (error) {
    const what = `The file cannot be written (${(error as NodeJS.ErrnoException).code}).`;
    throw new UserError({
      where: file,
      what,
      remedy: "Check permissions and free space, or give another folder with --out.",
    });
  }
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

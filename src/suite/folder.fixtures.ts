import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { UserError } from "../errors.ts";

/** A temporary folder with these files, by path. Gone when the test ends. */
export function makeFolder(files: Readonly<Record<string, string>>): {
  readonly root: string;
  [Symbol.dispose](): void;
} {
  const root = mkdtempSync(join(tmpdir(), "signalbox-suite-"));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return { root, [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }) };
}

/** What is said to the user. Anything else that is thrown is thrown on. */
export async function complaintOf(work: () => unknown): Promise<string | undefined> {
  try {
    await work();
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
  return undefined;
}

import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { type RunFile, RunFileSchema } from "../domain/run.ts";
import { UserError } from "../errors.ts";
import { describeIssues } from "../suite/complain.ts";

/** Runs of a suite that are saved below a folder of reports, oldest first. */
export function savedRuns(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name !== "latest" && !name.startsWith(".") && existsSync(join(folder, name, "run.json")))
    .filter((name) => statSync(join(folder, name)).isDirectory())
    .sort();
}

/** Reads `run.json` of a run's folder. @throws UserError when it is not there or not whole. */
export function readRun(directory: string): RunFile {
  const file = join(directory, "run.json");
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, "utf8"));
  } catch {
    throw new UserError({
      where: file,
      what: "The file cannot be read as JSON.",
      remedy: "Name another run, or run the suite again.",
    });
  }
  const parsed = RunFileSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const what = `Not a run of this version: ${describeIssues(parsed.error).text}`;
  throw new UserError({ where: file, what, remedy: "Run the suite again." });
}

import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { DecisionSchema } from "../domain/decision.ts";
import { ExitCode, UserError } from "../errors.ts";
import { type IndexedSuite, renderIndex } from "../report/html-index.ts";
import { describeIssues } from "../suite/complain.ts";
import { OUTPUTS } from "./conclude.ts";
import { readKeys } from "./keys.ts";
import { readRun, savedRuns } from "./saved-runs.ts";
import type { World } from "./world.ts";
import { writeWhole } from "./write.ts";

/** `report` without a suite: writes `reports/index.html` over every saved run. Returns the exit code. @throws UserError when there is none */
export function writeIndex(world: World, options: { readonly out?: string }): number {
  const folder = resolve(world.cwd, options.out ?? "reports");
  const names = existsSync(folder) ? readdirSync(folder, { withFileTypes: true }) : [];
  const suites = names
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort()
    .map((name) => suiteIn(folder, name));
  const found = suites.filter(({ runs, unread }) => runs.length + unread.length > 0);
  if (found.length === 0) {
    throw new UserError({
      where: relative(world.cwd, folder) || ".",
      what: "There is no saved run.",
      remedy: "Make one: npm run eval research",
    });
  }
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "index.html");
  writeWhole(file, readKeys(world).scrub(renderIndex(found, world.clock.now())));
  world.stdout(`Index: ${relative(world.cwd, file)}\n`);
  return ExitCode.done;
}

function suiteIn(folder: string, id: string): IndexedSuite {
  const runs: IndexedSuite["runs"][number][] = [];
  const unread: IndexedSuite["unread"][number][] = [];
  for (const name of savedRuns(join(folder, id))) {
    const directory = join(folder, id, name);
    try {
      const run = readRun(directory);
      const file = join(directory, OUTPUTS.decision);
      if (!existsSync(file)) {
        unread.push({ name, reason: run.status === "complete" ? "it has no decision.json" : `it is ${run.status}` });
        continue;
      }
      const parsed = DecisionSchema.safeParse(JSON.parse(readFileSync(file, "utf8")));
      if (!parsed.success)
        unread.push({ name, reason: `not a decision of this version: ${describeIssues(parsed.error).text}` });
      else runs.push({ run, decision: parsed.data, path: `${id}/${name}/${OUTPUTS.html}` });
    } catch (error) {
      if (!(error instanceof UserError) && !(error instanceof SyntaxError)) throw error;
      unread.push({ name, reason: error instanceof UserError ? error.complaint.what : "decision.json is not JSON" });
    }
  }
  runs.sort((a, b) => a.run.manifest.startedAt.localeCompare(b.run.manifest.startedAt));
  return { id, runs, unread };
}

import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { DecisionSchema } from "../domain/decision.ts";
import { ExitCode, UserError } from "../errors.ts";
import { renderIndex } from "../report/html-index.ts";
import type { IndexedSuite, IndexInput } from "../report/index-routes.ts";
import { describeIssues } from "../suite/complain.ts";
import { provenModel } from "../suite/plan.ts";
import { suiteNames } from "../suite/project.ts";
import { loadRouting } from "../suite/routing-file.ts";
import { type Keys, readKeys } from "./keys.ts";
import { OUTPUTS } from "./outputs.ts";
import { readNow, sourceReader } from "./routing-source.ts";
import { readRun, savedRuns } from "./saved-runs.ts";
import { chooseTables } from "./tables.ts";
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
  const keys = readKeys(world);
  const { table, problems } = tableNow(world.cwd, keys, found);
  for (const problem of problems) world.stderr(`${problem}\n`);
  writeWhole(file, keys.scrub(renderIndex({ suites: found, table, problems, now: world.clock.now() })));
  world.stdout(`Index: ${relative(world.cwd, file)}\n`);
  return ExitCode.done;
}

/** The routes of the table that a run would decide now. A table that cannot be read is a problem of its own, not of the index. */
function tableNow(root: string, keys: Keys, suites: readonly IndexedSuite[]): Pick<IndexInput, "table" | "problems"> {
  const isReal = suites.some(({ runs }) => runs.some(({ decision }) => !decision.simulated));
  const { catalog, routing } = chooseTables(root, {}, keys, isReal);
  if (!existsSync(join(root, routing))) return { table: undefined, problems: [] };
  try {
    const { models } = catalog().value;
    const known = { models: models.map(({ id }) => id), suites: suiteNames(root) };
    const { value } = loadRouting(root, routing, { ...known, sourced: sourceReader(models, readNow(root)) });
    const routes = Object.entries(value.routes).map(([route, { suite, model }]) => ({
      route,
      suite,
      model,
      proven: provenModel(value, route) ?? model,
    }));
    return { table: { file: routing, routes }, problems: [] };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { table: undefined, problems: [error.message] };
  }
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
  runs.sort((a, b) => Date.parse(a.run.manifest.startedAt) - Date.parse(b.run.manifest.startedAt));
  return { id, runs, unread };
}

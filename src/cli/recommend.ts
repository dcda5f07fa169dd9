import { resolve } from "node:path";
import { createTwoFilesPatch } from "diff";
import { inOrder, recommend } from "../compare/recommend.ts";
import type { Catalog } from "../domain/model.ts";
import type { Audit, Recommendation } from "../domain/recommendation.ts";
import type { Routing } from "../domain/routing.ts";
import type { Suite } from "../domain/suite.ts";
import { ExitCode, UserError } from "../errors.ts";
import { renderAudit, renderAuditMarkdown } from "../report/gate/audit.ts";
import { type Layout, layoutOf, listTasks, switchTask } from "../routing/listing.ts";
import { nameOf } from "../routing/names.ts";
import { readTree } from "../routing/splice.ts";
import { provenModel, routePolicy } from "../suite/plan.ts";
import { loadCatalog, loadSuite, suiteNames } from "../suite/project.ts";
import { loadRouting } from "../suite/routing-file.ts";
import { callsADay } from "../suite/volume.ts";
import type { RecommendOptions } from "./commands/recommend.ts";
import { modelsNow } from "./evidence-check.ts";
import { judgedCatalog } from "./gate-catalog.ts";
import { flagsGiven } from "./gate-commands.ts";
import { drawEvidence } from "./gate-evidence.ts";
import { overridesOf } from "./gate-overrides.ts";
import { loadLedger } from "./ledger.ts";
import { paramsAfter, readNow, sourceReader } from "./routing-source.ts";
import type { World } from "./world.ts";
import { writeWhole } from "./write.ts";

/** `recommend`: audits the table. Returns the exit code. @throws UserError for a table that cannot be read */
export async function runRecommend(world: World, options: RecommendOptions): Promise<number> {
  const root = world.cwd;
  const catalog = loadCatalog(root, options.catalog).value;
  const known = { models: catalog.models.map(({ id }) => id), suites: suiteNames(root) };
  const read = readNow(root);
  const table = loadRouting(root, options.routing, { ...known, sourced: sourceReader(catalog.models, read) }).value;
  const audit = await auditOf(world, { options, table, catalog });
  const switches = switchedFile({ table, catalog, read, options, routes: audit.routes });
  const format = options.json === true ? "json" : options.format;
  const texts = {
    text: () => renderAudit(audit),
    md: () => renderAuditMarkdown(audit),
    json: () => `${JSON.stringify(audit, null, 2)}\n`,
    diff: () => diffOf(switches),
  };
  world.stdout(texts[format]());
  for (const line of [...switches.leftAlone, ...switches.complaints]) world.stderr(`${line}\n`);
  if (options.write === true && switches.after !== switches.before) {
    writeWhole(resolve(root, switches.file), switches.after);
    world.stderr(`${switches.file}: ${switches.lines.map((line) => `line ${line}`).join(", ")} changed.\n`);
  }
  const failed = switches.complaints.length > 0 && (options.write === true || format === "diff");
  return failed ? ExitCode.usage : ExitCode.done;
}

async function auditOf(
  world: World,
  {
    options,
    table,
    catalog,
  }: { readonly options: RecommendOptions; readonly table: Routing; readonly catalog: Catalog },
): Promise<Audit> {
  const now = world.clock.now();
  const reports = resolve(world.cwd, options.out ?? "reports");
  const suites = new Map<string, Suite>();
  for (const name of new Set(Object.values(table.routes).map(({ suite }) => suite))) {
    suites.set(name, (await loadSuite(world.cwd, name)).suite);
  }
  const { gone } = judgedCatalog(catalog, undefined, now);
  const asked = Object.entries(table.routes).map(([route, { suite, volume, model }]) => ({
    route,
    suite,
    incumbent: provenModel(table, route) ?? model,
    isGone: gone(provenModel(table, route) ?? model) !== undefined,
    policy: routePolicy(table, route, suites.get(suite) as Suite),
    volume: callsADay(volume, `The volume of route "${route}"`),
  }));
  const evidence = drawEvidence({
    root: world.cwd,
    reports,
    suites,
    asked,
    catalog,
    evidenceKey: table.evidenceKey,
    ledger: loadLedger(reports),
    now,
    described: true,
  });
  const overrides = new Map(overridesOf(table, now).map(({ route, what: _, ...rest }) => [route, rest]));
  const paramsOf = paramsAfter(table.source, catalog.models, readNow(world.cwd));
  const routes = asked.map(({ route, suite, incumbent, policy, volume }) =>
    recommend(
      {
        route,
        current: table.routes[route] as Routing["routes"][string],
        proven: incumbent,
        policy,
        volume,
        evidence: evidence.get(suite) ?? { state: "refused", reason: "There is no evidence.", settle: true },
        moved: undefined,
        models: modelsNow(suites.get(suite) as Suite, catalog),
        override: overrides.get(route) ?? null,
        gone: gone(incumbent),
        flags: flagsGiven({ ...options, table: options.routing }),
        paramsOf: paramsOf(route),
      },
      now,
    ),
  );
  return { version: 1, table: options.routing, routes: inOrder(routes) };
}

interface Switched {
  /** The file that states the models. */
  readonly file: string;
  readonly before: string;
  readonly after: string;
  readonly lines: readonly number[];
  /** Switches that are not made because an exception stands. */
  readonly leftAlone: readonly string[];
  /** Switches that one line cannot make, with the reason. */
  readonly complaints: readonly string[];
}

/** The file with every recommended switch made, a line each. Nothing is written. */
function switchedFile(given: {
  readonly table: Routing;
  readonly catalog: Catalog;
  readonly read: (file: string) => string;
  readonly options: RecommendOptions;
  readonly routes: readonly Recommendation[];
}): Switched {
  const { table, catalog, options } = given;
  const { source } = table;
  const file = source?.file ?? options.routing;
  const layout: Layout =
    source === undefined ? { format: "locator", locator: "/routes/{task}/model" } : layoutOf(source);
  const before = given.read(file);
  const lines: number[] = [];
  const leftAlone: string[] = [];
  const complaints: string[] = [];
  let after = before;
  for (const { route, verdict, candidate } of given.routes) {
    if (verdict !== "switch" || candidate === null) continue;
    const override = table.overrides[route];
    // The gate would find an exception for a model that does not serve.
    if (override?.model !== undefined) {
      const who = `${override.by}, until ${override.until}`;
      leftAlone.push(
        `${route} is left alone: its exception for ${override.model} stands (${who}). Take that out first.`,
      );
      continue;
    }
    const tree = readTree(after, file);
    const task = source?.tasks[route] ?? route;
    try {
      const like = listTasks(tree, layout).find(({ key }) => key === task)?.model ?? candidate;
      const name = source === undefined ? candidate : nameOf(candidate, like, catalog.models, source.names);
      const patch = switchTask(tree, layout, task, name ?? candidate);
      after = patch.text;
      lines.push(patch.line);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      complaints.push(error.message);
    }
  }
  return { file, before, after, lines: lines.toSorted((a, b) => a - b), leftAlone, complaints };
}

function diffOf({ file, before, after }: Switched): string {
  return before === after ? "" : createTwoFilesPatch(`a/${file}`, `b/${file}`, before, after).replace(/^=+\n/, "");
}

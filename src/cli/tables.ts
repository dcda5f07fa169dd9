import { existsSync, readFileSync } from "node:fs";
import { isAbsolute, join, relative } from "node:path";
import type { Catalog } from "../domain/model.ts";
import type { CaseFact, PlannedRoute } from "../domain/run.ts";
import { inSlice } from "../domain/slice.ts";
import type { Suite } from "../domain/suite.ts";
import { UserError } from "../errors.ts";
import { suggest } from "../suite/complain.ts";
import { plannedRoutes, suitePolicy } from "../suite/plan.ts";
import { loadCatalog, suiteNames } from "../suite/project.ts";
import { loadRouting } from "../suite/routing-file.ts";
import type { YamlFile } from "../suite/yaml.ts";
import type { Keys } from "./keys.ts";
import type { RunOptions } from "./options.ts";
import { readNow, sourceReader } from "./routing-source.ts";

const LIVE = { catalog: "models.yaml", routing: "routing.yaml" };
const DEMO = { catalog: "evals/demo/models.yaml", routing: "evals/demo/routing.yaml" };

/** The catalogue and the routing table of a run: the flags', the project's own, or the simulated fleet's where no key is. */
export function chooseFiles(root: string, options: RunOptions, keys: Keys, recorded: boolean): typeof LIVE {
  const live = existsSync(join(root, LIVE.catalog)) ? loadCatalog(root, LIVE.catalog).value : undefined;
  const demo = existsSync(join(root, DEMO.catalog)) ? loadCatalog(root, DEMO.catalog).value : undefined;
  const asked = [...(options.models ?? []), ...(options.incumbent ?? [])].map((name) => name.split("#")[0] ?? name);
  const names = (catalog: Catalog | undefined) => catalog?.models.map(({ id }) => id) ?? [];
  const isDemo = asked.length > 0 && asked.every((id) => names(demo).includes(id) && !names(live).includes(id));
  const isLive = asked.some((id) => names(live).includes(id));
  const hasKey = live?.models.some((model) => keys.of(model, live) !== undefined) === true;
  const pair = !isDemo && (recorded || isLive || hasKey || demo === undefined) ? LIVE : DEMO;
  return {
    catalog: pathFrom(root, options.catalog) ?? pair.catalog,
    routing: pathFrom(root, options.routing) ?? pair.routing,
  };
}

function pathFrom(root: string, file: string | undefined): string | undefined {
  return file !== undefined && isAbsolute(file) ? relative(root, file) : file;
}

/** The routes a run decides: the table's, or one for each `--incumbent`. @throws UserError where there is none. */
export function routesOf(given: {
  readonly root: string;
  readonly suite: Suite;
  readonly catalog: YamlFile<Catalog>;
  readonly options: RunOptions;
  readonly routing: string;
}): PlannedRoute[] {
  const { root, suite, catalog, options } = given;
  const models = catalog.value.models.map(({ id }) => id);
  if (options.incumbent !== undefined) {
    return options.incumbent.map((incumbent) => {
      if (!models.includes(incumbent)) {
        throw new UserError({
          where: "--incumbent",
          what: `There is no model "${incumbent}".`,
          remedy: suggest(incumbent, models),
        });
      }
      const route = options.incumbent?.length === 1 ? suite.id : `${suite.id}:${incumbent}`;
      return { route, incumbent, slice: {}, policy: suitePolicy(suite), volume: null };
    });
  }
  const suites = suiteNames(root);
  const remedy = "Name the model that serves the task today: --incumbent <model>.";
  if (!existsSync(join(root, given.routing))) {
    throw new UserError({ where: given.routing, what: "There is no routing table.", remedy });
  }
  const recorded = options.replay !== undefined;
  const { value: table } = loadRouting(root, given.routing, {
    sourced: sourceReader(catalog.value.models, readNow(root)),
    models: recorded ? [...models, ...anyModel(root, given.routing)] : models,
    suites,
  });
  const routes = plannedRoutes(table, suite).filter(({ incumbent }) => !recorded || models.includes(incumbent));
  if (routes.length > 0) return routes;
  const what = `No route rests on the suite "${suite.id}"${recorded ? " and is served by a recorded model" : ""}, so there is nothing to compare with.`;
  throw new UserError({ where: given.routing, what, remedy });
}

// With recorded answers the table's own models may well be absent: that is no mistake of the table's.
function anyModel(root: string, routing: string): string[] {
  return [...readFileSync(join(root, routing), "utf8").matchAll(/model:\s*["']?([\w./:#-]+)/g)].map(
    (hit) => hit[1] as string,
  );
}

/** @throws UserError for a route whose slice no case carries: it could never be decided. */
export function checkSlices(routes: readonly PlannedRoute[], cases: readonly CaseFact[], file: string): void {
  const empty = routes.find(({ slice }) => !cases.some(({ tags }) => inSlice(tags, slice)));
  if (empty === undefined) return;
  const wanted = Object.entries(empty.slice)
    .map(([tag, value]) => `${tag}=${value}`)
    .join(", ");
  const remedy = "Mend the slice, or tag the cases.";
  throw new UserError({
    where: file,
    what: `No case carries the slice of route "${empty.route}" (${wanted}).`,
    remedy,
  });
}

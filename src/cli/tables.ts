import { existsSync, readFileSync } from "node:fs";
import { isAbsolute, join, relative } from "node:path";
import type { Catalog } from "../domain/model.ts";
import type { CaseFacts, PlannedRoute } from "../domain/run.ts";
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

/** The tables of a run. */
interface Tables {
  /** @throws UserError as {@link loadCatalog} does */
  readonly catalog: () => YamlFile<Catalog>;
  /** Where the routing table is. */
  readonly routing: string;
}

/** The catalogue and the routing table of a run: the flags', the project's own, or the simulated fleet's where no key is. */
export function chooseTables(
  root: string,
  options: Pick<RunOptions, "models" | "incumbent" | "catalog" | "routing">,
  keys: Keys,
  recorded: boolean,
): Tables {
  const loaded = new Map<string, YamlFile<Catalog>>();
  const load = (file: string) => {
    const catalog = loaded.get(file) ?? loadCatalog(root, file);
    loaded.set(file, catalog);
    return catalog;
  };
  const ifThere = (file: string) => (existsSync(join(root, file)) ? load(file).value : undefined);
  const [live, demo] = [ifThere(LIVE.catalog), ifThere(DEMO.catalog)];
  const incumbents = (options.incumbent ?? []).map((entry) => entry.slice(entry.indexOf("=") + 1));
  const asked = [...(options.models ?? []), ...incumbents].map((name) => name.split("#")[0] ?? name);
  const names = (catalog: Catalog | undefined) => catalog?.models.map(({ id }) => id) ?? [];
  const isDemo = asked.length > 0 && asked.every((id) => names(demo).includes(id) && !names(live).includes(id));
  const isLive = asked.some((id) => names(live).includes(id));
  const hasKey = live?.models.some((model) => keys.of(model, live) !== undefined) === true;
  const pair = !isDemo && (recorded || isLive || hasKey || demo === undefined) ? LIVE : DEMO;
  const catalog = pathFrom(root, options.catalog) ?? pair.catalog;
  return { catalog: () => load(catalog), routing: pathFrom(root, options.routing) ?? pair.routing };
}

function pathFrom(root: string, file: string | undefined): string | undefined {
  return file !== undefined && isAbsolute(file) ? relative(root, file) : file;
}

/**
 * The routes a run decides: the table's (with `--incumbent route=model`, as if that model served), or one for each
 * `--incumbent model`. @throws UserError where there is none.
 */
export function routesOf(given: {
  readonly root: string;
  readonly suite: Suite;
  readonly catalog: YamlFile<Catalog>;
  /** The project's own catalogue: that of a replay names recorded models. */
  readonly base: YamlFile<Catalog>;
  readonly options: RunOptions;
  readonly routing: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}): PlannedRoute[] {
  const { root, suite, catalog, base, options } = given;
  const models = catalog.value.models.map(({ id }) => id);
  const stated = incumbentsOf(options, models);
  if (stated.alone.length > 0) {
    return stated.alone.map((incumbent) => {
      const route = stated.alone.length === 1 ? suite.id : `${suite.id}:${incumbent}`;
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
    sourced: sourceReader(base.value.models, readNow(root)),
    models: recorded ? [...models, ...anyModel(root, given.routing)] : models,
    suites,
  });
  const planned = plannedRoutes(table, suite, given.now);
  const unknown = [...stated.byRoute.keys()].find((key) => !planned.some(({ route }) => route === key));
  if (unknown !== undefined) {
    const what = `No route "${unknown}" rests on the suite "${suite.id}".`;
    const known = planned.map(({ route }) => route);
    throw new UserError({ where: "--incumbent", what, remedy: suggest(unknown, known) });
  }
  const routes = planned
    .map((route) => ({ ...route, incumbent: stated.byRoute.get(route.route) ?? route.incumbent }))
    .filter(({ incumbent }) => !recorded || models.includes(incumbent));
  if (routes.length > 0) return routes;
  const what = `No route rests on the suite "${suite.id}"${recorded ? " and is served by a recorded model" : ""}, so there is nothing to compare with.`;
  throw new UserError({ where: given.routing, what, remedy });
}

/** `--incumbent`: models for routes of the table (`route=model`), or models alone. @throws UserError for both at once, or an unknown model */
function incumbentsOf(
  { incumbent = [] }: RunOptions,
  models: readonly string[],
): { readonly byRoute: ReadonlyMap<string, string>; readonly alone: readonly string[] } {
  const pairs = incumbent.map((entry): [string | undefined, string] => {
    const at = entry.indexOf("=");
    return at === -1 ? [undefined, entry] : [entry.slice(0, at), entry.slice(at + 1)];
  });
  const unknown = pairs.find(([, model]) => !models.includes(model))?.[1];
  if (unknown !== undefined) {
    const what = `There is no model "${unknown}".`;
    throw new UserError({ where: "--incumbent", what, remedy: suggest(unknown, models) });
  }
  const byRoute = new Map(pairs.flatMap(([route, model]) => (route === undefined ? [] : [[route, model] as const])));
  const alone = pairs.flatMap(([route, model]) => (route === undefined ? [model] : []));
  if (byRoute.size > 0 && alone.length > 0) {
    const what = "Models for routes and models alone are given together.";
    throw new UserError({ where: "--incumbent", what, remedy: "Give either a,b or route=a,other=b." });
  }
  return { byRoute, alone };
}

// With recorded answers the table's own models may well be absent: that is no mistake of the table's.
function anyModel(root: string, routing: string): string[] {
  return [...readFileSync(join(root, routing), "utf8").matchAll(/model:\s*["']?([\w./:#-]+)/g)].map(
    (hit) => hit[1] as string,
  );
}

/** @throws UserError for a route whose slice no case carries: it could never be decided. */
export function checkSlices(routes: readonly PlannedRoute[], cases: CaseFacts, file: string): void {
  const empty = routes.find(({ slice }) => cases.values().every(({ tags }) => !inSlice(tags, slice)));
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

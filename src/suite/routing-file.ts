import { readFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import { type Route, type Routing, type RoutingFile, RoutingFileSchema, type Source } from "../domain/routing.ts";
import { UserError } from "../errors.ts";
import { suggest } from "./complain.ts";
import { parseYaml, type YamlFile } from "./yaml.ts";

const REMEDY = "docs/routing.md lists the fields of a route.";

/** What another file says about a route, and where. */
export interface Sourced extends Pick<Route, "model" | "fallbacks" | "params" | "fallbackParams"> {
  readonly where: string;
  /** By the names that the file itself uses. */
  readonly named: Named;
}

/** The models of a route as a file names them. */
export type Named = Pick<Route, "model"> & { readonly fallbacks: readonly string[] };

/** A table, and what another file says about its routes, if one does. */
export interface RoutingTable extends YamlFile<Routing> {
  readonly sourced: ReadonlyMap<string, Sourced> | undefined;
}

/** Reads what the file of a source says about routes; `where` names lines of the table. */
type Reader = (
  source: Source,
  routes: readonly string[],
  where: YamlFile<Routing>["where"],
) => ReadonlyMap<string, Sourced>;

/** Names that a table may use. */
interface Known {
  readonly models: readonly string[];
  readonly suites: readonly string[];
}

/**
 * Reads a routing table.
 * @throws UserError with file and line for a route that names an unknown model, suite or profile.
 */
export function loadRouting(root: string, file: string, options: Known & { readonly sourced?: Reader }): RoutingTable {
  const path = resolve(root, file);
  const shownAs = relative(root, path);
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    throw new UserError({ where: shownAs, what: "The file cannot be read.", remedy: REMEDY });
  }
  return parseRouting(text, shownAs, { known: options, sourced: options.sourced });
}

/**
 * As {@link loadRouting}, over a text.
 * @param options.known leave it out for an older table, whose models and suites may be gone by now
 * @param options.sourced reads the file that `source` names
 */
export function parseRouting(
  text: string,
  file: string,
  options: {
    readonly known?: Known | undefined;
    readonly sourced?: Reader | undefined;
  },
): RoutingTable {
  const written = parseYaml(text, file, RoutingFileSchema, REMEDY);
  const { source, routes } = written.value;
  const sourced = source === undefined ? undefined : options.sourced?.(source, Object.keys(routes), written.where);
  const where: YamlFile<Routing>["where"] = (path) => {
    const [section, key, field] = path;
    const elsewhere = section === "routes" && field === "model" ? sourced?.get(String(key))?.where : undefined;
    return elsewhere ?? written.where(path);
  };
  const filled = Object.entries(routes).map(([key, route]): [string, Route] => [
    key,
    fill(route, sourced?.get(key), () => missingModel(written, key, source)),
  ]);
  const loaded = { value: { ...written.value, routes: Object.fromEntries(filled) }, where, sourced };
  if (options.known !== undefined) check(loaded, options.known);
  return loaded;
}

function fill(written: RoutingFile["routes"][string], sourced: Sourced | undefined, missing: () => UserError): Route {
  if (sourced !== undefined) {
    const { model, fallbacks, params, fallbackParams } = sourced;
    return { ...written, model, fallbacks: [...fallbacks], params, fallbackParams };
  }
  const { model } = written;
  if (model === undefined) throw missing();
  return { ...written, model, fallbackParams: {} };
}

function missingModel(written: YamlFile<RoutingFile>, key: string, source: Source | undefined): UserError {
  const what =
    source === undefined
      ? `Route "${key}" names no model.`
      : `${source.file} routes no task "${source.tasks[key] ?? key}".`;
  const remedy =
    source === undefined ? "Add model: <id>." : "Add it there, map it in source.tasks, or give the route a model here.";
  return new UserError({ where: written.where(["routes", key]), what, remedy });
}

function check({ value, where }: YamlFile<Routing>, known: Known): void {
  const { routes, profiles, overrides } = value;
  for (const [key, route] of Object.entries(routes)) {
    const complain = (field: string, what: string, candidates: readonly string[], name: string) =>
      new UserError({
        where: where(["routes", key, field]),
        what: `Route "${key}" ${what}`,
        remedy: suggest(name, candidates),
      });
    if (!known.models.includes(route.model)) {
      const what = `names the model "${route.model}", which the catalogue does not have.`;
      throw complain("model", what, known.models, route.model);
    }
    const unknown = route.fallbacks.find((name) => !known.models.includes(name));
    if (unknown !== undefined) {
      const what = `falls back on the model "${unknown}", which the catalogue does not have.`;
      throw complain("fallbacks", what, known.models, unknown);
    }
    if (!known.suites.includes(route.suite)) {
      throw complain("suite", `rests on the suite "${route.suite}", which does not exist.`, known.suites, route.suite);
    }
    const profile = profilesOf(route).find((name) => !Object.hasOwn(profiles, name));
    if (profile !== undefined) {
      const what = `names the profile "${profile}", which the file does not have.`;
      throw complain("profile", what, Object.keys(profiles), profile);
    }
  }
  for (const key of Object.keys(overrides)) {
    if (Object.hasOwn(routes, key)) continue;
    const what = `The override "${key}" is for no route of the table.`;
    throw new UserError({ where: where(["overrides", key]), what, remedy: suggest(key, Object.keys(routes)) });
  }
}

/** The profiles a route names, in order. */
export function profilesOf({ profile }: Pick<Route, "profile">): readonly string[] {
  return profile === undefined ? [] : typeof profile === "string" ? [profile] : profile;
}

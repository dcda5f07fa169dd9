import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { type Catalog, CatalogSchema, type Model } from "../domain/model.ts";
import { type Route, RoutingFileSchema, type Source } from "../domain/routing.ts";
import { UserError } from "../errors.ts";
import { type Naming, namingOf } from "../routing/renamed.ts";
import { provenModel } from "../suite/plan.ts";
import { loadCatalog, suiteNames } from "../suite/project.ts";
import { parseRouting, type RoutingTable } from "../suite/routing-file.ts";
import { callsADay } from "../suite/volume.ts";
import { parseYaml } from "../suite/yaml.ts";
import type { GateOptions } from "./commands/gate.ts";
import { type Base, findBase } from "./git.ts";
import { readNow, sourceReader } from "./routing-source.ts";
import type { World } from "./world.ts";

/** The two versions of a table, and of the catalogue as far as it is known. */
export interface Versions {
  readonly before: RoutingTable;
  readonly after: RoutingTable;
  readonly catalog: Catalog;
  /** The catalogue before the change; undefined where git does not know it. */
  readonly oldCatalog: Catalog | undefined;
  /** Why git knows an older version of the project and not of its catalogue. */
  readonly lostCatalog: string | undefined;
  /** The file that a run would have to read as its table. */
  readonly tableFile: string;
  /** What was compared with what, in words. */
  readonly names: { readonly before: string; readonly after: string };
  readonly base: Base | undefined;
}

const REMEDY = "Name the old table with --before <file>, or another branch with --base <ref>.";

/** Reads both versions. @throws UserError where one cannot be read */
export function readVersions(world: World, options: GateOptions): Versions {
  const versions = versionsOf(world, options);
  checkVolumes(versions.before, versions.after);
  return versions;
}

function versionsOf(world: World, options: GateOptions): Versions {
  const root = world.cwd;
  const catalog = loadCatalog(root, options.catalog).value;
  const base = findBase(world, options.base);
  const known = { models: catalog.models.map(({ id }) => id), suites: suiteNames(root) };
  const now = readNow(root);
  const { file, described } = tableFile(root, options);
  const after = tableOf(described === undefined ? now(file) : now(described), {
    file: described ?? file,
    models: catalog.models,
    known,
    read: (name) => now(described !== undefined && name === sourceOf(now(described), described)?.file ? file : name),
  });
  const { oldCatalog, lostCatalog } = oldCatalogOf(base, options.catalog);
  const catalogs = { catalog, oldCatalog, lostCatalog };
  if (options.before !== undefined) {
    const old = options.before;
    if (!existsSync(resolve(root, old))) {
      throw new UserError({ where: old, what: "The file cannot be read.", remedy: REMEDY });
    }
    const table = described === undefined ? old : described;
    const before = tableOf(now(table), {
      file: table,
      models: catalog.models,
      past: true,
      read: (name) => now(described !== undefined && name === sourceOf(now(table), table)?.file ? old : name),
    });
    return { before, after, ...catalogs, base, tableFile: described ?? file, names: { before: old, after: file } };
  }
  const text = base?.show(file);
  if (base === undefined || text === undefined) {
    const where = base === undefined ? "--base" : `${base.ref}:${file}`;
    const what =
      base === undefined ? "git knows no branch to compare with." : "git does not know that version of the table.";
    throw new UserError({ where, what, remedy: REMEDY });
  }
  const before = tableOf(text, {
    file: `${base.ref}:${file}`,
    models: oldCatalog?.models ?? catalog.models,
    past: true,
    read: (name) => base.show(name) ?? lost(name, base),
  });
  const names = { before: `${base.ref}:${file}`, after: file };
  return { before, after, ...catalogs, base, tableFile: described ?? file, names };
}

// Read as it is now, the file would say that nothing has changed.
function lost(name: string, { ref }: Base): never {
  throw new UserError({
    where: `${ref}:${name}`,
    what: "The table takes its models from this file, and git does not know that version of it.",
    remedy: "Commit the file to this repository, or name two versions of it: --before <old> --after <new>.",
  });
}

// `--before` and `--after` may name two versions of the file that a table's source names: the table then says the rest.
function tableFile(root: string, options: GateOptions): { file: string; described: string | undefined } {
  const { after: file, routing } = options;
  if (options.before === undefined || file === routing || !existsSync(resolve(root, routing))) {
    return { file, described: undefined };
  }
  const source = sourceOf(readNow(root)(routing), routing);
  if (source === undefined) return { file, described: undefined };
  return isTable(readNow(root)(file), file) ? { file, described: undefined } : { file, described: routing };
}

function sourceOf(text: string, file: string): Source | undefined {
  return parseYaml(text, file, RoutingFileSchema, "docs/routing.md lists the fields of a route.").value.source;
}

function isTable(text: string, file: string): boolean {
  try {
    sourceOf(text, file);
    return true;
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}

function tableOf(
  text: string,
  given: {
    readonly file: string;
    readonly models: readonly Model[];
    readonly known?: { readonly models: readonly string[]; readonly suites: readonly string[] };
    readonly past?: boolean;
    readonly read: (file: string) => string;
  },
): RoutingTable {
  const { models, known, past = false, read } = given;
  return parseRouting(text, given.file, { known, sourced: sourceReader(models, read, { past }) });
}

/** The catalogue before the change, or why it cannot be told what of it has changed. */
function oldCatalogOf(base: Base | undefined, file: string): Pick<Versions, "oldCatalog" | "lostCatalog"> {
  if (base === undefined) return { oldCatalog: undefined, lostCatalog: undefined };
  const lostAs = (what: string) => ({
    oldCatalog: undefined,
    lostCatalog: `${what}, so it cannot be told whether a model was changed under its id. A person decides; from the next change on, a catalogue that is committed can be compared.`,
  });
  const text = base.show(file);
  if (text === undefined) return lostAs(`git does not know ${file} as it was at ${base.ref}`);
  try {
    return { oldCatalog: parseYaml(text, file, CatalogSchema, "").value, lostCatalog: undefined };
  } catch (error) {
    if (error instanceof UserError) return lostAs(`${file} cannot be read as it was at ${base.ref}`);
    throw error;
  }
}

/** @throws UserError for a volume that this change brings and that cannot be read; counting all of them takes long */
function checkVolumes(before: RoutingTable, after: RoutingTable): void {
  for (const [route, { volume }] of Object.entries(after.value.routes)) {
    if (typeof volume !== "string" || volume === before.value.routes[route]?.volume) continue;
    callsADay(volume, after.where(["routes", route, "volume"]));
  }
}

/** What a change does to the names of models, by route. */
export function namingsOf({
  before,
  after,
  catalog,
}: Pick<Versions, "before" | "after" | "catalog">): Map<string, Naming> {
  const version = ({ value, sourced }: RoutingTable, key: string, route: Route) => ({
    route: { ...route, model: provenModel(value, key) ?? route.model },
    named: sourced?.get(key)?.named ?? route,
    source: value.source,
  });
  return new Map(
    Object.entries(after.value.routes).flatMap(([key, route]) => {
      const old = before.value.routes[key];
      if (old === undefined) return [];
      const now = { ...version(after, key, route), route };
      return [[key, namingOf(version(before, key, old), now, catalog.models)] as const];
    }),
  );
}

import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { type Catalog, CatalogSchema, type Model } from "../domain/model.ts";
import { type Routing, RoutingFileSchema, type Source } from "../domain/routing.ts";
import { UserError } from "../errors.ts";
import { loadCatalog, suiteNames } from "../suite/project.ts";
import { parseRouting } from "../suite/routing-file.ts";
import { parseYaml, type YamlFile } from "../suite/yaml.ts";
import type { GateOptions } from "./commands/gate.ts";
import { type Base, findBase } from "./git.ts";
import { readNow, sourceReader } from "./routing-source.ts";
import type { World } from "./world.ts";

/** The two versions of a table, and of the catalogue as far as it is known. */
export interface Versions {
  readonly before: YamlFile<Routing>;
  readonly after: YamlFile<Routing>;
  readonly catalog: Catalog;
  /** The catalogue before the change; undefined where git does not know it. */
  readonly oldCatalog: Catalog | undefined;
  /** What was compared with what, in words. */
  readonly names: { readonly before: string; readonly after: string };
  readonly base: Base | undefined;
}

const REMEDY = "Name the old table with --before <file>, or another branch with --base <ref>.";

/** Reads both versions. @throws UserError where one cannot be read */
export function readVersions(world: World, options: GateOptions): Versions {
  const root = world.cwd;
  const catalog = loadCatalog(root, options.catalog).value;
  const base = findBase(world, options.base);
  if (options.base !== undefined && base === undefined) {
    throw new UserError({ where: `--base ${options.base}`, what: "git does not know it.", remedy: REMEDY });
  }
  const known = { models: catalog.models.map(({ id }) => id), suites: suiteNames(root) };
  const now = readNow(root);
  const { file, described } = tableFile(root, options);
  const after = tableOf(described === undefined ? now(file) : now(described), {
    file: described ?? file,
    models: catalog.models,
    known,
    read: (name) => now(described !== undefined && name === sourceOf(now(described), described)?.file ? file : name),
  });
  const oldCatalog = base === undefined ? undefined : catalogOf(base.show(options.catalog));
  if (options.before !== undefined) {
    const old = options.before;
    if (!existsSync(resolve(root, old))) {
      throw new UserError({ where: old, what: "The file cannot be read.", remedy: REMEDY });
    }
    const table = described === undefined ? old : described;
    const before = tableOf(now(table), {
      file: table,
      models: catalog.models,
      read: (name) => now(described !== undefined && name === sourceOf(now(table), table)?.file ? old : name),
    });
    return { before, after, catalog, oldCatalog, base, names: { before: old, after: file } };
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
    read: (name) => base.show(name) ?? now(name),
  });
  return { before, after, catalog, oldCatalog, base, names: { before: `${base.ref}:${file}`, after: file } };
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
    readonly read: (file: string) => string;
  },
): YamlFile<Routing> {
  return parseRouting(text, given.file, { known: given.known, sourced: sourceReader(given.models, given.read) });
}

// An older catalogue that this version cannot read says nothing of what has changed.
function catalogOf(text: string | undefined): Catalog | undefined {
  if (text === undefined) return undefined;
  try {
    return parseYaml(text, "the old catalogue", CatalogSchema, "").value;
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

import { existsSync, readdirSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { z } from "zod";
import { type Catalog, CatalogSchema, type Model } from "../domain/model.ts";
import { type Suite, SuiteSchema } from "../domain/suite.ts";
import { UserError } from "../errors.ts";
import { describeIssues, suggest } from "./complain.ts";
import { knowOwnName } from "./own-name.ts";
import { readYaml, type YamlFile } from "./yaml.ts";

/** A suite and the file that declares it, from the project's folder. */
export interface LoadedSuite {
  readonly suite: Suite;
  readonly file: string;
}

/** Ids of the suites in `evals/`: the names of its `.ts` files. */
export function suiteNames(root: string): string[] {
  const folder = join(root, "evals");
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => /(?<!\.test|\.d)\.ts$/.test(name) && !name.startsWith("_"))
    .map((name) => name.slice(0, -".ts".length))
    .sort();
}

/**
 * Loads `evals/<name>.ts`.
 * @throws UserError for an unknown name (with the nearest one), a file that does not load, or a suite that is not valid.
 */
export async function loadSuite(root: string, name: string): Promise<LoadedSuite> {
  const known = suiteNames(root);
  const file = `evals/${name}.ts`;
  if (!known.includes(name)) {
    const remedy =
      known.length === 0 ? `${root} has no evals/*.ts. Run from the project's folder.` : suggest(name, known);
    throw new UserError({ what: `There is no suite "${name}".`, remedy });
  }
  const forgetOwnName = knowOwnName();
  let exported: unknown;
  try {
    exported = ((await import(pathToFileURL(join(root, file)).href)) as { default?: unknown }).default;
  } catch (error) {
    forgetOwnName();
    throw new UserError({ where: file, what: faultOf(error), remedy: "docs/suites.md lists the fields of a suite." });
  }
  if (!hasCode(exported)) forgetOwnName();
  const parsed = SuiteSchema.safeParse(exported);
  if (!parsed.success) {
    const remedy = "Export the suite as default: export default defineSuite({ ... }).";
    throw new UserError({ where: file, what: describeIssues(parsed.error).text, remedy });
  }
  if (parsed.data.id !== name) {
    const what = `The suite's id is "${parsed.data.id}", its file says "${name}".`;
    throw new UserError({ where: file, what, remedy: "Give both the same name." });
  }
  const names = parsed.data.scorers.map((scorer) => scorer.name);
  const twice = names.find((scorer, index) => names.indexOf(scorer) !== index);
  if (twice !== undefined) {
    const what = `Two scorers are named "${twice}".`;
    throw new UserError({
      where: file,
      what,
      remedy: "Names are columns of the report, so each must be unique. Rename one.",
    });
  }
  return { suite: parsed.data, file };
}

/** Whether there is a function in what a suite exports: it may import something when it is called. */
function hasCode(value: unknown, depth = 0): boolean {
  if (typeof value === "function" || depth > DEEPEST) return true;
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).some((each) => hasCode(each, depth + 1));
}

/** No suite of plain values is so deep; what is may go round in a circle. */
const DEEPEST = 12;

function faultOf(error: unknown): string {
  if (error instanceof z.ZodError) return describeIssues(error).text;
  return `The file does not load: ${error instanceof Error ? error.message : String(error)}.`;
}

function readProjectYaml<S extends z.ZodType>(root: string, file: string, schema: S, remedy: string) {
  const path = resolve(root, file);
  return readYaml(path, schema, remedy, relative(root, path));
}

/**
 * Reads a catalogue of models.
 * @throws UserError with file and line for a repeated id, an unknown provider, or a judge that is no model.
 */
export function loadCatalog(root: string, file: string): YamlFile<Catalog> {
  const loaded = readProjectYaml(root, file, CatalogSchema, "docs/models.md lists the fields of a model.");
  const { where } = loaded;
  const { models, providers, judges, embedders } = loaded.value;
  const ids = models.map((model) => model.id);
  for (const [index, model] of models.entries()) {
    if (ids.indexOf(model.id) !== index) {
      const what = `models[${index}].id repeats "${model.id}".`;
      const remedy = "Ids key the routing table, so each must be unique. Rename one.";
      throw new UserError({ where: where(["models", index, "id"]), what, remedy });
    }
    if (!Object.hasOwn(providers, model.provider)) {
      const what = `"${model.id}" names the provider "${model.provider}", which the file does not have.`;
      throw new UserError({
        where: where(["models", index, "provider"]),
        what,
        remedy: suggest(model.provider, Object.keys(providers)),
      });
    }
    if (providers[model.provider]?.dialect === "simulated" && model.simulation === undefined) {
      const what = `"${model.id}" is simulated, but nothing says how it behaves.`;
      throw new UserError({ where: where(["models", index]), what, remedy: "Add simulation: (docs/models.md)." });
    }
  }
  const embedderIds = embedders.map(({ id }) => id);
  for (const [index, { id, provider }] of embedders.entries()) {
    if (embedderIds.indexOf(id) !== index) {
      const what = `embedders[${index}].id repeats "${id}".`;
      throw new UserError({ where: where(["embedders", index, "id"]), what, remedy: "Rename one." });
    }
    if (Object.hasOwn(providers, provider)) continue;
    const what = `The embedder "${id}" names the provider "${provider}", which the file does not have.`;
    const remedy = suggest(provider, Object.keys(providers));
    throw new UserError({ where: where(["embedders", index, "provider"]), what, remedy });
  }
  for (const [index, judge] of judges.entries()) {
    if (ids.includes(judge)) continue;
    throw new UserError({
      where: where(["judges", index]),
      what: `The judge "${judge}" is no model of the file.`,
      remedy: suggest(judge, ids),
    });
  }
  return loaded;
}

/** Finds models by id. @throws UserError for an unknown id, with the nearest one. */
export function findModel(catalog: Catalog, id: string): Model {
  const model = catalog.models.find((candidate) => candidate.id === id);
  if (model !== undefined) return model;
  const remedy = suggest(
    id,
    catalog.models.map((candidate) => candidate.id),
  );
  throw new UserError({ what: `There is no model "${id}" in the catalogue.`, remedy });
}

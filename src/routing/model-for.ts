import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { closest } from "fastest-levenshtein";
import type { z } from "zod";
import { CatalogSchema, type Model } from "../domain/model.ts";
import { isOver, type Override, type RoutingFile, RoutingFileSchema } from "../domain/routing.ts";
import { UserError } from "../errors.ts";
import { type Listed, layoutOf, listTasks } from "./listing.ts";
import { checkNames, idOf } from "./names.ts";
import { readTree } from "./splice.ts";
import { placeOf, type Tree, walk } from "./tree.ts";

/**
 * The tasks of the project's table. Empty, so that any name is taken; `npm run -s route -- --types` prints a declaration that
 * lists them, and then the compiler knows a wrong one.
 */
// biome-ignore lint/suspicious/noEmptyInterface: it is there to be merged with
export interface Tasks {}
export type Task = keyof Tasks extends never ? string : keyof Tasks & string;

/** What serves a task. */
export interface ModelChoice {
  readonly task: string;
  /** Its id in the catalogue; where another file states the models and nobody maps its names, the name in there. */
  readonly model: string;
  /** Provider, exact API id and parameters; undefined where the catalogue does not have the model. */
  readonly served: Pick<Model, "provider" | "model" | "params"> | undefined;
  readonly fallbacks: readonly string[];
  /** Parameters that the route states. */
  readonly params: Readonly<Record<string, unknown>>;
  readonly tier: string | undefined;
  readonly budget: string | undefined;
  /** The exception by which this model serves, if it does by one; `expired` once its last day is over. */
  readonly override: (Override & { readonly expired: boolean }) | undefined;
}

/** Where the table and the catalogue are. */
export interface Where {
  /** The project's folder; the working directory when left out. */
  readonly root?: string;
  readonly routing?: string;
  readonly catalog?: string;
  /** Milliseconds since the epoch; the machine's clock when left out. */
  readonly now?: number;
}

/**
 * The model that serves a task by the routing table. Reads the files at each call: a few milliseconds, always as they are now.
 * @throws UserError for an unknown task (with the nearest one), or a table that cannot be read
 */
export function modelFor(task: Task, where: Where = {}): ModelChoice {
  const found = modelsFor(where).find((choice) => choice.task === task);
  if (found !== undefined) return found;
  const tasks = modelsFor(where).map((choice) => choice.task);
  const remedy = tasks.length === 0 ? "The table has no route." : `Did you mean "${closest(task, tasks)}"?`;
  throw new UserError({ where: where.routing ?? ROUTING, what: `There is no route "${task}".`, remedy });
}

const ROUTING = "routing.yaml";

/** Every task of the table with what serves it, in the table's order. @throws UserError for a table that cannot be read */
export function modelsFor({
  root = ".",
  routing = ROUTING,
  catalog = "models.yaml",
  now = Date.now(),
}: Where = {}): ModelChoice[] {
  const read = (file: string) => readTree(textOf(resolve(root, file), file), file);
  const tree = read(routing);
  const table = parsed(RoutingFileSchema, tree);
  const models = modelsOf(() => parsed(CatalogSchema, read(catalog)).models);
  const where = (path: readonly string[]) => placeOf(tree, walk(tree, path)?.at(-1)?.start ?? 0);
  checkNames(models, table.source?.names ?? {}, (name) => where(["source", "names", name]));
  const listed = listedBy(table, { read, where });
  const id = (name: string) => idOf(name, models, table.source?.names ?? {}) ?? name;
  return Object.entries(table.routes).map(([task, route]) => {
    const stated = listed.get(table.source?.tasks[task] ?? task);
    const model = stated === undefined ? route.model : id(stated.model);
    if (model === undefined) {
      const what = `No model is stated for "${task}".`;
      throw new UserError({ where: routing, what, remedy: "Add model: <id> to the route, or the task to the source." });
    }
    const known = models.find((each) => each.id === model);
    const override = table.overrides[task];
    return {
      task,
      model,
      served: known && { provider: known.provider, model: known.model, params: known.params },
      fallbacks: stated === undefined ? route.fallbacks : stated.fallbacks.map(id),
      params: stated?.params ?? route.params,
      tier: route.tier,
      budget: route.budget,
      override: override?.model === model ? { ...override, expired: isOver(override.until, now) } : undefined,
    };
  });
}

function listedBy(
  { source }: RoutingFile,
  { read, where }: { readonly read: (file: string) => Tree; readonly where: (path: readonly string[]) => string },
): Map<string, Listed> {
  if (source === undefined) return new Map();
  return new Map(listTasks(read(source.file), layoutOf(source, where)).map((task) => [task.key, task]));
}

// Agents may run where there is a table and no catalogue.
function modelsOf(read: () => readonly Model[]): readonly Model[] {
  try {
    return read();
  } catch (error) {
    if (error instanceof UserError) return [];
    throw error;
  }
}

function parsed<S extends z.ZodType>(schema: S, { data, file }: Tree): z.output<S> {
  const result = schema.safeParse(data);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const what = `${issue?.path.join(".")}: ${issue?.message}.`;
  throw new UserError({ where: file, what, remedy: "docs/routing.md lists the fields of a route." });
}

function textOf(file: string, shownAs: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    throw new UserError({ where: shownAs, what: "The file cannot be read.", remedy: "Run from the project's folder." });
  }
}

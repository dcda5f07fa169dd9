import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Json } from "../domain/json.ts";
import type { Model } from "../domain/model.ts";
import type { Source } from "../domain/routing.ts";
import { UserError } from "../errors.ts";
import { type Listed, layoutOf, listTasks } from "../routing/listing.ts";
import { checkNames, idOf } from "../routing/names.ts";
import { readTree } from "../routing/splice.ts";
import { placeOf } from "../routing/tree.ts";
import type { Sourced } from "../suite/routing-file.ts";

/** Parameters by their names elsewhere. */
const PARAMS: Readonly<Record<string, string>> = {
  max_tokens: "maxTokens",
  max_completion_tokens: "maxTokens",
  top_p: "topP",
  reasoning_effort: "reasoningEffort",
  base_url: "api_base",
};

/**
 * Reads the models of a table from the file that its `source` names: a reader for `parseRouting`.
 * @param options.past leave it out for today's table, whose `names` must not contradict the catalogue
 * @param read gives the text of a file of the project, as it was in the version that is read
 */
export function sourceReader(
  models: readonly Model[],
  read: (file: string) => string,
  options: { readonly past?: boolean } = {},
) {
  return (
    source: Source,
    routes: readonly string[],
    line: (path: readonly string[]) => string,
  ): Map<string, Sourced> => {
    if (options.past !== true) checkNames(models, source.names, (name) => line(["source", "names", name]));
    const tree = readTree(read(source.file), source.file);
    const listed = new Map(listTasks(tree, layoutOf(source, line)).map((task) => [task.key, task]));
    const named = (name: string) => idOf(name, models, source.names) ?? name;
    return new Map(
      routes.flatMap((route) => {
        const task = listed.get(source.tasks[route] ?? route);
        if (task === undefined) return [];
        const where = placeOf(tree, task.at);
        if (task.unclear !== undefined) {
          const remedy = "A route needs one model: give the task a group of its own.";
          throw new UserError({ where, what: `Route "${route}" is not clear: ${task.unclear}.`, remedy });
        }
        const params = paramsOf(task);
        const fallbackParams = Object.fromEntries(
          Object.entries(task.fallbackParams ?? {}).map(([name, each]) => [named(name), paramsOf({ params: each })]),
        );
        const { model, fallbacks } = task;
        const ids = { model: named(model), fallbacks: fallbacks.map(named) };
        return [[route, { ...ids, params, fallbackParams, where, named: { model, fallbacks } }]];
      }),
    );
  };
}

/**
 * The parameters that routes would send with another model: a LiteLLM alias that is pointed at another group takes over that
 * group's. Undefined for a route that keeps its own.
 */
export function paramsAfter(source: Source | undefined, models: readonly Model[], read: (file: string) => string) {
  const listed =
    source?.format === "litellm" ? listTasks(readTree(read(source.file), source.file), layoutOf(source)) : [];
  return (route: string): ((candidate: string) => Record<string, Json>) | undefined => {
    const task = listed.find(({ key }) => key === (source?.tasks[route] ?? route));
    if (source === undefined || task?.alias !== true) return undefined;
    const isOf = (candidate: string) => (group: Listed) =>
      group.alias !== true && idOf(group.model, models, source.names) === candidate;
    return (candidate) => paramsOf(listed.find(isOf(candidate)) ?? { params: {} });
  };
}

/** Parameters of a task by our names. */
function paramsOf({ params }: Pick<Listed, "params">): Record<string, Json> {
  return Object.fromEntries(Object.entries(params).map(([key, value]) => [PARAMS[key] ?? key, value as Json]));
}

/** Reads files of the project as they are now. @throws UserError for one that cannot be read, or is no UTF-8 */
export function readNow(root: string): (file: string) => string {
  return (file) => {
    let bytes: Buffer;
    try {
      bytes = readFileSync(resolve(root, file));
    } catch {
      const remedy = "Check the path: that of the flag, or source.file in the table.";
      throw new UserError({ where: file, what: "The file cannot be read.", remedy });
    }
    const text = bytes.toString("utf8");
    if (Buffer.from(text, "utf8").equals(bytes)) return text;
    throw new UserError({ where: file, what: "The file is not UTF-8.", remedy: "Save it as UTF-8." });
  };
}

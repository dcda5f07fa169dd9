import type { Source } from "../domain/routing.ts";
import { UserError } from "../errors.ts";
import { readClaudeCodeRouter, targetInClaudeCodeRouter } from "./claude-code-router.ts";
import { readLiteLlm, targetInLiteLlm } from "./litellm.ts";
import { locate } from "./locator.ts";
import { type Patch, patchScalar, readTree } from "./splice.ts";
import { type Path, placeOf, type Tree } from "./tree.ts";

/** Where the models of a table stand, if not in the table itself. */
export type Layout =
  | { readonly format: "litellm" }
  | { readonly format: "claude-code-router" }
  | {
      readonly format: "locator";
      readonly locator: string;
      readonly fallbacks?: string | undefined;
      readonly where?: Where;
    };

/** Where a field of `source` stands: `file:line`. */
type Where = (path: readonly string[]) => string;

/** A task of a file and the model it is sent to, by the file's own names. */
export interface Listed {
  readonly key: string;
  readonly model: string;
  /** Where the model's name stands. */
  readonly at: number;
  readonly fallbacks: readonly string[];
  /** What the file says about the call besides the model; no secrets, no capacities. */
  readonly params: Readonly<Record<string, unknown>>;
  /** It names a group of the file, so a switch takes over the parameters of another group. */
  readonly alias?: boolean;
  /** By fallback: what the file says about a call of it. */
  readonly fallbackParams?: Readonly<Record<string, Listed["params"]>>;
  /** Why the file does not say one model for this task. */
  readonly unclear?: string | undefined;
}

/** What a patch writes, and where. */
export interface Target {
  readonly path: Path;
  readonly value: string;
}

/** Where the models stand in the file of a source. @throws UserError for a locator that is not named */
export function layoutOf(source: Source, where: Where = () => "source"): Layout {
  if (source.format !== "locator") return { format: source.format };
  if (source.locator === undefined) {
    const remedy = "Add it, for example locator: /models/{task}.";
    throw new UserError({ where: where(["source"]), what: "The format locator needs a locator.", remedy });
  }
  return { format: "locator", locator: source.locator, fallbacks: source.fallbacks, where };
}

/** Every task that a file routes. @throws UserError where the file has not that shape */
export function listTasks(tree: Tree, layout: Layout): Listed[] {
  if (layout.format === "litellm") return readLiteLlm(tree);
  if (layout.format === "claude-code-router") return readClaudeCodeRouter(tree);
  const fallbacks = new Map<string, string[]>();
  if (layout.fallbacks !== undefined) {
    for (const { key, value } of locate(tree, layout.fallbacks, layout.where?.(["source", "fallbacks"])))
      fallbacks.set(key, [...(fallbacks.get(key) ?? []), value]);
  }
  return locate(tree, layout.locator, layout.where?.(["source", "locator"])).map(({ key, value, at }) => ({
    key,
    model: value,
    at,
    fallbacks: fallbacks.get(key) ?? [],
    params: {},
  }));
}

/**
 * Sends a task to another model, by the file's own name of it: one line differs.
 * @throws UserError where one line cannot do it, or where it would change another task as well
 */
export function switchTask(tree: Tree, layout: Layout, task: string, name: string): Patch {
  const listed = listTasks(tree, layout);
  const now = listed.find(({ key }) => key === task);
  if (now === undefined) {
    const known = listed.map(({ key }) => key).join(", ");
    throw new UserError({ where: tree.file, what: `It routes no task "${task}".`, remedy: `Known: ${known}.` });
  }
  const { path, value } = targetOf(tree, layout, now, name);
  const patch = patchScalar(tree, path, value);
  const others = listTasks(readTree(patch.text, tree.file), layout).filter(
    ({ key, model }, index) => key !== task && model !== listed[index]?.model,
  );
  if (others.length > 0) {
    const what = `Sending ${task} to ${name} on that line would send ${others.map(({ key }) => key).join(", ")} there as well.`;
    throw new UserError({ where: placeOf(tree, now.at), what, remedy: `Give ${task} an entry of its own first.` });
  }
  return patch;
}

function targetOf(tree: Tree, layout: Layout, now: Listed, name: string): Target {
  if (layout.format === "litellm") return targetInLiteLlm(tree, now.key, name);
  if (layout.format === "claude-code-router") return targetInClaudeCodeRouter(tree, now.key, name);
  const place = locate(tree, layout.locator).find(({ key }) => key === now.key);
  return { path: place?.path ?? [], value: name };
}

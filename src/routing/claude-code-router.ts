import { UserError } from "../errors.ts";
import type { Listed, Target } from "./listing.ts";
import { entryOf, placeOf, refuse, type Tree, type TreeNode } from "./tree.ts";

/** Tasks of claude-code-router's `Router`: each holds `provider,model`. Numbers such as `longContextThreshold` are no tasks. */
export function readClaudeCodeRouter(tree: Tree): Listed[] {
  return routesOf(tree).map(({ key, at, model }) => ({
    key,
    model,
    at,
    fallbacks: namesIn(entryOf(entryOf(tree.root, "fallback"), key)),
    params: {},
  }));
}

/** Where a task's model stands. @throws UserError for a model that no provider of the file lists */
export function targetInClaudeCodeRouter(tree: Tree, task: string, name: string): Target {
  const providers = entryOf(tree.root, "Providers") ?? entryOf(tree.root, "providers");
  const [provider = "", ...model] = name.split(",");
  const listed = providers?.kind === "list" ? providers.items : [];
  const holder = listed.find((item) => nameIn(entryOf(item, "name")) === provider);
  if (!namesIn(entryOf(holder, "models")).includes(model.join(","))) {
    const place = placeOf(tree, holder?.start ?? providers?.start ?? 0);
    const what = `No provider of the file lists "${name}".`;
    throw new UserError({ where: place, what, remedy: "Add the model to its provider's models first." });
  }
  return { path: ["Router", task], value: name };
}

function routesOf(tree: Tree): { key: string; at: number; model: string }[] {
  const router = entryOf(tree.root, "Router");
  if (router?.kind !== "map") {
    return refuse(tree, tree.root.start, "There is no Router.", "Name claude-code-router's config.json.");
  }
  return router.entries.flatMap(({ key, value }) => {
    const model = nameIn(value);
    return model === undefined || !model.includes(",") ? [] : [{ key, at: value.start, model }];
  });
}

function namesIn(node: TreeNode | undefined): string[] {
  return node?.kind === "list" ? node.items.flatMap((item) => nameIn(item) ?? []) : [];
}

function nameIn(node: TreeNode | undefined): string | undefined {
  return node?.kind === "scalar" && typeof node.value === "string" && node.value !== "" ? node.value : undefined;
}

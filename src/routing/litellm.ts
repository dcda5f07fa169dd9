import { isDeepStrictEqual } from "node:util";
import type { Listed, Target } from "./listing.ts";
import { entryOf, type Path, refuse, type Tree, type TreeNode, textOf } from "./tree.ts";

/** What a deployment says that is no part of how a call is answered: secrets, capacities and prices. */
const NOT_OF_THE_CALL =
  /^(model|rpm|tpm|weight|order|max_parallel_requests|timeout|stream_timeout|max_retries)$|key|secret|credential|password|_token$|_cost_per_/i;

interface Deployment {
  readonly model: string;
  readonly at: number;
  readonly path: Path;
  readonly params: Readonly<Record<string, unknown>>;
  /** It carries the key or the address of a provider, which another model's provider could not use. */
  readonly bound: boolean;
}

interface Alias {
  readonly name: string;
  readonly group: string;
  readonly at: number;
  readonly path: Path;
}

/** Tasks of a LiteLLM `config.yaml`: its model groups (`model_name`) and its `model_group_alias` names, which come first. */
export function readLiteLlm(tree: Tree): Listed[] {
  const groups = groupsOf(tree);
  const aliases = aliasesOf(tree);
  const fallbacks = fallbacksOf(tree);
  const deploymentsOf = (name: string) => groups.get(aliases.find((alias) => alias.name === name)?.group ?? name) ?? [];
  const modelOf = (name: string): string => deploymentsOf(name)[0]?.model ?? name;
  const listed = (key: string, group: string, at: number): Listed => {
    const [first, ...others] = groups.get(group) ?? [];
    const models = [...new Set([first, ...others].flatMap((each) => each?.model ?? []))];
    const named = fallbacks.flatMap((kind) => kind.get(key) ?? kind.get(group) ?? kind.get(ANY) ?? []);
    // The proxy leaves out the group that has just failed.
    const left = [...new Set(named.filter((name) => name !== key && name !== group))];
    const fallbackParams = left.map((name) => [modelOf(name), sharedParams(deploymentsOf(name))] as const);
    return {
      key,
      model: first?.model ?? group,
      at,
      fallbacks: [...new Set(left.map(modelOf))],
      fallbackParams: Object.fromEntries(fallbackParams.filter(([, params]) => Object.keys(params).length > 0)),
      params: sharedParams(groups.get(group) ?? []),
      alias: key !== group,
      unclear:
        first === undefined
          ? `it names the group "${group}", which model_list does not have`
          : models.length > 1
            ? `its calls are shared out among ${models.join(", ")}`
            : undefined,
    };
  };
  return [
    ...aliases.map(({ name, group, at }) => listed(name, group, at)),
    ...[...groups]
      .filter(([name]) => !aliases.some((alias) => alias.name === name))
      .map(([name, [first]]) => listed(name, name, first?.at ?? 0)),
  ];
}

/** Where to write to send a task to a model. An alias is pointed at another group; a group of one deployment gets another model. */
export function targetInLiteLlm(tree: Tree, task: string, name: string): Target {
  const groups = groupsOf(tree);
  const alias = aliasesOf(tree).find((each) => each.name === task);
  if (alias !== undefined) {
    const group = [...groups].find(([, deployments]) => deployments.every(({ model }) => model === name))?.[0];
    if (group !== undefined) return { path: alias.path, value: group };
    return refuse(tree, alias.at, `No model group serves "${name}".`, "Add a deployment of it to model_list first.");
  }
  const [deployment, ...others] = groups.get(task) ?? [];
  const remedy = `Add a group for "${name}" to model_list, and send ${task} there with router_settings.model_group_alias.`;
  if (deployment === undefined) return refuse(tree, tree.root.start, `There is no model group "${task}".`, remedy);
  if (others.length > 0) {
    return refuse(
      tree,
      deployment.at,
      `${task} has ${others.length + 1} deployments: one line cannot change it.`,
      remedy,
    );
  }
  if (deployment.bound && providerOf(deployment.model) !== providerOf(name)) {
    const what = `The deployment of ${task} carries the key or the address of another provider than that of "${name}".`;
    return refuse(tree, deployment.at, what, remedy);
  }
  return { path: deployment.path, value: name };
}

function providerOf(name: string): string {
  return name.includes("/") ? (name.split("/")[0] as string) : "";
}

function groupsOf(tree: Tree): Map<string, Deployment[]> {
  const list = entryOf(tree.root, "model_list");
  if (list?.kind !== "list")
    return refuse(tree, tree.root.start, "There is no model_list.", "Name LiteLLM's config.yaml.");
  const groups = new Map<string, Deployment[]>();
  for (const [index, item] of list.items.entries()) {
    const name = entryOf(item, "model_name");
    const params = entryOf(item, "litellm_params");
    const model = entryOf(params, "model");
    if (name === undefined || model === undefined) {
      refuse(tree, item.start, "The deployment lacks model_name or litellm_params.model.", "Add both.");
    }
    const group = textOf(tree, name, "model_name");
    const deployment = {
      model: textOf(tree, model, "litellm_params.model"),
      at: model.start,
      path: ["model_list", index, "litellm_params", "model"],
      params: callParams(params),
      bound: ["api_key", "api_base"].some((key) => entryOf(params, key) !== undefined),
    };
    groups.set(group, [...(groups.get(group) ?? []), deployment]);
  }
  return groups;
}

/** The parameters of a group's calls: one set where all deployments agree. */
function sharedParams(deployments: readonly Deployment[]): Deployment["params"] {
  const [first, ...others] = deployments;
  if (others.every(({ params }) => isDeepStrictEqual(params, first?.params))) return first?.params ?? {};
  return { deployments: deployments.map(({ params }) => params) };
}

function callParams(node: TreeNode | undefined): Record<string, unknown> {
  if (node?.kind !== "map") return {};
  const kept = node.entries.filter(({ key }) => !NOT_OF_THE_CALL.test(key));
  return Object.fromEntries(kept.map(({ key, value }) => [key, plain(value)]));
}

function plain(node: TreeNode): unknown {
  if (node.kind === "scalar") return node.value;
  if (node.kind === "list") return node.items.map(plain);
  return Object.fromEntries(node.entries.map(({ key, value }) => [key, plain(value)]));
}

function aliasesOf(tree: Tree): Alias[] {
  const map = entryOf(entryOf(tree.root, "router_settings"), "model_group_alias");
  if (map?.kind !== "map") return [];
  return map.entries.map(({ key: name, value }) => {
    const path = ["router_settings", "model_group_alias", name];
    const inner = entryOf(value, "model");
    const node = inner ?? value;
    return {
      name,
      group: textOf(tree, node, "The alias"),
      at: node.start,
      path: inner === undefined ? path : [...path, "model"],
    };
  });
}

/** Stands for every group that has no list of its own. */
const ANY = "*";

/** By group, for each reason to fall back: an error, a prompt that is too long, one that a content policy refuses. */
function fallbacksOf(tree: Tree): Map<string, string[]>[] {
  return ["fallbacks", "context_window_fallbacks", "content_policy_fallbacks"].map((kind) => {
    const found = new Map<string, string[]>();
    const add = (key: string, nodes: readonly TreeNode[]) => {
      const names = nodes.map((each) => textOf(tree, each, "The fallback"));
      found.set(key, [...(found.get(key) ?? []), ...names]);
    };
    for (const section of ["router_settings", "litellm_settings"]) {
      const settings = entryOf(tree.root, section);
      for (const item of itemsOf(entryOf(settings, kind))) {
        if (item.kind === "map") for (const { key, value } of item.entries) add(key, itemsOf(value));
        else add(ANY, [item]);
      }
      if (kind === "fallbacks") add(ANY, itemsOf(entryOf(settings, "default_fallbacks")));
    }
    return found;
  });
}

function itemsOf(node: TreeNode | undefined): readonly TreeNode[] {
  return node?.kind === "list" ? node.items : [];
}

import { UserError } from "../errors.ts";
import { type Path, type Tree, type TreeNode, textOf } from "./tree.ts";

/** A text that a locator leads to. */
export interface Located {
  /** What the placeholders stood for, joined with dots: the task. */
  readonly key: string;
  readonly value: string;
  readonly path: Path;
  /** Where the value starts. */
  readonly at: number;
}

type Step =
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "any" }
  | { readonly kind: "item"; readonly field: string };

/**
 * Finds every text a locator leads to. `/models/{task}` takes each key of `models` for a task, `/agents/{task}/llm/model` looks
 * below it, `/{team}/{task}` joins both to `team.task`, and `/routes/[name={task}]/model` goes through a list and names
 * each item by its field `name`. A list of texts at the end gives each of them. What has no such place is left out.
 * @param where where the locator is written
 * @throws UserError for a locator that cannot lead anywhere
 */
export function locate(tree: Tree, locator: string, where = "locator"): Located[] {
  const found: Located[] = [];
  const visit = (node: TreeNode, steps: readonly Step[], keys: readonly string[], path: Path): void => {
    const [step, ...rest] = steps;
    if (step === undefined) {
      if (node.kind === "scalar" && typeof node.value === "string" && node.value !== "")
        found.push({ key: keys.join("."), value: node.value, path, at: node.start });
      if (node.kind === "list")
        for (const [index, item] of node.items.entries()) visit(item, [], keys, [...path, index]);
      return;
    }
    if (step.kind === "item") {
      if (node.kind !== "list") return;
      for (const [index, item] of node.items.entries()) {
        const name = item.kind === "map" ? item.entries.find(({ key }) => key === step.field)?.value : undefined;
        if (name !== undefined) visit(item, rest, [...keys, textOf(tree, name, `"${step.field}"`)], [...path, index]);
      }
      return;
    }
    if (node.kind !== "map") return;
    for (const { key, value } of node.entries) {
      if (step.kind === "any") visit(value, rest, [...keys, key], [...path, key]);
      else if (key === step.name) visit(value, rest, keys, [...path, key]);
    }
  };
  visit(tree.root, stepsOf(locator, where), [], []);
  const twice = found.find(({ key, path }, index) => {
    const first = found.findIndex((other) => other.key === key);
    return first < index && found[first]?.path.length === path.length && typeof path.at(-1) !== "number";
  });
  if (twice !== undefined) {
    const remedy = "Name more of the way in the locator, or rename one task.";
    throw new UserError({ where: tree.file, what: `The locator ${locator} finds "${twice.key}" twice.`, remedy });
  }
  return found;
}

function stepsOf(locator: string, where: string): Step[] {
  const parts = locator.split("/");
  const steps = parts.slice(1).map((part): Step => {
    if (/^\{\w+\}$/.test(part)) return { kind: "any" };
    const item = /^\[([\w-]+)=\{\w+\}\]$/.exec(part)?.[1];
    if (item !== undefined) return { kind: "item", field: item };
    return { kind: "name", name: part.replaceAll("~1", "/").replaceAll("~0", "~") };
  });
  const names = steps.filter((step) => step.kind === "name");
  if (
    parts[0] !== "" ||
    names.length === steps.length ||
    names.some(({ name }) => name === "" || /[{}[\]]/.test(name))
  ) {
    const what = `The locator "${locator}" cannot be read.`;
    const remedy = "Write it like /models/{task}, /agents/{task}/model or /routes/[name={task}]/model.";
    throw new UserError({ where, what, remedy });
  }
  return steps;
}

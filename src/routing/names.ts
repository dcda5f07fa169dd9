import type { Model } from "../domain/model.ts";
import { UserError } from "../errors.ts";

type Known = Pick<Model, "id" | "provider" | "model">;

/** Ways in which files write a model of the catalogue. */
const STYLES: readonly ((model: Known) => string)[] = [
  ({ id }) => id,
  ({ provider, model }) => `${provider}/${model}`,
  ({ provider, model }) => `${provider},${model}`,
  ({ provider, model }) => `${provider}:${model}`,
  ({ model }) => model,
];

/** The id of what a file calls `name`: as `names` say, else the id, provider and model, or the model alone. Undefined where none or several fit. */
export function idOf(
  name: string,
  models: readonly Known[],
  names: Readonly<Record<string, string>>,
): string | undefined {
  if (Object.hasOwn(names, name)) return names[name];
  for (const style of STYLES) {
    const fitting = models.filter((model) => style(model) === name);
    if (fitting.length === 1) return fitting[0]?.id;
  }
  return undefined;
}

/**
 * A name that `names` gives to another model than the catalogue does by itself: whoever could write that would hide a switch.
 * Undefined where there is none.
 */
export function misnamed(
  models: readonly Known[],
  names: Readonly<Record<string, string>>,
): { readonly name: string; readonly id: string; readonly own: string } | undefined {
  for (const [name, id] of Object.entries(names)) {
    const own = models.filter((model) => STYLES.some((style) => style(model) === name));
    const [first] = own;
    if (first !== undefined && !own.some((model) => model.id === id)) return { name, id, own: first.id };
  }
  return undefined;
}

/** @throws UserError for a name of {@link misnamed}; `where` says on which line of the table it stands */
export function checkNames(
  models: readonly Known[],
  names: Readonly<Record<string, string>>,
  where: (name: string) => string,
): void {
  const wrong = misnamed(models, names);
  if (wrong === undefined) return;
  const { name, id, own } = wrong;
  const what = `source.names says that "${name}" is ${id}, but the catalogue has it as ${own}.`;
  const remedy = "Take the line out. A model is renamed in the catalogue.";
  throw new UserError({ where: where(name), what, remedy });
}

/** What a file that writes a model as `like` would call the model `id`. Undefined where the catalogue does not know it. */
export function nameOf(
  id: string,
  like: string,
  models: readonly Known[],
  names: Readonly<Record<string, string>>,
): string | undefined {
  const stated = Object.entries(names).find(([, value]) => value === id)?.[0];
  if (stated !== undefined) return stated;
  const target = models.find((model) => model.id === id);
  if (target === undefined) return undefined;
  const style = STYLES.find((write) => models.some((model) => write(model) === like));
  // A name of another kind than any we know: the way the format itself writes a model.
  return (
    style ??
    ((model: Known) => (like.includes(",") ? `${model.provider},${model.model}` : `${model.provider}/${model.model}`))
  )(target);
}

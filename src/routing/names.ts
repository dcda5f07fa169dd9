import type { Model } from "../domain/model.ts";

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

import type { Model } from "../domain/model.ts";
import type { Route, Source } from "../domain/routing.ts";
import { idOf } from "./names.ts";

/** The models of a route in one version of a table: by the catalogue's ids, and by the names that its file uses. */
interface Version {
  /** With the last model that was let through on evidence. */
  readonly route: Route;
  readonly named: { readonly model: string; readonly fallbacks: readonly string[] };
  readonly source: Source | undefined;
}

/** What a change does to the names by which a file calls models. */
export interface Naming {
  /** Models that go by another name than before, while `source.names` alone says that both are one. */
  readonly renamed: readonly { readonly about: "model" | "fallback"; readonly id: string; readonly reason: string }[];
  /** What else the change says about names; decides nothing. */
  readonly notes: readonly string[];
}

/**
 * A file's names of models are what its reader sends. That two of them are one model, the catalogue can say (id, API id, provider
 * and API id); `source.names` can claim it of any two, so what rests on it alone is as untested as another model.
 */
export function namingOf(
  before: Version,
  after: Version,
  models: readonly Pick<Model, "id" | "provider" | "model">[],
): Naming {
  const place = after.source?.file ?? "The table";
  const known = (name: string, id: string) => idOf(name, models, {}) === id || name === id;
  const renamed = (about: "model" | "fallback", { id, was, is }: { id: string; was: string; is: string }) => {
    if (was === is || known(is, id)) return [];
    const what = `${place} says "${is}" where it said "${was}". Only source.names says that both are ${id}, and no evidence compares them.`;
    const remedy = `Give "${is}" an id of its own in the catalogue, compare the two, and route to it.`;
    return [{ about, id, reason: `${what} ${remedy}` }];
  };
  const { model } = after.route;
  const is = after.named.model;
  const stated = idOf(is, models, before.source?.names ?? {}) === model || known(is, model);
  // What stood before an exception is put back under the name that the old table knew it by.
  const back = before.named.model !== is && idOf(before.named.model, models, before.source?.names ?? {}) !== model;
  return {
    renamed: [
      ...(before.route.model !== model || (back && stated)
        ? []
        : renamed("model", { id: model, was: before.named.model, is })),
      ...after.route.fallbacks.flatMap((id, index) => {
        const old = before.route.fallbacks.indexOf(id);
        const [was, now] = [before.named.fallbacks[old], after.named.fallbacks[index]];
        return was === undefined || now === undefined ? [] : renamed("fallback", { id, was, is: now });
      }),
    ],
    notes:
      before.route.model === model || stated
        ? []
        : [`${place} calls ${model} "${is}": so says source.names of this change alone.`],
  };
}

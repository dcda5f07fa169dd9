import { isGone } from "../compare/refusal.ts";
import type { Catalog, Model } from "../domain/model.ts";

/** What a change is judged by of the catalogue. */
export interface JudgedCatalog {
  /** Today's models, each retiring on the earlier day of both versions, and those that only the older one has. */
  readonly catalog: Catalog;
  /** How a model is gone, in words; undefined where either version still has it in service. */
  readonly gone: (id: string) => string | undefined;
  /** What to know of a model that is gone by this change alone. */
  readonly goneHere: (id: string) => string | undefined;
}

/**
 * A change cannot bring along the edit of the catalogue that turns its own verdict: of a date taken back, or of an incumbent that
 * is taken out of service, the older version counts as well.
 * @param before undefined where git does not know it: then today's counts alone
 * @param now milliseconds since the epoch
 */
export function judgedCatalog(today: Catalog, before: Catalog | undefined, now: number): JudgedCatalog {
  const find = (id: string, { models }: Catalog) => models.find((each) => each.id === id);
  const old = before ?? today;
  const known = new Set(today.models.map(({ id }) => id));
  const isNewlyGone = (id: string) => isGone(find(id, today), now) && !isGone(find(id, old), now);
  return {
    catalog: {
      ...today,
      providers: { ...old.providers, ...today.providers },
      models: [
        ...today.models.map((model) => retiringAsEither(model, find(model.id, old))),
        ...old.models.filter(({ id }) => !known.has(id)),
      ],
    },
    gone: (id) => {
      if (!isGone(find(id, today), now) || isNewlyGone(id)) return undefined;
      return find(id, today) === undefined ? "is no longer in the catalogue" : "is retired";
    },
    goneHere: (id) => {
      if (!isNewlyGone(id)) return undefined;
      return find(id, today) === undefined
        ? `${id} is taken out of the catalogue by this change, which does not count for its own verdict. Leave it in for now, and take it out in the next change.`
        : `${id} is retired by this change's edit of the catalogue, which does not count for its own verdict. Land that edit first.`;
    },
  };
}

function retiringAsEither(model: Model, old: Model | undefined): Model {
  const dates = [model.retiresOn, old?.retiresOn].filter((date) => date !== undefined).sort();
  return dates[0] === undefined ? model : { ...model, retiresOn: dates[0] };
}

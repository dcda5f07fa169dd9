import type { Candidate, Catalog, Model } from "../domain/model.ts";
import type { Suite } from "../domain/suite.ts";
import { UserError } from "../errors.ts";
import { findModel } from "../suite/project.ts";
import { type Keys, keyVariableOf } from "./keys.ts";

/** Who judges a run. One unrelated judge; or a panel, whose related members have no vote on an answer; or one that is related. */
export interface Bench {
  readonly models: readonly Model[];
  readonly related: boolean;
}

/** A panel has judges of at least so many families: with both compared ones removed, one is left. */
const LEAST_FAMILIES = 3;
/** A judge that retires sooner could not be asked again when a verdict is questioned. */
const LEAST_MONTHS = 6;

/**
 * The judges of a run: the first in the catalogue whose family is none of the candidates', else a panel of three or more
 * families, else (where that is allowed) a related one. Undefined, with the reason, where there is none.
 * @throws UserError for a judge that was asked for and cannot judge
 */
export function chooseBench(options: {
  readonly catalog: Catalog;
  readonly suite: Suite;
  readonly candidates: readonly Candidate[];
  readonly keys: Keys;
  readonly allowRelated: boolean;
  /** Judges named on the command line: they may retire soon. */
  readonly asked: readonly string[] | undefined;
  readonly now: number;
}): { readonly bench: Bench | undefined; readonly reason: string } {
  const { catalog, suite, keys, asked, now } = options;
  const families = new Set(options.candidates.map(({ model }) => model.family));
  const isRelated = ({ family }: Model) => families.has(family);
  const known = (asked ?? catalog.judges).map((id) => findModel(catalog, id));
  const withKey = known.filter((model) => keys.of(model, catalog) !== undefined);
  const keyless = asked === undefined ? undefined : known.find((model) => !withKey.includes(model));
  if (keyless !== undefined) {
    const remedy = `Put ${keyVariableOf(keyless, catalog)}=... into .env or the environment.`;
    throw new UserError({ where: "--judge", what: `${keyless.id} has no key.`, remedy });
  }
  const askedFamilies = new Set(asked === undefined ? [] : known.map(({ family }) => family)).size;
  if (asked !== undefined && asked.length > 1 && askedFamilies < LEAST_FAMILIES) {
    const what = `${asked.join(", ")} are of ${askedFamilies} ${askedFamilies === 1 ? "family" : "families"}; a panel has at least ${LEAST_FAMILIES}.`;
    throw new UserError({ where: "--judge", what, remedy: "Name one judge, or one of each of three families." });
  }
  const usable = asked === undefined ? withKey.filter((model) => !retiresSoon(model, now)) : withKey;
  const panel = onePerFamily([...usable.filter((model) => !isRelated(model)), ...usable.filter(isRelated)]);
  const wantsPanel = suite.scorers.some(({ options: { panel: how } }) => how !== undefined) || (asked?.length ?? 0) > 1;
  if (wantsPanel && panel.length >= LEAST_FAMILIES) return { bench: { models: panel, related: false }, reason: "" };
  const unrelated = usable.find((model) => !isRelated(model));
  if (unrelated !== undefined) return { bench: { models: [unrelated], related: false }, reason: "" };
  if (panel.length >= LEAST_FAMILIES) return { bench: { models: panel, related: false }, reason: "" };
  const [related] = usable;
  if (options.allowRelated && related !== undefined) return { bench: { models: [related], related: true }, reason: "" };
  if (asked !== undefined) {
    const what = `${asked.join(", ")}: of the family of a compared model, and fewer than ${LEAST_FAMILIES} families.`;
    const remedy = "Name another judge, or a panel of three families; or add --allow-related-judge (advisory then).";
    throw new UserError({ where: "--judge", what, remedy });
  }
  return { bench: undefined, reason: reasonOf(withKey, usable) };
}

function reasonOf(withKey: readonly Model[], usable: readonly Model[]): string {
  const soon = withKey.filter((model) => !usable.includes(model)).map(({ id }) => id);
  const retiring = soon.length === 0 ? "" : ` (${soon.join(", ")} retires within ${LEAST_MONTHS} months)`;
  return `no judge at hand whose family differs from every candidate's, and no panel of ${LEAST_FAMILIES} families${retiring}`;
}

/** Whether a model is switched off before half a year is over. @param now milliseconds since the epoch */
export function retiresSoon({ retiresOn }: Pick<Model, "retiresOn">, now: number): boolean {
  if (retiresOn === undefined) return false;
  const limit = new Date(now);
  limit.setUTCMonth(limit.getUTCMonth() + LEAST_MONTHS);
  return Date.parse(`${retiresOn}T00:00:00Z`) < limit.getTime();
}

function onePerFamily(models: readonly Model[]): Model[] {
  return models.filter((model, at) => models.findIndex(({ family }) => family === model.family) === at);
}

/** What a manifest says of the judges. */
export function benchFact(bench: Bench | undefined) {
  if (bench === undefined) return null;
  const { models, related } = bench;
  const members = models.map(({ id, family }) => ({ model: id, family }));
  const joined = (values: readonly string[]) => values.join(" + ");
  return {
    model: joined(members.map(({ model }) => model)),
    family: joined(members.map(({ family }) => family)),
    related,
    ...(members.length > 1 ? { panel: members } : {}),
  };
}

import { isGone } from "../compare/refusal.ts";
import type { Candidate, Catalog, Model } from "../domain/model.ts";
import type { PlannedRoute } from "../domain/run.ts";
import type { Suite } from "../domain/suite.ts";
import { UserError } from "../errors.ts";
import { suggest } from "../suite/complain.ts";
import { findModel } from "../suite/project.ts";
import type { YamlFile } from "../suite/yaml.ts";
import { type Keys, keyVariableOf } from "./keys.ts";

export interface Lineup {
  readonly candidates: Candidate[];
  readonly skipped: { model: string; reason: string }[];
}

/**
 * Who runs: the models asked for, or all that can judge themselves able to; and always the incumbents.
 * @throws UserError for an unknown model or variant, and for a model that was asked for (or serves a route) without its key.
 */
export function chooseCandidates(options: {
  readonly catalog: YamlFile<Catalog>;
  readonly suite: Suite;
  readonly suiteFile: string;
  readonly routes: readonly PlannedRoute[];
  readonly asked: readonly string[] | undefined;
  readonly keys: Keys;
  /** Milliseconds since the epoch. */
  readonly now: number;
}): Lineup {
  const { catalog, suite, routes, asked, keys } = options;
  const judgesOnly = (model: Model) => catalog.value.judges.includes(model.id) && model.simulation !== undefined;
  const incumbents = [...new Set(routes.map(({ incumbent }) => incumbent))];
  const names = asked ?? catalog.value.models.filter((model) => !judgesOnly(model)).map(({ id }) => id);
  const wanted = [...new Set([...incumbents, ...names])];
  const candidates: Candidate[] = [];
  const skipped: Lineup["skipped"] = [];
  for (const name of wanted) {
    const [id = "", variant = "default"] = name.split("#");
    const model = findModel(catalog.value, id);
    if (!(variant in suite.prompts)) {
      const remedy = suggest(variant, Object.keys(suite.prompts));
      throw new UserError({ where: options.suiteFile, what: `There is no prompt variant "${variant}".`, remedy });
    }
    if (asked === undefined && !incumbents.includes(name) && isGone(model, options.now)) {
      skipped.push({ model: id, reason: `it retired on ${model.retiresOn}` });
      continue;
    }
    if (keys.of(model, catalog.value) !== undefined) {
      candidates.push({ id: name, model, variant });
      continue;
    }
    const variable = keyVariableOf(model, catalog.value);
    const needed =
      asked?.includes(name) === true ? "was asked for" : incumbents.includes(name) ? "serves a route today" : undefined;
    if (needed !== undefined) {
      const where = catalog.where(["models", catalog.value.models.indexOf(model)]);
      const remedy = `Put ${variable}=... into .env or the environment${asked === undefined ? ", or name another --incumbent" : ""}.`;
      throw new UserError({ where, what: `${id} ${needed}, but ${variable} is not set.`, remedy });
    }
    skipped.push({ model: id, reason: `${variable} is not set` });
  }
  if (candidates.length < 2) {
    const remedy = "Name more with --models, or add keys (npm run models lists them).";
    throw new UserError({ what: "A comparison needs at least two models.", remedy });
  }
  return { candidates: candidates.sort((a, b) => wanted.indexOf(a.id) - wanted.indexOf(b.id)), skipped };
}

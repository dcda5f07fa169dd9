import { join } from "node:path";
import type { Model } from "../domain/model.ts";
import { UserError } from "../errors.ts";
import type { Provider } from "../ports.ts";
import { DEFAULT_RETRY } from "../run/attempt.ts";
import { createBudget } from "../run/budget.ts";
import { embedderOf } from "./embed-client.ts";
import { openJudgeCache } from "./judge-cache.ts";
import { createJudge } from "./judge-client.ts";
import type { RunOptions } from "./options.ts";
import type { Prepared } from "./prepare.ts";
import { createProviderSet } from "./provider-set.ts";
import { createScoring } from "./scoring.ts";
import type { World } from "./world.ts";

const JUDGE_CACHE = ".signalbox/judge-replies.jsonl";

/** Providers of a prepared run, and its scorers. Calls nothing. @throws UserError for what is missing. */
export async function equip(prepared: Prepared, world: World, options: RunOptions) {
  const { catalog, keys, random, suite, cases, book, recording, candidates, bench } = prepared;
  const providerFor = createProviderSet({
    catalog,
    keys,
    clock: world.clock,
    fetch: world.fetch,
    random,
    suite: suite.id,
    cases,
    book,
    recording,
  });
  checkFleet(prepared);
  const providers = new Map<string, Provider>();
  const models = [...candidates.map(({ model }) => model), ...(bench?.models ?? [])];
  const calls = { inFlight: 0 };
  for (const model of models) {
    const isPaid = !FREE.has(catalog.providers[model.provider]?.dialect ?? "");
    const provider = await providerFor(model);
    if (!providers.has(model.provider)) providers.set(model.provider, isPaid ? counted(provider, calls) : provider);
  }
  const budget = createBudget(options.maxSpend);
  const concurrencyOf = (model: Model) => options.concurrency ?? catalog.providers[model.provider]?.concurrency ?? 8;
  // What a simulated judge says follows from the seed: there is nothing to save.
  const simulated = prepared.manifest.source === "simulated";
  const kept = simulated ? undefined : openJudgeCache(join(world.cwd, JUDGE_CACHE), keys.scrub);
  // Asked anew, a reply still replaces the one that was kept.
  const cache = kept !== undefined && options.fresh === true ? { ...kept, get: () => undefined } : kept;
  const judges = (bench?.models ?? []).map((model) =>
    createJudge({
      model,
      provider: providers.get(model.provider) as Provider,
      concurrency: concurrencyOf(model),
      budget,
      clock: world.clock,
      random: random("judge backoff"),
      cache,
    }),
  );
  const { clock, fetch } = world;
  const embedder = (id: string | undefined) => embedderOf(id, { catalog, keys, budget, clock, fetch, random });
  const scoring = await createScoring(prepared, world.cwd, { judges, embedder });
  const retry =
    options.deadline === undefined ? DEFAULT_RETRY : { ...DEFAULT_RETRY, deadlineMs: options.deadline * 1_000 };
  return {
    providers,
    budget,
    concurrencyOf,
    retry,
    scoring,
    calls,
    mostInFlight: mostInFlight(prepared, concurrencyOf),
  };
}

/** Dialects that cost nothing to be asked again. */
const FREE: ReadonlySet<string> = new Set(["simulated", "replay"]);

/** A provider that counts the calls that it is at. */
function counted(provider: Provider, calls: { inFlight: number }): Provider {
  return {
    async complete(request) {
      calls.inFlight += 1;
      try {
        return await provider.complete(request);
      } finally {
        calls.inFlight -= 1;
      }
    },
  };
}

/** The most calls that are paid for and in flight at once: each provider's places, and those of each judge. */
function mostInFlight({ catalog, candidates, bench }: Prepared, concurrencyOf: (model: Model) => number): number {
  const isPaid = ({ provider }: Model) => !FREE.has(catalog.providers[provider]?.dialect ?? "");
  const asked = new Map(candidates.map(({ model }) => [model.provider, model]));
  const all = [...asked.values(), ...(bench?.models ?? [])].filter(isPaid);
  return all.reduce((sum, model) => sum + concurrencyOf(model), 0);
}

// Without its skill or its entry in the answer book a simulated model could only fail, and look bad for it.
function checkFleet({ manifest, candidates, suite, suiteFile, book, cases }: Prepared): void {
  if (manifest.source !== "simulated") return;
  if (book === undefined) {
    const remedy = "Add answers: to the suite (docs/datasets.md), or a key to compare real models.";
    throw new UserError({
      where: suiteFile,
      what: "The suite has no answer book, so simulated models cannot answer.",
      remedy,
    });
  }
  const unskilled = candidates.find(
    ({ model }) => model.simulation !== undefined && !(suite.id in model.simulation.skill),
  );
  if (unskilled !== undefined) {
    const what = `${unskilled.id} states no skill for the suite "${suite.id}".`;
    throw new UserError({ what, remedy: `Add simulation.skill.${suite.id} to it in the catalogue.` });
  }
  const lacking = cases.facts.values().find(({ id }) => !book.has(id));
  if (lacking !== undefined) {
    const what = `The answer book has no entry for case "${lacking.id}".`;
    throw new UserError({ where: suite.answers ?? suiteFile, what, remedy: "Add one (docs/datasets.md)." });
  }
}

/** What {@link equip} makes. */
export type Equipment = Awaited<ReturnType<typeof equip>>;

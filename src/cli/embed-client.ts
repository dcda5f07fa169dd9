import pLimit from "p-limit";
import { z } from "zod";
import type { Catalog, EmbedderEntry, Model } from "../domain/model.ts";
import { UserError } from "../errors.ts";
import type { Clock, Embedder, Embedding, Provider, Random } from "../ports.ts";
import { createEmbeddingProvider } from "../providers/openai-embeddings.ts";
import { attemptCall, DEFAULT_RETRY, worstCaseOf } from "../run/attempt.ts";
import type { Budget } from "../run/budget.ts";
import { suggest } from "../suite/complain.ts";
import { type Keys, keyVariableOf } from "./keys.ts";

/** What embedders are made from. */
export interface EmbedderSources {
  readonly catalog: Catalog;
  readonly keys: Keys;
  readonly budget: Budget;
  readonly clock: Clock;
  readonly fetch: typeof globalThis.fetch;
  readonly random: Random;
}

/** Vectors kept: a reference is compared with the answers of all candidates, one after the other. */
const KEPT = 256;

/**
 * Finds an embedder of the catalogue, the first where none is named. Each has a limiter of its own; what it costs is
 * counted with the scoring, and reserved from the spending limit first.
 * @throws UserError where there is none, its key is missing, or a spending limit meets a price that nobody knows
 */
export function embedderOf(id: string | undefined, sources: EmbedderSources): Embedder {
  const { catalog, keys } = sources;
  const entry = entryOf(id, catalog);
  const model = asModel(entry);
  const config = catalog.providers[entry.provider];
  if (config?.dialect !== "openai") {
    const what = `The embedder "${entry.id}" is served by "${entry.provider}", which does not speak the OpenAI dialect.`;
    throw new UserError({ what, remedy: "Name a provider with dialect: openai in the catalogue." });
  }
  const apiKey = keys.of(model, catalog);
  if (apiKey === undefined) {
    const variable = keyVariableOf(model, catalog);
    const what = `The embedder "${entry.id}" needs ${variable}, which is not set.`;
    throw new UserError({ what, remedy: `Put ${variable}=... into .env or the environment, or drop the scorer.` });
  }
  if (sources.budget.limitUsd !== undefined && model.price === "unknown") {
    const what = `It cannot be held: the embedder ${entry.id} has no known price.`;
    const remedy = "Add its price to models.yaml, or leave out --max-spend.";
    throw new UserError({ where: "--max-spend", what, remedy });
  }
  const { baseURL, concurrency } = config;
  const provider = createEmbeddingProvider({
    apiKey: apiKey || undefined,
    baseURL,
    fetch: sources.fetch,
    clock: sources.clock,
  });
  return createEmbedder(model, provider, { ...sources, concurrency });
}

function entryOf(id: string | undefined, { embedders }: Catalog): EmbedderEntry {
  const entry = id === undefined ? embedders[0] : embedders.find((each) => each.id === id);
  if (entry !== undefined) return entry;
  if (id === undefined || embedders.length === 0) {
    throw new UserError({ what: "The catalogue has no embedders.", remedy: "Add embedders: to it (docs/models.md)." });
  }
  const remedy = suggest(
    id,
    embedders.map((each) => each.id),
  );
  throw new UserError({ what: `There is no embedder "${id}" in the catalogue.`, remedy });
}

/** As the calls of a run know it: nothing is put out. */
function asModel({ id, provider, model, price }: EmbedderEntry): Model {
  const rates = typeof price === "string" ? price : { ...price, output: 0 };
  return { id, provider, model, family: id, params: {}, accepts: [], price: rates };
}

const Vector = z.array(z.number()).min(1);

/** An embedder over a provider whose answers are vectors as JSON. */
export function createEmbedder(
  model: Model,
  provider: Provider,
  options: Pick<EmbedderSources, "budget" | "clock" | "random"> & { readonly concurrency: number },
): Embedder {
  const { budget, clock } = options;
  const random = options.random("embedding backoff");
  const limit = pLimit(options.concurrency);
  const kept = new Map<string, Promise<Embedding>>();

  async function call(text: string, caseId: string, signal: AbortSignal): Promise<Embedding> {
    const request = { model, messages: [{ role: "user" as const, content: text }], tools: [], params: {} };
    // Without a price there is no limit either, as embedderOf sees to, and nothing to set aside.
    const reservation = await budget.reserve(worstCaseOf(request) ?? 0);
    if (reservation === undefined) return { state: "failed", reason: "the spending limit is reached", costUsd: 0 };
    let chargedUsd: number | undefined;
    try {
      const origin = { caseId, repeat: 0, role: "judge" as const };
      const how = { provider, clock, random, retry: DEFAULT_RETRY, mayRetry: () => reservation.extend() };
      const outcome = await attemptCall({ ...request, origin }, signal, how);
      chargedUsd = outcome.costUsd;
      const cost = outcome.costUsd === undefined ? {} : { costUsd: outcome.costUsd };
      if (outcome.state === "failed")
        return { state: "failed", reason: `${outcome.reason}: ${outcome.message}`, ...cost };
      return { state: "embedded", vector: Vector.parse(JSON.parse(outcome.completion.text)), ...cost };
    } finally {
      reservation.settle(chargedUsd);
    }
  }

  return {
    model: model.id,
    async embed({ text, caseId, signal }) {
      const known = kept.get(text);
      if (known !== undefined) {
        const embedding = await known;
        // Whoever asked first has paid.
        if (embedding.state === "embedded") return { ...embedding, costUsd: 0 };
      }
      const asked = limit(() => call(text, caseId, signal));
      kept.set(text, asked);
      const [oldest] = kept.keys();
      if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest);
      asked.catch(() => kept.delete(text));
      return asked;
    },
  };
}

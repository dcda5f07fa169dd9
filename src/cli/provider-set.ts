import type { Case } from "../domain/case.ts";
import type { Catalog, Model } from "../domain/model.ts";
import { UserError } from "../errors.ts";
import type { Clock, Provider, Random } from "../ports.ts";
import type { AnswerEntry } from "../providers/answer-book.ts";
import type { Recording } from "../providers/replay.ts";
import { type Keys, keyVariableOf } from "./keys.ts";

/** What providers are made from. */
export interface ProviderSources {
  readonly catalog: Catalog;
  readonly keys: Keys;
  readonly clock: Clock;
  readonly fetch: typeof globalThis.fetch;
  readonly random: Random;
  readonly suite: string;
  readonly cases: Pick<ReadonlyMap<string, Case>, "get">;
  /** For the simulated fleet. */
  readonly book: Pick<ReadonlyMap<string, AnswerEntry>, "get"> | undefined;
  /** For recorded answers. */
  readonly recording: Recording | undefined;
}

/** Makes each provider once, when a model first needs it; its code is loaded then, too. */
export function createProviderSet(sources: ProviderSources): (model: Model) => Promise<Provider> {
  const made = new Map<string, Promise<Provider>>();
  return (model) => {
    const known = made.get(model.provider) ?? createProvider(model, sources);
    made.set(model.provider, known);
    return known;
  };
}

async function createProvider(model: Model, sources: ProviderSources): Promise<Provider> {
  const { catalog, keys, clock, fetch, suite, cases, random, book, recording } = sources;
  const config = catalog.providers[model.provider];
  if (config === undefined) throw new Error(`no provider ${model.provider}`);
  const { dialect, baseURL } = config;
  const apiKey = sendable(keys.of(model, catalog) || undefined, keyVariableOf(model, catalog));
  // Loading the line must not count as the latency of the first answer.
  if (dialect === "anthropic" || dialect === "openai") await import("../providers/lean-fetch.ts");
  switch (dialect) {
    case "anthropic": {
      const { createAnthropicProvider } = await import("../providers/anthropic.ts");
      return createAnthropicProvider({ apiKey, baseURL, fetch, clock });
    }
    case "openai": {
      const { createOpenAiProvider } = await import("../providers/openai.ts");
      return createOpenAiProvider({ apiKey, baseURL, fetch, clock });
    }
    case "simulated": {
      if (book === undefined) throw new Error("no answer book");
      const { createSimulatedProvider } = await import("../providers/simulated.ts");
      return createSimulatedProvider({ suite, cases, book, random });
    }
    case "replay": {
      if (recording === undefined) throw new Error("no recording");
      const { createReplayProvider } = await import("../providers/replay.ts");
      return createReplayProvider(recording);
    }
  }
}

// The line would refuse it too, call by call, and blame itself.
function sendable(key: string | undefined, variable: string): string | undefined {
  if (key === undefined || /^[\x21-\x7e]+$/.test(key)) return key;
  const what = "The key holds a blank, a line break or a letter that no request can carry.";
  throw new UserError({ where: variable, what, remedy: "Copy it again, without what stands around it." });
}

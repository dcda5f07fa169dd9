import { describe, expect, it } from "vitest";
import { type Catalog, CatalogSchema } from "../domain/model.ts";
import { UserError } from "../errors.ts";
import { type Provider, ProviderError } from "../ports.ts";
import { createBudget } from "../run/budget.ts";
import { createEmbedder, embedderOf } from "./embed-client.ts";
import { seededRandom, systemClock } from "./world.ts";

const price = { input: 1_000_000, output: 0, source: "a test", checkedAt: "2026-01-01" };
const model = { id: "e", provider: "p", model: "e-1", family: "e", params: {}, accepts: [], price };
const signal = new AbortController().signal;

function providerWith(answer: () => string): { readonly provider: Provider; readonly asked: string[] } {
  const asked: string[] = [];
  const provider: Provider = {
    async complete({ messages }) {
      asked.push(messages[0]?.content ?? "");
      return {
        text: answer(),
        toolCalls: [],
        finishReason: { unified: "stop", raw: "stop" },
        usage: { freshInput: 2, visibleOutput: 0 },
        servedModel: "e-1",
      };
    },
  };
  return { provider, asked };
}

function embedderWith(provider: Provider, maxSpend?: number) {
  const budget = createBudget(maxSpend);
  return createEmbedder(model, provider, { budget, clock: systemClock, random: seededRandom("s"), concurrency: 1 });
}

describe("createEmbedder", () => {
  it("gives the vector and its cost, and asks once for a text", async () => {
    const { provider, asked } = providerWith(() => "[1,2]");
    const embedder = embedderWith(provider);
    const embed = () => embedder.embed({ text: "a", caseId: "c", signal });
    const [first, second] = await Promise.all([embed(), embed()]);
    expect(first).toEqual({ state: "embedded", vector: [1, 2], costUsd: 2 });
    expect(second).toEqual({ state: "embedded", vector: [1, 2], costUsd: 0 });
    expect(asked).toEqual(["a"]);
  });

  it("spends no more than there is", async () => {
    const { provider, asked } = providerWith(() => "[1]");
    expect(await embedderWith(provider, 5).embed({ text: "a long text", caseId: "c", signal })).toEqual({
      state: "failed",
      reason: "the spending limit is reached",
      costUsd: 0,
    });
    expect(asked).toEqual([]);
  });

  it("tells why a call failed, and asks again for the same text", async () => {
    let fails = true;
    const { provider } = providerWith(() => {
      if (fails) throw new ProviderError("no such model", { reason: "invalid-request", retryable: false });
      return "[1]";
    });
    const embedder = embedderWith(provider);
    const embed = () => embedder.embed({ text: "a", caseId: "c", signal });
    expect(await embed()).toMatchObject({ state: "failed", reason: "invalid-request: no such model" });
    fails = false;
    expect(await embed()).toMatchObject({ state: "embedded" });
  });
});

describe("embedderOf", () => {
  const catalog = (embedders: unknown[]): Catalog =>
    CatalogSchema.parse({
      providers: { open: { dialect: "openai", keyVariable: "OPEN_KEY" }, other: { dialect: "anthropic" } },
      models: [model],
      embedders,
    });
  const find = (embedders: unknown[], id?: string, key?: string, maxSpend?: number) =>
    embedderOf(id, {
      catalog: catalog(embedders),
      keys: { of: () => key, scrub: (text) => text },
      budget: createBudget(maxSpend),
      clock: systemClock,
      fetch: globalThis.fetch,
      random: seededRandom("s"),
    });
  const entry = { id: "small", provider: "open", model: "small-1" };

  it("takes the first, or the one that is named", () => {
    expect(find([entry, { ...entry, id: "large" }], undefined, "k").model).toBe("small");
    expect(find([entry, { ...entry, id: "large", price: "free" }], "large", "").model).toBe("large");
  });

  it.each([
    [[], undefined, "k", "The catalogue has no embedders. Add embedders: to it (docs/models.md)."],
    [[entry], "smal", "k", 'There is no embedder "smal" in the catalogue.'],
    [[entry], undefined, undefined, 'The embedder "small" needs OPEN_KEY, which is not set.'],
    [[{ ...entry, provider: "other" }], undefined, "k", "does not speak the OpenAI dialect"],
  ])("says at once what is missing", (embedders, id, key, words) => {
    expect(() => find(embedders, id, key)).toThrow(UserError);
    expect(() => find(embedders, id, key)).toThrow(words);
  });

  it("refuses a spending limit that it cannot hold, for want of a price", () => {
    expect(() => find([entry], undefined, "k", 1)).toThrow(
      "--max-spend: It cannot be held: the embedder small has no known price.",
    );
    const price = { input: 0.02, source: "a test", checkedAt: "2026-01-01" };
    for (const known of [price, "free"]) {
      expect(find([{ ...entry, price: known }], undefined, "k", 1).model).toBe("small");
    }
  });
});

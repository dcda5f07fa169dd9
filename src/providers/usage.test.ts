import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anthropicUsage, billedUsd, openAiUsage } from "./usage.ts";

describe("openAiUsage", () => {
  it("takes cached and written tokens out of the prompt", () => {
    const prompt_tokens_details = { cached_tokens: 700, cache_write_tokens: 200 };
    expect(openAiUsage({ prompt_tokens: 1_000, completion_tokens: 5, prompt_tokens_details })).toEqual({
      freshInput: 100,
      cacheRead: 700,
      cacheWrite5m: 200,
      visibleOutput: 5,
    });
  });

  it("reads cached tokens where Moonshot puts them", () => {
    const usage = openAiUsage({ prompt_tokens: 1_000, completion_tokens: 5, total_tokens: 1_005, cached_tokens: 900 });
    expect(usage).toEqual({ freshInput: 100, cacheRead: 900, visibleOutput: 5 });
  });

  it("derives thinking that only the total counts, as Gemini reports it", () => {
    const usage = openAiUsage({ prompt_tokens: 12, completion_tokens: 3, total_tokens: 415 });
    expect(usage).toEqual({ freshInput: 12, visibleOutput: 3, reasoning: 400 });
  });

  it("does not take reasoning out of the completion where it is counted beside it", () => {
    const completion_tokens_details = { reasoning_tokens: 400 };
    const usage = openAiUsage({
      prompt_tokens: 12,
      completion_tokens: 3,
      total_tokens: 415,
      completion_tokens_details,
    });
    expect(usage).toEqual({ freshInput: 12, visibleOutput: 3, reasoning: 400 });
  });

  it("leaves out what is not reported, and what is no count", () => {
    expect(openAiUsage(undefined)).toEqual({});
    expect(openAiUsage(null)).toEqual({});
    expect(openAiUsage({ prompt_tokens: -1, completion_tokens: "7", total_tokens: 1.5 })).toEqual({});
    expect(openAiUsage({ prompt_tokens: 9, completion_tokens: null, prompt_tokens_details: null })).toEqual({
      freshInput: 9,
    });
  });
});

describe("anthropicUsage", () => {
  it("keeps the two lifetimes of the cache apart", () => {
    const usage = anthropicUsage({
      input_tokens: 20,
      cache_read_input_tokens: 1_000,
      cache_creation_input_tokens: 500,
      cache_creation: { ephemeral_5m_input_tokens: 400, ephemeral_1h_input_tokens: 100 },
      output_tokens: 50,
      output_tokens_details: { thinking_tokens: 30 },
    });
    const cached = { cacheRead: 1_000, cacheWrite5m: 400, cacheWrite1h: 100 };
    expect(usage).toEqual({ freshInput: 20, ...cached, visibleOutput: 20, reasoning: 30 });
  });

  it("counts writes of unknown lifetime as the default of five minutes", () => {
    const usage = anthropicUsage({ input_tokens: 20, cache_creation_input_tokens: 500, cache_creation: null });
    expect(usage).toEqual({ freshInput: 20, cacheWrite5m: 500 });
  });
});

describe("the buckets", () => {
  const tokens = fc.nat(1_000_000);
  const sum = (usage: object) => Object.values(usage).reduce((total: number, count: number) => total + count, 0);

  it("are disjoint: together they are what OpenAI counts in all", () => {
    fc.assert(
      fc.property(tokens, tokens, tokens, tokens, tokens, (fresh, read, written, visible, thought) => {
        const usage = {
          prompt_tokens: fresh + read + written,
          completion_tokens: visible + thought,
          total_tokens: fresh + read + written + visible + thought,
          prompt_tokens_details: { cached_tokens: read, cache_write_tokens: written },
          completion_tokens_details: { reasoning_tokens: thought },
        };
        const inside = openAiUsage(usage);
        expect(inside).toMatchObject({
          freshInput: fresh,
          cacheRead: read,
          visibleOutput: visible,
          reasoning: thought,
        });
        expect(sum(inside)).toBe(usage.total_tokens);
        // Gemini counts the thinking beside the completion, and may not name it.
        const beside = openAiUsage({ ...usage, completion_tokens: visible, completion_tokens_details: null });
        expect(sum(beside)).toBe(usage.total_tokens);
      }),
    );
  });

  it("are disjoint: together they are what Anthropic counts", () => {
    fc.assert(
      fc.property(tokens, tokens, tokens, tokens, tokens, (fresh, read, short, visible, thought) => {
        const usage = anthropicUsage({
          input_tokens: fresh,
          cache_read_input_tokens: read,
          cache_creation_input_tokens: short,
          output_tokens: visible + thought,
          output_tokens_details: { thinking_tokens: thought },
        });
        expect(usage).toMatchObject({ cacheWrite5m: short, visibleOutput: visible, reasoning: thought });
        expect(sum(usage)).toBe(fresh + read + short + visible + thought);
      }),
    );
  });

  it("are counts or nothing, whatever a server sends", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), fc.jsonValue(), (one, two, three) => {
        const raw = { prompt_tokens: one, input_tokens: one, completion_tokens: two, output_tokens: two };
        const odd = { ...raw, prompt_tokens_details: three, cache_creation: three, total_tokens: three, cost: three };
        for (const usage of [openAiUsage(odd), anthropicUsage(odd)]) {
          expect(Object.values(usage).every((count = -1) => Number.isSafeInteger(count) && count >= 0)).toBe(true);
        }
        const billed = billedUsd(odd);
        expect(billed === undefined || billed >= 0).toBe(true);
      }),
    );
  });
});

describe("billedUsd", () => {
  it("reads OpenRouter's charge", () => expect(billedUsd({ cost: 0.00042 })).toBe(0.00042));
  it("is unknown elsewhere", () => expect(billedUsd({ prompt_tokens: 4 })).toBeUndefined());
  it("does not take OpenRouter's fee for the whole charge", () => {
    expect(billedUsd({ cost: 0.00001, is_byok: true })).toBeUndefined();
    const cost_details = { upstream_inference_cost: 0.5 };
    expect(billedUsd({ cost: 0.25, is_byok: true, cost_details })).toBe(0.75);
  });
});

import { z } from "zod";
import type { Usage } from "../domain/trial.ts";

/** A count that nobody reported, or reported as nonsense, is unknown. It never spoils the answer. */
const Count = z
  .number()
  .int()
  .nonnegative()
  .nullish()
  .catch(undefined)
  .transform((value) => value ?? undefined);

function details<S extends z.ZodRawShape>(shape: S) {
  return z.object(shape).nullish().catch(undefined);
}

const AnthropicUsage = z.object({
  input_tokens: Count,
  cache_read_input_tokens: Count,
  cache_creation_input_tokens: Count,
  cache_creation: details({ ephemeral_5m_input_tokens: Count, ephemeral_1h_input_tokens: Count }),
  output_tokens: Count,
  output_tokens_details: details({ thinking_tokens: Count }),
});

/** Tokens as the Anthropic dialect reports them: input excludes the cache, output includes thinking. */
export function anthropicUsage(raw: unknown): Usage {
  const { data } = AnthropicUsage.safeParse(raw);
  if (data === undefined) return {};
  const written = data.cache_creation;
  const reasoning = data.output_tokens_details?.thinking_tokens;
  return known({
    freshInput: data.input_tokens,
    cacheRead: data.cache_read_input_tokens,
    // Without the breakdown, the lifetime is the default one of five minutes.
    cacheWrite5m: written?.ephemeral_5m_input_tokens ?? (written ? undefined : data.cache_creation_input_tokens),
    cacheWrite1h: written?.ephemeral_1h_input_tokens,
    visibleOutput: minus(data.output_tokens, reasoning),
    reasoning,
  });
}

const OpenAiUsage = z.object({
  prompt_tokens: Count,
  completion_tokens: Count,
  total_tokens: Count,
  /** Moonshot puts it here. */
  cached_tokens: Count,
  prompt_tokens_details: details({ cached_tokens: Count, cache_write_tokens: Count }),
  completion_tokens_details: details({ reasoning_tokens: Count }),
});

/**
 * Tokens as the OpenAI dialect reports them. `prompt_tokens` includes what was read from and written to the cache.
 * `completion_tokens` includes reasoning, save where a service counts it beside them: then the total shows it.
 */
export function openAiUsage(raw: unknown): Usage {
  const { data } = OpenAiUsage.safeParse(raw);
  if (data === undefined) return {};
  const cacheRead = data.prompt_tokens_details?.cached_tokens ?? data.cached_tokens;
  // The dialect does not say for how long; the price tables of its services know one write price.
  const cacheWrite5m = data.prompt_tokens_details?.cache_write_tokens;
  return known({
    freshInput: minus(minus(data.prompt_tokens, cacheRead), cacheWrite5m),
    cacheRead,
    cacheWrite5m,
    ...outputOf(data),
  });
}

function outputOf(
  data: z.output<typeof OpenAiUsage>,
): Partial<Record<"visibleOutput" | "reasoning", number | undefined>> {
  const { prompt_tokens: prompt, completion_tokens: completion, total_tokens: total } = data;
  const reported = data.completion_tokens_details?.reasoning_tokens;
  const beside =
    prompt === undefined || completion === undefined || total === undefined ? 0 : total - prompt - completion;
  if (beside > 0 && (reported === undefined || beside >= reported)) {
    return { visibleOutput: completion, reasoning: reported ?? beside };
  }
  return { visibleOutput: minus(completion, reported), reasoning: reported };
}

const Usd = z.number().nonnegative();
const Billed = z.object({
  cost: Usd.optional(),
  is_byok: z.boolean().nullish(),
  cost_details: details({ upstream_inference_cost: Usd.nullish() }),
});

/**
 * What OpenRouter says was charged, in USD; undefined elsewhere. With a key of one's own at the upstream vendor
 * (`is_byok`), `cost` is only OpenRouter's fee: the vendor's charge comes on top, and where it is not stated the list
 * price tells more.
 */
export function billedUsd(raw: unknown): number | undefined {
  const { data } = Billed.safeParse(raw);
  if (data?.cost === undefined) return undefined;
  if (data.is_byok !== true) return data.cost;
  const upstream = data.cost_details?.upstream_inference_cost ?? undefined;
  return upstream === undefined ? undefined : data.cost + upstream;
}

function minus(total: number | undefined, part: number | undefined): number | undefined {
  return total === undefined ? undefined : Math.max(0, total - (part ?? 0));
}

function known(buckets: { readonly [K in keyof Usage]: number | undefined }): Usage {
  return Object.fromEntries(Object.entries(buckets).filter(([, count]) => count !== undefined));
}

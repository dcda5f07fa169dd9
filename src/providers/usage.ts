import type { Usage } from "../domain/trial.ts";
import { amountOf, countOf, type Fields, fieldsOf } from "./fields.ts";

/** Tokens as the Anthropic dialect reports them: input excludes the cache, output includes thinking. */
export function anthropicUsage(raw: unknown): Usage {
  const stated = fieldsOf(raw) ?? {};
  const written = fieldsOf(stated.cache_creation);
  const reasoning = countOf(fieldsOf(stated.output_tokens_details)?.thinking_tokens);
  return known({
    freshInput: countOf(stated.input_tokens),
    cacheRead: countOf(stated.cache_read_input_tokens),
    // Without the breakdown, the lifetime is the default one of five minutes.
    cacheWrite5m: countOf(
      written === undefined ? stated.cache_creation_input_tokens : written.ephemeral_5m_input_tokens,
    ),
    cacheWrite1h: countOf(written?.ephemeral_1h_input_tokens),
    visibleOutput: minus(countOf(stated.output_tokens), reasoning),
    reasoning,
  });
}

/**
 * Tokens as the OpenAI dialect reports them. `prompt_tokens` includes what was read from and written to the cache.
 * `completion_tokens` includes reasoning, save where a service counts it beside them: then the total shows it.
 */
export function openAiUsage(raw: unknown): Usage {
  const stated = fieldsOf(raw) ?? {};
  const prompt = fieldsOf(stated.prompt_tokens_details);
  // Moonshot puts what was read beside the details.
  const cacheRead = countOf(prompt?.cached_tokens) ?? countOf(stated.cached_tokens);
  // The dialect does not say for how long; the price tables of its services know one write price.
  const cacheWrite5m = countOf(prompt?.cache_write_tokens);
  return known({
    freshInput: minus(minus(countOf(stated.prompt_tokens), cacheRead), cacheWrite5m),
    cacheRead,
    cacheWrite5m,
    ...outputOf(stated),
  });
}

function outputOf(stated: Fields): Partial<Record<"visibleOutput" | "reasoning", number | undefined>> {
  const prompt = countOf(stated.prompt_tokens);
  const completion = countOf(stated.completion_tokens);
  const total = countOf(stated.total_tokens);
  const reported = countOf(fieldsOf(stated.completion_tokens_details)?.reasoning_tokens);
  const beside =
    prompt === undefined || completion === undefined || total === undefined ? 0 : total - prompt - completion;
  if (beside > 0 && (reported === undefined || beside >= reported)) {
    return { visibleOutput: completion, reasoning: reported ?? beside };
  }
  return { visibleOutput: minus(completion, reported), reasoning: reported };
}

/**
 * What OpenRouter says was charged, in USD; undefined elsewhere. With a key of one's own at the upstream vendor
 * (`is_byok`), `cost` is only OpenRouter's fee: the vendor's charge comes on top, and where it is not stated the list
 * price tells more.
 */
export function billedUsd(raw: unknown): number | undefined {
  const { cost, is_byok: isByok, cost_details: parts } = fieldsOf(raw) ?? {};
  const own = amountOf(cost);
  if (own === undefined || isByok === undefined || isByok === null || isByok === false) return own;
  const upstream = amountOf(fieldsOf(parts)?.upstream_inference_cost);
  return isByok !== true || upstream === undefined ? undefined : own + upstream;
}

function minus(total: number | undefined, part: number | undefined): number | undefined {
  return total === undefined ? undefined : Math.max(0, total - (part ?? 0));
}

function known(buckets: { readonly [K in keyof Usage]: number | undefined }): Usage {
  const usage: { -readonly [K in keyof Usage]: Usage[K] } = {};
  for (const [name, count] of Object.entries(buckets) as [keyof Usage, number | undefined][]) {
    if (count !== undefined) usage[name] = count;
  }
  return usage;
}

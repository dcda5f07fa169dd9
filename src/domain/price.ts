import type { Model, Rates } from "./model.ts";
import type { Usage } from "./trial.ts";

const FREE: Rates = { input: 0, output: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 };

/** Rates of a call with so many input tokens, in USD per million; undefined where nobody knows the price. */
export function ratesFor(model: Model, inputTokens: number): Rates | undefined {
  if (model.price === "free") return FREE;
  if (model.price === "unknown") return undefined;
  const { longPrompt } = model.price;
  return longPrompt !== undefined && inputTokens > longPrompt.aboveInputTokens ? longPrompt : model.price;
}

/**
 * Cost of one call in USD. Reasoning is charged as output.
 * Undefined where input or output was not counted, or where a bucket that was used has no rate.
 */
export function costOf(usage: Usage, model: Model): number | undefined {
  if (model.price === "free") return 0;
  const { freshInput, visibleOutput } = usage;
  if (freshInput === undefined || visibleOutput === undefined) return undefined;
  const { cacheRead = 0, cacheWrite5m = 0, cacheWrite1h = 0, reasoning = 0 } = usage;
  const rates = ratesFor(model, freshInput + cacheRead + cacheWrite5m + cacheWrite1h);
  if (rates === undefined) return undefined;
  const charges: [number, number | undefined][] = [
    [freshInput, rates.input],
    [visibleOutput + reasoning, rates.output],
    [cacheRead, rates.cacheRead],
    [cacheWrite5m, rates.cacheWrite5m],
    [cacheWrite1h, rates.cacheWrite1h],
  ];
  let micros = 0;
  for (const [tokens, rate] of charges) {
    if (tokens === 0) continue;
    if (rate === undefined) return undefined;
    micros += tokens * rate;
  }
  return micros / 1e6;
}

/** The most a call can cost: all its input fresh, all its output tokens used. Undefined where the price is unknown. */
export function worstCaseUsd(model: Model, inputTokens: number, maxOutputTokens: number): number | undefined {
  return costOf({ freshInput: inputTokens, visibleOutput: maxOutputTokens }, model);
}

import type { Completion } from "../domain/trial.ts";
import { ProviderError } from "../ports.ts";

/** A date or a version: `-2024-08-06`, `-20251001`, `-0613`, `-001`, `-latest`, `:latest`, `@anything`. */
const VERSION = /^(?:-\d{4}-\d{2}-\d{2}|-\d{8}|-\d{3,4}|[-:]latest|@[\w.-]+)$/;
const LATEST = /[-:]latest$/;

/**
 * Whether the model that says it answered is the one that was asked: the same name, or that name with a date or a
 * version. Vendor prefixes (`vendor/x`, `models/x`) and case do not count. An asked name that carries a date must
 * come back with it; only `-latest` is free on both sides.
 * An empty `served` means that the provider reports no model at all, and counts as the asked one: nothing speaks
 * against it, and a local server that says nothing must stay usable. The completion keeps the empty name.
 */
export function servedAsAsked(asked: string, served: string): boolean {
  if (served === "") return true;
  const wanted = bareName(asked);
  const got = bareName(served);
  if (got === wanted) return true;
  const stem = wanted.replace(LATEST, "");
  if (got === stem) return true;
  return got.startsWith(stem) && VERSION.test(got.slice(stem.length));
}

function bareName(model: string): string {
  return model.slice(model.lastIndexOf("/") + 1).toLowerCase();
}

/**
 * Hands an answer on if it is one.
 * @throws ProviderError `wrong-model` (final) when another model served it, `bad-response` (worth another try) when
 * it holds neither text nor a tool call without having been cut short or refused. Both carry the usage: they are
 * charged.
 */
export function acceptAnswer(completion: Completion, asked: string): Completion {
  const { servedModel, usage, latencyMs, finishReason } = completion;
  if (!servedAsAsked(asked, servedModel)) {
    const message = `asked for "${asked}", served by "${servedModel.slice(0, 100)}"`;
    throw new ProviderError(message, { reason: "wrong-model", retryable: false, usage, latencyMs });
  }
  const empty = completion.text === "" && completion.toolCalls.length === 0;
  if (empty && finishReason.unified !== "length" && finishReason.unified !== "refusal") {
    const message = `neither text nor a tool call (finish reason "${finishReason.raw}")`;
    throw new ProviderError(message, { reason: "bad-response", retryable: true, usage, latencyMs });
  }
  return completion;
}

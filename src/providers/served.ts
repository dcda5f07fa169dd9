import type { Completion } from "../domain/trial.ts";
import { type CallFacts, failure } from "./failure.ts";

/** A date or a version: `-2024-08-06`, `-20251001`, `-0613`, `-001`, `-latest`, `:latest`, `@anything`. */
const VERSION = /^(?:-\d{4}-\d{2}-\d{2}|-\d{8}|-\d{3,4}|[-:]latest|@[\w.-]+)$/;
const LATEST = /[-:]latest$/;
/** OpenRouter's words behind a name choose a host, not a model. */
const HOST_CHOICE = /:(?:nitro|floor|exacto|online)$/;

/**
 * Whether the model that says it answered is the one that was asked: the same name, or that name with a date or a
 * version. Vendor prefixes (`vendor/x`, `models/x`) and case do not count. An asked name that carries a date must
 * come back with it; only `-latest` is free on both sides.
 * An empty `served` means that the provider reports no model at all, and counts as the asked one: nothing speaks
 * against it, and a local server that says nothing must stay usable. The completion keeps the empty name.
 */
export function servedAsAsked(asked: string, served: string): boolean {
  if (served === "") return true;
  const wanted = bareName(asked).replace(HOST_CHOICE, "");
  const got = bareName(served).replace(HOST_CHOICE, "");
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
 * it holds neither text nor a tool call without having been cut short or refused. Both carry usage and charge.
 */
export function acceptAnswer<C extends Completion>(completion: C, facts: CallFacts): C {
  const { servedModel, usage, billedUsd, finishReason } = completion;
  const known = { ...facts, usage, billedUsd };
  if (!servedAsAsked(facts.model, servedModel)) {
    const text = `asked for "${facts.model}", served by "${servedModel.slice(0, 100)}"`;
    throw failure(text, { reason: "wrong-model", retryable: false }, known);
  }
  const empty = completion.text === "" && completion.toolCalls.length === 0;
  if (empty && finishReason.unified !== "length" && finishReason.unified !== "refusal") {
    const text = `the answer of ${facts.model} holds neither text nor a tool call (finish reason "${finishReason.raw}")`;
    throw failure(text, { reason: "bad-response", retryable: true }, known);
  }
  return completion;
}

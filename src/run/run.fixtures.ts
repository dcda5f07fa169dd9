import { type Model, ModelSchema } from "../domain/model.ts";
import type { PlannedTrial } from "../domain/plan.ts";
import type { Completion, Usage } from "../domain/trial.ts";
import { type Clock, type Provider, ProviderError, type ProviderRequest } from "../ports.ts";

/** USD a million tokens, so that a call of so many tokens costs as many millionths of a dollar. */
const PRICE = { input: 1, output: 1, source: "a test", checkedAt: "2026-11-01" };

export function makeModel(id: string, changes: Partial<Model> = {}): Model {
  return ModelSchema.parse({ id, provider: `of ${id}`, model: id, family: "f", price: PRICE, ...changes });
}

export function makeCompletion(text = "yes", usage: Usage = { freshInput: 10, visibleOutput: 5 }): Completion {
  const finishReason = { unified: "stop" as const, raw: "stop" };
  return { text, toolCalls: [], finishReason, usage, servedModel: "served", latencyMs: 100 };
}

/** A clock that only a test moves, or whoever sleeps by it. Keeps what was slept. */
export function makeClock() {
  let now = 0;
  const slept: number[] = [];
  const clock: Clock = {
    now: () => Date.UTC(2026, 10, 1) + now,
    monotonic: () => now,
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      slept.push(ms);
      now += ms;
    },
  };
  return {
    clock,
    slept,
    advance(ms: number) {
      now += ms;
    },
  };
}

/** Plays one reply a call, the last one again and again: an answer, or what is thrown. */
export function scripted(
  ...replies: readonly (Completion | Error)[]
): Provider & { readonly requests: ProviderRequest[] } {
  const requests: ProviderRequest[] = [];
  return {
    requests,
    async complete(request) {
      const reply = replies[Math.min(requests.length, replies.length - 1)];
      requests.push(request);
      if (reply === undefined || reply instanceof Error) throw reply ?? new Error("no reply in the script");
      return reply;
    },
  };
}

/** Answers nothing until the call is aborted. */
export const silent: Provider = {
  complete: ({ signal }) =>
    new Promise((_, reject) => {
      if (signal.aborted) reject(signal.reason);
      signal.addEventListener("abort", () => reject(signal.reason));
    }),
};

type Facts = Partial<ConstructorParameters<typeof ProviderError>[1]>;
const failure = (message: string, facts: ConstructorParameters<typeof ProviderError>[1]) =>
  new ProviderError(message, facts);

export const rateLimited = (facts: Facts = {}) =>
  failure("slow down", { reason: "rate-limited", retryable: true, status: 429, ...facts });
export const timedOut = (facts: Facts = {}) => failure("too late", { reason: "timeout", retryable: true, ...facts });
export const wrongKey = () => failure("wrong key", { reason: "auth", retryable: false, status: 401 });
export const noNetwork = () => failure("no line", { reason: "network", retryable: false });
export const badRequest = () => failure("bad request", { reason: "invalid-request", retryable: false, status: 400 });

/** A planned call of 16 bytes and more in, and `maxTokens` out at most. */
export function makePlanned(
  index: number,
  model: Model,
  changes: { content?: string; maxTokens?: number } = {},
): PlannedTrial {
  const { content = "", maxTokens = 84 } = changes;
  return {
    key: `${model.id} ${index}`,
    item: { id: `case-${index}`, input: "?", vars: {}, tags: {}, metadata: {} },
    candidate: { id: model.id, model, variant: "default" },
    params: { maxTokens },
    repeat: 0,
    messages: [{ role: "user", content }],
  };
}

/** Lets everything go on that needs no timer. */
export const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

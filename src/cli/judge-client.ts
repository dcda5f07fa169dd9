import pLimit from "p-limit";
import type { Model, Params } from "../domain/model.ts";
import type { Clock, Judge, Provider } from "../ports.ts";
import { attemptCall, DEFAULT_RETRY, worstCaseOf } from "../run/attempt.ts";
import type { Budget } from "../run/budget.ts";
import { contentKey } from "../suite/plan.ts";
import type { JudgeCache } from "./judge-cache.ts";

/** A verdict takes some hundred tokens; what a judge thinks before it counts as well. */
const MAX_TOKENS = 4_000;

/**
 * A judge with a limiter of its own: one inside a trial's limiter would wait for itself. Its bill is counted apart, and
 * its replies are kept under keys of their own: what it has said of an answer is not paid for again.
 */
export function createJudge(options: {
  readonly model: Model;
  readonly provider: Provider;
  readonly concurrency: number;
  readonly budget: Budget;
  readonly clock: Clock;
  readonly random: () => number;
  readonly cache: JudgeCache | undefined;
}): Judge {
  const { model, provider, budget, clock, random, cache } = options;
  const limit = pLimit(options.concurrency);
  const params = paramsOf(model);
  return {
    model: model.id,
    family: model.family,
    ask: ({ messages, jsonSchema, caseId, repeat, sample, signal }) =>
      limit(async () => {
        const key = contentKey(["judge", model.provider, model.model, params, messages, jsonSchema, sample]);
        const kept = cache?.get(key);
        if (kept !== undefined) return { state: "replied", text: kept, costUsd: 0 };
        const call = { model, messages, tools: [], params };
        // Where there is a limit, a judge without a price costs nothing: checkMaxSpend has refused all others.
        const reservation = await budget.reserve(worstCaseOf(call) ?? 0);
        if (reservation === undefined) return { state: "failed", reason: "the spending limit is reached", costUsd: 0 };
        let chargedUsd: number | undefined;
        try {
          const origin = { caseId, repeat, role: "judge" as const, sample };
          const mayRetry = () => reservation.extend();
          const how = { provider, clock, random, retry: DEFAULT_RETRY, mayRetry };
          const outcome = await attemptCall({ ...call, jsonSchema, origin }, signal, how);
          chargedUsd = outcome.costUsd;
          const cost = outcome.costUsd === undefined ? {} : { costUsd: outcome.costUsd };
          if (outcome.state === "failed") {
            return { state: "failed", reason: `${outcome.reason}: ${outcome.message}`, ...cost };
          }
          const { text, finishReason } = outcome.completion;
          const cut = finishReason.unified === "length" ? { cut: true } : {};
          return { state: "replied", text, ...cost, ...cut, keep: () => cache?.put(key, text) };
        } finally {
          reservation.settle(chargedUsd);
        }
      }),
  };
}

/** A judge's own limit goes before that of the model, which goes before ours. */
function paramsOf({ accepts, params, judgeMaxTokens }: Model): Params {
  if (judgeMaxTokens !== undefined) return { ...params, maxTokens: judgeMaxTokens };
  return accepts.includes("maxTokens") ? { maxTokens: MAX_TOKENS, ...params } : params;
}

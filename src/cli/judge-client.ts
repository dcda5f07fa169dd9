import pLimit from "p-limit";
import type { Model, Params } from "../domain/model.ts";
import type { Clock, Judge, Provider } from "../ports.ts";
import { attemptCall, DEFAULT_RETRY, worstCaseOf } from "../run/attempt.ts";
import type { Budget } from "../run/budget.ts";

const JUDGE_PARAMS: Params = { maxTokens: 1_500 };

/** A judge with a limiter of its own: one inside a trial's limiter would wait for itself. Its bill is counted apart. */
export function createJudge(options: {
  readonly model: Model;
  readonly provider: Provider;
  readonly concurrency: number;
  readonly budget: Budget;
  readonly clock: Clock;
  readonly random: () => number;
}): Judge {
  const { model, provider, budget, clock, random } = options;
  const limit = pLimit(options.concurrency);
  const params = model.accepts.includes("maxTokens") ? { ...JUDGE_PARAMS, ...model.params } : model.params;
  return {
    model: model.id,
    ask: ({ messages, jsonSchema, caseId, repeat, signal }) =>
      limit(async () => {
        const call = { model, messages, tools: [], params };
        const worst = worstCaseOf(call) ?? 0;
        const reservation = await budget.reserve(worst);
        if (reservation === undefined) return { state: "failed", reason: "the spending limit is reached", costUsd: 0 };
        let chargedUsd: number | undefined;
        try {
          const request = { ...call, jsonSchema, origin: { caseId, repeat, role: "judge" as const } };
          const mayRetry = () => reservation.extend();
          const outcome = await attemptCall(request, signal, {
            provider,
            clock,
            random,
            retry: DEFAULT_RETRY,
            mayRetry,
          });
          chargedUsd = outcome.costUsd;
          const cost = outcome.costUsd === undefined ? {} : { costUsd: outcome.costUsd };
          if (outcome.state === "failed")
            return { state: "failed", reason: `${outcome.reason}: ${outcome.message}`, ...cost };
          return { state: "replied", text: outcome.completion.text, ...cost };
        } finally {
          reservation.settle(chargedUsd);
        }
      }),
  };
}

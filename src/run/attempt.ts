import type { Tool } from "../domain/case.ts";
import type { Model, Params } from "../domain/model.ts";
import { costOf, worstCaseUsd } from "../domain/price.ts";
import type { Completion, Outcome } from "../domain/trial.ts";
import { messageOf } from "../errors.ts";
import { type Clock, type Provider, ProviderError, type ProviderRequest } from "../ports.ts";

export interface RetryPolicy {
  readonly maxAttempts: number;
  /** First ceiling of the backoff; it doubles each time, and the wait is drawn evenly below it. */
  readonly baseDelayMs: number;
  readonly maxDelayMs: number;
  /** For the whole trial: attempts and waits. */
  readonly deadlineMs: number;
}

export const DEFAULT_RETRY: RetryPolicy = {
  maxAttempts: 4,
  baseDelayMs: 1_000,
  maxDelayMs: 60_000,
  deadlineMs: 600_000,
};

export interface AttemptOptions {
  readonly provider: Provider;
  readonly clock: Clock;
  /** Full jitter; in [0, 1). */
  readonly random: () => number;
  readonly retry: RetryPolicy;
}

/**
 * Makes one call with retries and says what came of it. All attempts are charged.
 * @throws the signal's reason when aborted: an interrupted call is nobody's failure and leaves no outcome.
 */
export async function attemptCall(
  request: Omit<ProviderRequest, "signal">,
  signal: AbortSignal,
  options: AttemptOptions,
): Promise<Outcome> {
  const { clock, retry } = options;
  const started = clock.monotonic();
  const deadline = AbortSignal.timeout(retry.deadlineMs);
  const either = AbortSignal.any([signal, deadline]);
  let failedUsd: number | undefined = 0;
  for (let attempt = 1; ; attempt++) {
    try {
      const completion = await options.provider.complete({ ...request, signal: either });
      return completedOutcome(completion, request.model, attempt, failedUsd);
    } catch (thrown) {
      signal.throwIfAborted();
      const failure = deadline.aborted ? deadlineFailure(retry.deadlineMs) : asFailure(thrown);
      failedUsd = add(failedUsd, costOfFailure(failure, request));
      const waitMs =
        failure.retryAfterMs ?? options.random() * Math.min(retry.maxDelayMs, retry.baseDelayMs * 2 ** (attempt - 1));
      const left = retry.deadlineMs - (clock.monotonic() - started);
      if (failure.retryable && attempt < retry.maxAttempts && waitMs < left) {
        await clock.sleep(waitMs, signal);
        continue;
      }
      return {
        state: "failed",
        reason: failure.reason,
        message: failure.message,
        attempts: attempt,
        ...(failure.latencyMs === undefined ? {} : { latencyMs: failure.latencyMs }),
        ...(failedUsd === undefined ? {} : { costUsd: failedUsd }),
      };
    }
  }
}

function completedOutcome(
  completion: Completion,
  model: Model,
  attempts: number,
  failedUsd: number | undefined,
): Outcome {
  const ownUsd = completion.billedUsd ?? costOf(completion.usage, model);
  const costUsd = add(ownUsd, failedUsd);
  return { state: "completed", completion, attempts, ...(costUsd === undefined ? {} : { costUsd }) };
}

function add(left: number | undefined, right: number | undefined): number | undefined {
  return left === undefined || right === undefined ? undefined : left + right;
}

function asFailure(thrown: unknown): ProviderError {
  if (thrown instanceof ProviderError) return thrown;
  return new ProviderError(messageOf(thrown), { reason: "bad-response", retryable: false });
}

function deadlineFailure(deadlineMs: number): ProviderError {
  const message = `no answer within the trial's deadline of ${deadlineMs / 1000} s`;
  return new ProviderError(message, { reason: "timeout", retryable: false, latencyMs: deadlineMs });
}

// A call that timed out may well have been billed in full, and nobody tells; the others are not billed.
function costOfFailure(failure: ProviderError, request: Omit<ProviderRequest, "signal">): number | undefined {
  if (failure.usage !== undefined) return costOf(failure.usage, request.model);
  return failure.reason === "timeout" ? worstCaseOf(request) : 0;
}

const DEFAULT_MAX_TOKENS = 4_096;

/** The most a call can cost, in USD; undefined where the price is unknown. */
export function worstCaseOf(request: {
  readonly model: Model;
  readonly messages: readonly { readonly content: string }[];
  readonly tools: readonly Tool[];
  readonly params: Params;
}): number | undefined {
  // A byte is at most a token, and roles and separators add a few: an upper bound on purpose.
  const text = request.messages.reduce((sum, message) => sum + Buffer.byteLength(message.content) + 16, 0);
  const input = text + (request.tools.length === 0 ? 0 : Buffer.byteLength(JSON.stringify(request.tools)));
  return worstCaseUsd(request.model, input, request.params.maxTokens ?? DEFAULT_MAX_TOKENS);
}

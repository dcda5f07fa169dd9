import type { Tool } from "../domain/case.ts";
import type { Model, Params } from "../domain/model.ts";
import { costOf, worstCaseUsd } from "../domain/price.ts";
import { type FailureReason, OUR_FAILURES, type Outcome } from "../domain/trial.ts";
import { type Clock, type Provider, type ProviderAnswer, ProviderError, type ProviderRequest } from "../ports.ts";
import type { Pace } from "./pace.ts";

export interface RetryPolicy {
  readonly maxAttempts: number;
  /** First ceiling of the backoff; it doubles each time, and the wait is drawn evenly below it (after what the provider asks for). */
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
  /** How fast the provider may be asked. */
  readonly pace?: Pace;
  /** Lets each attempt wait for its turn; whoever waits before another attempt takes nobody's. */
  readonly inTurn?: <T>(call: () => Promise<T>) => Promise<T>;
  /** Told of every attempt that failed, before its turn ends. */
  readonly onFailed?: (failure: ProviderError) => void;
  /** Told of the answer before the turn ends: whoever comes next may not be asked if it cannot be saved. */
  readonly onCompleted?: (outcome: Outcome) => void;
  /** Asked before another attempt when the last one was charged (or may have been): is there money for it? */
  readonly mayRetry?: () => boolean;
}

/** Thrown in place of an outcome while the whole provider is down: what fails then says nothing about the model. */
export class ProviderDown extends Error {
  readonly reason: FailureReason;
  /** Of all attempts; undefined where nobody knows. */
  readonly costUsd: number | undefined;

  constructor({ reason, message }: ProviderError, costUsd: number | undefined) {
    super(message);
    this.reason = reason;
    this.costUsd = costUsd;
  }
}

/**
 * Makes one call with retries and says what came of it. All attempts are charged.
 * @throws the signal's reason when aborted: an interrupted call is nobody's failure and leaves no outcome.
 * @throws ProviderDown when the whole provider is down, and stays so.
 * @throws whatever the provider threw that is no ProviderError: a fault of ours is no model's failure.
 */
export async function attemptCall(
  request: Omit<ProviderRequest, "signal">,
  signal: AbortSignal,
  options: AttemptOptions,
): Promise<Outcome> {
  const { clock, retry, pace, inTurn = (call) => call() } = options;
  let failedUsd: number | undefined = 0;
  /** Of the deadline: calls and waits, but no time spent in a queue. */
  let usedMs = 0;
  /** When the failed attempts went out. */
  const failedAt: number[] = [];
  const attemptOnce = async (attempt: number): Promise<Outcome | ProviderError> => {
    const wentOutAt = (await pace?.ready(signal)) ?? clock.monotonic();
    // Not AbortSignal.timeout and AbortSignal.any: both hold on to every call of a run long after it has ended. And only while a
    // call is in flight: each new listener is held against all that are there.
    const either = new AbortController();
    const giveUp = () => either.abort(signal.reason);
    signal.addEventListener("abort", giveUp);
    if (signal.aborted) giveUp();
    const deadline = setTimeout(() => either.abort(), Math.max(0, retry.deadlineMs - usedMs));
    try {
      const answer = await options.provider.complete({ ...request, signal: either.signal });
      pace?.answered(answer.limits);
      const outcome = completedOutcome(answer, request.model, attempt, failedUsd);
      options.onCompleted?.(outcome);
      return outcome;
    } catch (thrown) {
      signal.throwIfAborted();
      const failure = either.signal.aborted ? deadlineFailure(retry.deadlineMs) : thrown;
      if (!(failure instanceof ProviderError)) throw failure;
      pace?.failed(failure, wentOutAt, attempt);
      failedAt.push(wentOutAt);
      options.onFailed?.(failure);
      return failure;
    } finally {
      clearTimeout(deadline);
      signal.removeEventListener("abort", giveUp);
      usedMs += clock.monotonic() - wentOutAt;
    }
  };
  for (let attempt = 1; ; attempt++) {
    const result = await inTurn(() => attemptOnce(attempt));
    if (!(result instanceof ProviderError)) return result;
    const chargedUsd = costOfFailure(result, request);
    failedUsd = add(failedUsd, chargedUsd);
    const waitMs = waitAfter(attempt, result, options);
    const isOutage = pace?.isOutage(result, failedAt) === true;
    const mayTry = attempt < retry.maxAttempts || (isOutage && pace?.givenUp === undefined);
    const isTime = waitMs < retry.deadlineMs - usedMs && pace?.givenUp === undefined;
    if (!result.retryable || !mayTry || !isTime || (chargedUsd !== 0 && options.mayRetry?.() === false)) {
      if (isOutage) throw new ProviderDown(result, failedUsd);
      return failedOutcome(result, attempt, failedUsd);
    }
    usedMs += waitMs;
    await clock.sleep(waitMs, signal);
  }
}

// Full jitter, and on top of what the provider asks for: calls that were turned away together must not come back together.
function waitAfter(attempt: number, failure: ProviderError, { random, retry }: AttemptOptions): number {
  const ceiling = Math.min(retry.maxDelayMs, retry.baseDelayMs * 2 ** (attempt - 1));
  return (failure.retryAfterMs ?? 0) + random() * ceiling;
}

function failedOutcome(failure: ProviderError, attempts: number, costUsd: number | undefined): Outcome {
  return {
    state: "failed",
    reason: failure.reason,
    message: failure.message,
    attempts,
    ...(failure.latencyMs === undefined ? {} : { latencyMs: failure.latencyMs }),
    ...(costUsd === undefined ? {} : { costUsd }),
  };
}

/** Whether a failure is ours, or the line's: it says nothing about the model. */
export function isOurs(reason: FailureReason): boolean {
  return (OUR_FAILURES as readonly FailureReason[]).includes(reason);
}

function completedOutcome(
  { limits: _, ...completion }: ProviderAnswer,
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

function deadlineFailure(deadlineMs: number): ProviderError {
  const message = `no answer within the trial's deadline of ${deadlineMs / 1000} s`;
  return new ProviderError(message, { reason: "timeout", retryable: false, latencyMs: deadlineMs });
}

// What may well have been billed in full, and nobody tells, counts at its worst. A line that broke is not the model's to pay.
function costOfFailure(failure: ProviderError, request: Omit<ProviderRequest, "signal">): number | undefined {
  if (failure.billedUsd !== undefined) return failure.billedUsd;
  if (failure.usage !== undefined) return costOf(failure.usage, request.model);
  return failure.mayBeCharged && !isOurs(failure.reason) ? worstCaseOf(request) : 0;
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

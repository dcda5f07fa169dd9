import type pLimit from "p-limit";
import type { PlannedTrial } from "../domain/plan.ts";
import type { FailureReason, Outcome, Trial } from "../domain/trial.ts";
import type { Clock, Provider, ProviderError, ProviderRequest } from "../ports.ts";
import { type AttemptOptions, attemptCall, isOurs, ProviderDown, type RetryPolicy, worstCaseOf } from "./attempt.ts";
import type { Budget, Reservation } from "./budget.ts";
import type { Pace } from "./pace.ts";

/** What every trial of a run is given. */
export interface TrialOptions {
  readonly clock: Clock;
  /** Jitter of the backoff, in [0, 1). */
  readonly random: () => number;
  readonly retry: RetryPolicy;
  readonly budget: Budget;
  /** Aborted once: nothing new is started and calls in flight are awaited. */
  readonly drain: AbortSignal;
  /** Aborted: calls in flight are given up. */
  readonly abort: AbortSignal;
  /** Called for every finished trial before the next call of its provider goes out: it saves the trial. */
  readonly onTrial: (trial: Trial, planned: PlannedTrial) => void;
  /** Scores a trial that was handed on. Many may be at work at once. */
  readonly score: (trial: Trial, planned: PlannedTrial) => Promise<void>;
  /** Called when a call goes out. */
  readonly onStart?: (planned: PlannedTrial) => void;
  /** Called for every attempt that failed, whether another is made or not. */
  readonly onFailed?: (failure: ProviderError, planned: PlannedTrial) => void;
}

/** Why trials were left undone, with their number. They can be resumed. */
export interface LeftUndone {
  readonly reason: FailureReason | "interrupted" | "budget";
  readonly provider: string;
  readonly message: string;
  count: number;
}

const STOPPED = "stopped by the user";
const OUT_OF_MONEY = "the spending limit is reached";
const NETWORK_FAILURES_TO_GIVE_UP = 5;

/** A provider with its limiter. */
export interface Lane {
  readonly name: string;
  readonly provider: Provider;
  readonly limit: ReturnType<typeof pLimit>;
  readonly pace: Pace;
  gaveUp: GivenUp | undefined;
  /** Models that the key may not ask, by name: the others may be fine. */
  readonly refused: Map<string, GivenUp>;
  /** Calls in a row that found no line; an attempt that is repeated counts as its share of one. */
  networkFailures: number;
}

interface GivenUp {
  readonly reason: LeftUndone["reason"];
  readonly message: string;
}

/** What the trials of a run share. */
export interface Shared extends TrialOptions {
  readonly leave: (reason: LeftUndone["reason"], lane: Lane, message: string) => void;
  /** The first thing that went wrong on our side: nothing is started after it. */
  fault: { readonly thrown: unknown } | undefined;
}

/** Why a trial may not start now, if it may not. */
export function stopReason(
  { candidate }: PlannedTrial,
  lane: Lane,
  { drain, abort, fault }: Shared,
): GivenUp | undefined {
  if (drain.aborted || abort.aborted || fault !== undefined) {
    return { reason: "interrupted", message: STOPPED };
  }
  return lane.gaveUp ?? lane.refused.get(candidate.model.model);
}

/**
 * The most that a trial's first attempt can cost, in USD; 0 without a price: under a limit, such a model is simulated or
 * recorded, and costs nothing.
 */
export function worstOf({ candidate, item, messages, params }: PlannedTrial): number {
  return worstCaseOf({ model: candidate.model, messages, tools: item.tools ?? [], params }) ?? 0;
}

/** Makes the call of one trial and hands it on. What is left undone is counted, and gives undefined. */
export async function answerOne(
  planned: PlannedTrial,
  reservation: Reservation,
  lane: Lane,
  shared: Shared,
): Promise<Trial | undefined> {
  const { candidate, item, messages, params, repeat, key } = planned;
  const origin = { caseId: item.id, repeat, role: "answer" as const };
  const request = { model: candidate.model, messages, tools: item.tools ?? [], params, origin };
  let trial: Trial | undefined;
  const handOn = (outcome: Outcome, startedAt: string) => {
    lane.networkFailures = 0;
    trial = { key, caseId: item.id, candidate: candidate.id, repeat, startedAt, outcome };
    shared.onTrial(trial, planned);
  };
  const ended = await call(request, reservation, { planned, lane, shared, handOn });
  if ("left" in ended) shared.leave(ended.left.reason, lane, ended.left.message);
  else if (ended.outcome.state === "failed") {
    const { outcome, startedAt } = ended;
    if (isOurs(outcome.reason)) shared.leave(outcome.reason, lane, outcome.message);
    else handOn(outcome, startedAt);
  }
  return trial;
}

/** Notes a failed attempt that may mean that nothing more of the kind should be sent. */
function heed(
  { reason, message, retryable }: ProviderError,
  { model, lane, maxAttempts }: { readonly model: string; readonly lane: Lane; readonly maxAttempts: number },
): void {
  if (reason === "auth" && !lane.refused.has(model)) lane.refused.set(model, { reason, message });
  // A line that was there may come back: the pace waits for it.
  if (reason !== "network" || (retryable && lane.pace.hasAnswered)) return;
  lane.networkFailures += retryable ? 1 / maxAttempts : 1;
  if (lane.networkFailures >= NETWORK_FAILURES_TO_GIVE_UP) lane.gaveUp ??= { reason, message };
}

/** Scores a finished trial; an abort that cuts it short leaves it to be scored another time. */
export async function scoreOne(trial: Trial, planned: PlannedTrial, lane: Lane, shared: Shared): Promise<void> {
  try {
    await shared.score(trial, planned);
  } catch (thrown) {
    if (!isAbort(thrown, shared.abort)) throw thrown;
    shared.leave("interrupted", lane, STOPPED);
  }
}

/** Thrown in place of a call that may not go out any more. */
class Stopped extends Error {
  readonly left: GivenUp;

  constructor(left: GivenUp) {
    super(left.message);
    this.left = left;
  }
}

/** How a trial ended: with an outcome, or left undone. */
type Ended = { readonly outcome: Outcome; readonly startedAt: string } | { readonly left: GivenUp };

/** Makes a call with the money set aside for it, and gives back what it did not cost. */
async function call(
  request: Omit<ProviderRequest, "signal">,
  reservation: Reservation,
  given: {
    readonly planned: PlannedTrial;
    readonly lane: Lane;
    readonly shared: Shared;
    /** Told of an answer before the next call goes out. */
    readonly handOn: (outcome: Outcome, startedAt: string) => void;
  },
): Promise<Ended> {
  const { planned, lane, shared, handOn } = given;
  const { clock, random, retry } = shared;
  const { provider, pace } = lane;
  let startedAt: string | undefined;
  /** Nothing before the first call; then whatever it may cost, until that is known. */
  let chargedUsd: number | undefined = 0;
  let isShort = false;
  const options: AttemptOptions = {
    provider,
    clock,
    random,
    retry,
    pace,
    // Much may have happened while it waited for its turn.
    inTurn: (attempt) =>
      lane.limit(async () => {
        const stop = stopReason(planned, lane, shared);
        if (stop !== undefined) throw new Stopped(stop);
        if (startedAt === undefined) {
          startedAt = new Date(clock.now()).toISOString();
          shared.onStart?.(planned);
          chargedUsd = undefined;
        }
        try {
          return await attempt();
        } catch (thrown) {
          // Before the next call goes out: none may be paid for that could not be saved.
          if (!shared.abort.aborted) shared.fault ??= { thrown };
          throw thrown;
        }
      }),
    onFailed(failure) {
      heed(failure, { model: planned.candidate.model.model, lane, maxAttempts: retry.maxAttempts });
      shared.onFailed?.(failure, planned);
    },
    onCompleted: (outcome) => handOn(outcome, startedAt ?? ""),
    mayRetry() {
      isShort = !reservation.extend();
      return !isShort;
    },
  };
  try {
    const outcome = await attemptCall(request, shared.abort, options);
    chargedUsd = outcome.costUsd;
    if (isShort) return { left: { reason: "budget", message: OUT_OF_MONEY } };
    return { outcome, startedAt: startedAt ?? "" };
  } catch (thrown) {
    if (thrown instanceof Stopped) return { left: thrown.left };
    if (thrown instanceof ProviderDown) {
      chargedUsd = thrown.costUsd;
      return { left: giveUp(thrown, lane) };
    }
    if (!shared.abort.aborted) throw thrown;
    return { left: { reason: "interrupted", message: STOPPED } };
  } finally {
    // Before anything is scored: a judge needs money of the same budget, and would wait for this call's for ever.
    reservation.settle(chargedUsd);
  }
}

/** Why a trial is left while the provider is down; gives the lane up once its time is over. */
function giveUp({ reason, message }: ProviderDown, lane: Lane): GivenUp {
  const { givenUp } = lane.pace;
  if (givenUp !== undefined) lane.gaveUp ??= { reason, message: `${givenUp}; at last: ${message}` };
  return lane.gaveUp ?? { reason, message };
}

function isAbort(thrown: unknown, signal: AbortSignal): boolean {
  return signal.aborted && (thrown === signal.reason || (thrown instanceof Error && thrown.name === "AbortError"));
}

import type pLimit from "p-limit";
import type { PlannedTrial } from "../domain/plan.ts";
import type { FailureReason, Outcome, Trial } from "../domain/trial.ts";
import type { Clock, Provider, ProviderRequest } from "../ports.ts";
import { attemptCall, isOurs, type RetryPolicy, worstCaseOf } from "./attempt.ts";
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
  gaveUp: { readonly reason: LeftUndone["reason"]; readonly message: string } | undefined;
  networkFailures: number;
}

/** What the trials of a run share. */
export interface Shared extends TrialOptions {
  readonly leave: (reason: LeftUndone["reason"], lane: Lane, message: string) => void;
  /** The first thing that went wrong on our side: nothing is started after it. */
  fault: { readonly thrown: unknown } | undefined;
}

/** Why a trial may not start now, if it may not. */
export function stopReason(lane: Lane, { drain, abort, fault }: Shared): Lane["gaveUp"] {
  if (drain.aborted || abort.aborted || fault !== undefined) {
    return { reason: "interrupted", message: STOPPED };
  }
  return lane.gaveUp;
}

/** The most that a trial's first attempt can cost, in USD. A price that nobody knows bounds nothing. */
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
  const { leave, clock } = shared;
  // Much may have happened while it waited for its turn.
  const stop = stopReason(lane, shared);
  if (stop !== undefined) {
    reservation.settle(0);
    leave(stop.reason, lane, stop.message);
    return undefined;
  }
  const { candidate, item, messages, params, repeat, key } = planned;
  const origin = { caseId: item.id, repeat, role: "answer" as const };
  const request = { model: candidate.model, messages, tools: item.tools ?? [], params, origin };
  const startedAt = new Date(clock.now()).toISOString();
  const outcome = await call(request, reservation, { planned, lane, shared });
  if (outcome === "interrupted") leave("interrupted", lane, STOPPED);
  else if (outcome === "budget") leave("budget", lane, OUT_OF_MONEY);
  else if (outcome.state === "failed" && isNobodysFault(outcome, lane)) {
    leave(outcome.reason, lane, lane.gaveUp?.message ?? outcome.message);
  } else {
    lane.networkFailures = 0;
    const trial: Trial = { key, caseId: item.id, candidate: candidate.id, repeat, startedAt, outcome };
    shared.onTrial(trial, planned);
    return trial;
  }
  return undefined;
}

/** Whether a failure says nothing about the model: it is ours, or the whole provider is down. Gives the lane up in time. */
function isNobodysFault({ reason, message }: Extract<Outcome, { state: "failed" }>, lane: Lane): boolean {
  lane.networkFailures += reason === "network" ? 1 : 0;
  if (reason === "auth" || lane.networkFailures >= NETWORK_FAILURES_TO_GIVE_UP) lane.gaveUp ??= { reason, message };
  const { givenUp } = lane.pace;
  if (givenUp !== undefined) lane.gaveUp ??= { reason, message: `${givenUp}; at last: ${message}` };
  return isOurs(reason) || (lane.pace.looksDown && OUTAGES.includes(reason)) || givenUp !== undefined;
}

/** What a provider that is down answers with. */
const OUTAGES: readonly FailureReason[] = ["rate-limited", "server-error", "timeout"];

/** Scores a finished trial; an abort that cuts it short leaves it to be scored another time. */
export async function scoreOne(trial: Trial, planned: PlannedTrial, lane: Lane, shared: Shared): Promise<void> {
  try {
    await shared.score(trial, planned);
  } catch (thrown) {
    if (!isAbort(thrown, shared.abort)) throw thrown;
    shared.leave("interrupted", lane, STOPPED);
  }
}

/** Makes a call with the money set aside for it, and gives back what it did not cost. */
async function call(
  request: Omit<ProviderRequest, "signal">,
  reservation: Reservation,
  { planned, lane, shared }: { readonly planned: PlannedTrial; readonly lane: Lane; readonly shared: Shared },
): Promise<Outcome | "interrupted" | "budget"> {
  let chargedUsd: number | undefined;
  let isShort = false;
  const mayRetry = () => {
    isShort = !reservation.extend();
    return !isShort;
  };
  try {
    shared.onStart?.(planned);
    const { clock, random, retry } = shared;
    const { provider, pace } = lane;
    const outcome = await attemptCall(request, shared.abort, { provider, clock, random, retry, pace, mayRetry });
    chargedUsd = outcome.costUsd;
    return isShort ? "budget" : outcome;
  } catch (thrown) {
    if (!shared.abort.aborted) throw thrown;
    return "interrupted";
  } finally {
    // Before anything is scored: a judge needs money of the same budget, and would wait for this call's for ever.
    reservation.settle(chargedUsd);
  }
}

function isAbort(thrown: unknown, signal: AbortSignal): boolean {
  return signal.aborted && (thrown === signal.reason || (thrown instanceof Error && thrown.name === "AbortError"));
}

import type pLimit from "p-limit";
import type { PlannedTrial } from "../domain/plan.ts";
import type { FailureReason, Outcome, Trial } from "../domain/trial.ts";
import type { Clock, Provider, ProviderRequest } from "../ports.ts";
import { attemptCall, isOurs, type RetryPolicy, worstCaseOf } from "./attempt.ts";
import type { Budget, Reservation } from "./budget.ts";

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
  /** Called for every finished trial; awaited, so that scoring holds back the run rather than memory. */
  readonly onTrial: (trial: Trial, planned: PlannedTrial) => Promise<void>;
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
function stopReason(lane: Lane, { drain, abort, fault }: Shared): Lane["gaveUp"] {
  if (drain.aborted || abort.aborted || fault !== undefined) {
    return { reason: "interrupted", message: STOPPED };
  }
  return lane.gaveUp;
}

/** Makes the call of one trial and hands on what came of it; what is left undone is counted. */
export async function runOne(planned: PlannedTrial, lane: Lane, shared: Shared): Promise<void> {
  const { leave, budget, clock } = shared;
  const early = stopReason(lane, shared);
  if (early !== undefined) return leave(early.reason, lane, early.message);
  const { candidate, item, messages, params, repeat } = planned;
  const origin = { caseId: item.id, repeat, role: "answer" as const };
  const request = { model: candidate.model, messages, tools: item.tools ?? [], params, origin };
  const reservation = await budget.reserve(worstCaseOf(request) ?? 0);
  if (reservation === undefined) return leave("budget", lane, OUT_OF_MONEY);
  // Much may have happened while it waited for money.
  const late = stopReason(lane, shared);
  if (late !== undefined) {
    reservation.settle(0);
    return leave(late.reason, lane, late.message);
  }
  const startedAt = new Date(clock.now()).toISOString();
  const outcome = await call(request, reservation, { planned, lane, shared });
  if (outcome === "interrupted") return leave("interrupted", lane, STOPPED);
  if (outcome === "budget") return leave("budget", lane, OUT_OF_MONEY);
  if (outcome.state === "failed" && isOurs(outcome.reason)) {
    lane.networkFailures += outcome.reason === "network" ? 1 : 0;
    if (outcome.reason === "auth" || lane.networkFailures >= NETWORK_FAILURES_TO_GIVE_UP) {
      lane.gaveUp = { reason: outcome.reason, message: outcome.message };
    }
    return leave(outcome.reason, lane, outcome.message);
  }
  lane.networkFailures = 0;
  const trial = { key: planned.key, caseId: item.id, candidate: candidate.id, repeat, startedAt, outcome };
  try {
    await shared.onTrial(trial, planned);
  } catch (thrown) {
    if (!isAbort(thrown, shared.abort)) throw thrown;
    leave("interrupted", lane, STOPPED);
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
    const { provider } = lane;
    const outcome = await attemptCall(request, shared.abort, { provider, clock, random, retry, mayRetry });
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

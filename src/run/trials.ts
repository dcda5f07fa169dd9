import pLimit from "p-limit";
import type { PlannedTrial } from "../domain/plan.ts";
import { type FailureReason, OUR_FAILURES, type Trial } from "../domain/trial.ts";
import type { Clock, Provider } from "../ports.ts";
import { attemptCall, type RetryPolicy, worstCaseOf } from "./attempt.ts";
import type { Budget } from "./budget.ts";

export interface RunTrialsOptions {
  /** The provider of a model, and how many calls it may have in flight. */
  readonly providerOf: (trial: PlannedTrial) => {
    readonly name: string;
    readonly provider: Provider;
    readonly concurrency: number;
  };
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

const NETWORK_FAILURES_TO_GIVE_UP = 5;
const MOST_PENDING = 512;

/**
 * Runs trials in parallel, each provider under its own limiter, and hands every finished one on.
 * Failures that are ours (a rejected key, no network) finish no trial: they are counted as left undone.
 */
export async function runTrials(trials: Iterable<PlannedTrial>, options: RunTrialsOptions): Promise<LeftUndone[]> {
  const undone = new Map<string, LeftUndone>();
  const leave = (reason: LeftUndone["reason"], provider: string, message: string) => {
    const entry = undone.get(`${provider} ${reason}`) ?? { reason, provider, message, count: 0 };
    entry.count += 1;
    undone.set(`${provider} ${reason}`, entry);
  };
  const lanes = new Map<string, Lane>();
  const pending = new Set<Promise<void>>();
  for (const planned of trials) {
    const { name, provider, concurrency } = options.providerOf(planned);
    const lane = lanes.get(name) ?? { limit: pLimit(concurrency), gaveUp: undefined, networkFailures: 0 };
    lanes.set(name, lane);
    const work = lane.limit(() => runOne(planned, name, provider, lane, options, leave));
    const tracked: Promise<void> = work.finally(() => pending.delete(tracked));
    pending.add(tracked);
    while (pending.size >= MOST_PENDING) await Promise.race(pending);
  }
  await Promise.all(pending);
  return [...undone.values()];
}

interface Lane {
  readonly limit: ReturnType<typeof pLimit>;
  gaveUp: { readonly reason: LeftUndone["reason"]; readonly message: string } | undefined;
  networkFailures: number;
}

async function runOne(
  planned: PlannedTrial,
  name: string,
  provider: Provider,
  lane: Lane,
  options: RunTrialsOptions,
  leave: (reason: LeftUndone["reason"], provider: string, message: string) => void,
): Promise<void> {
  if (options.drain.aborted) return leave("interrupted", name, "stopped by the user");
  if (lane.gaveUp !== undefined) return leave(lane.gaveUp.reason, name, lane.gaveUp.message);
  const { candidate, item, messages, params, repeat } = planned;
  const call = { model: candidate.model, messages, tools: item.tools ?? [], params };
  const worst = worstCaseOf(call) ?? 0;
  const reservation = await options.budget.reserve(worst);
  if (reservation === undefined) return leave("budget", name, "the spending limit is reached");
  options.onStart?.(planned);
  const startedAt = new Date(options.clock.now()).toISOString();
  let charged = 0;
  try {
    const request = { ...call, origin: { caseId: item.id, repeat, role: "answer" as const } };
    const outcome = await attemptCall(request, options.abort, { ...options, provider });
    charged = outcome.costUsd ?? worst;
    if (outcome.state === "failed" && isOurs(outcome.reason)) {
      lane.networkFailures += outcome.reason === "network" ? 1 : 0;
      if (outcome.reason === "auth" || lane.networkFailures >= NETWORK_FAILURES_TO_GIVE_UP) {
        lane.gaveUp = { reason: outcome.reason, message: outcome.message };
      }
      return leave(outcome.reason, name, outcome.message);
    }
    lane.networkFailures = 0;
    await options.onTrial(
      { key: planned.key, caseId: item.id, candidate: candidate.id, repeat, startedAt, outcome },
      planned,
    );
  } catch (thrown) {
    if (!options.abort.aborted) throw thrown;
    charged = worst;
    leave("interrupted", name, "stopped by the user");
  } finally {
    reservation.settle(charged);
  }
}

function isOurs(reason: FailureReason): boolean {
  return (OUR_FAILURES as readonly string[]).includes(reason);
}

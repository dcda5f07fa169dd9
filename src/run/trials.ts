import { setImmediate as turn } from "node:timers/promises";
import pLimit from "p-limit";
import type { PlannedTrial } from "../domain/plan.ts";
import type { Provider } from "../ports.ts";
import {
  answerOne,
  type Lane,
  type LeftUndone,
  type Shared,
  scoreOne,
  stopReason,
  type TrialOptions,
  worstOf,
} from "./one-trial.ts";
import { Pace } from "./pace.ts";

export type { LeftUndone } from "./one-trial.ts";

export interface RunTrialsOptions extends TrialOptions {
  /** The provider of a model, and how many calls it may have in flight. */
  readonly providerOf: (trial: PlannedTrial) => {
    readonly name: string;
    readonly provider: Provider;
    readonly concurrency: number;
  };
}

/** So many trials wait at each provider for their turn; each holds its prompt and more. */
const WAITING = 64;
/** Under way in all, where one provider is slow and another is not. */
const MOST_PENDING = 8_192;
/** Cases. */
const BREATHE_EVERY = 64;

/**
 * Runs trials in parallel, each provider under its own limiter, and hands every finished one on. The money for all models'
 * trials of a case is set aside together: an answer without its pair would be paid for nothing.
 * Failures that are ours (a rejected key, no network, a provider that is down) finish no trial: they are counted as left
 * undone.
 * @throws the first error of `onTrial`, of `score`, of a provider's own code or of the plan, after the calls in flight have ended
 */
export async function runTrials(
  trials: Iterable<PlannedTrial> | AsyncIterable<PlannedTrial>,
  options: RunTrialsOptions,
): Promise<LeftUndone[]> {
  const undone = new Map<string, LeftUndone>();
  const shared: Shared = {
    ...options,
    fault: undefined,
    leave(reason, { name }, message) {
      const entry = undone.get(`${name} ${reason}`) ?? { reason, provider: name, message, count: 0 };
      entry.count += 1;
      undone.set(`${name} ${reason}`, entry);
    },
  };
  const lanes = new Map<string, Lane>();
  const laneOf = (planned: PlannedTrial) => findLane(planned, lanes, options);
  let pending = 0;
  let wake = () => {};
  const oneEnds = () =>
    new Promise<void>((resolve) => {
      wake = resolve;
    });
  // Trials come case by case: those of a slow provider must not keep a fast one from its own.
  const allFed = () => lanes.values().every(({ limit }) => limit.pendingCount >= WAITING);
  const enough = () => pending >= MOST_PENDING || allFed();
  const guarded = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (thrown) {
      shared.fault ??= { thrown };
      return undefined;
    }
  };
  const begin = (planned: PlannedTrial, reservation: Parameters<typeof answerOne>[1]) => {
    const lane = laneOf(planned);
    pending += 1;
    guarded(() => answerOne(planned, reservation, lane, shared))
      .then((trial) => (trial === undefined ? undefined : guarded(() => scoreOne(trial, planned, lane, shared))))
      .finally(() => {
        pending -= 1;
        wake();
      });
  };
  let groups = 0;
  try {
    for await (const group of casesOf(trials)) {
      const startable = group.filter((planned) => mayStart(planned, laneOf(planned), shared));
      const reservations = await options.budget.reserveAll(startable.map(worstOf));
      for (const [index, planned] of startable.entries()) {
        const reservation = reservations?.[index];
        if (reservation === undefined) shared.leave("budget", laneOf(planned), OUT_OF_MONEY);
        else begin(planned, reservation);
      }
      while (enough()) await oneEnds();
      groups += 1;
      // Answers that take no time (simulated, recorded) would let neither a timer nor a Ctrl-C through.
      if (groups % BREATHE_EVERY === 0) await turn();
      if (shared.fault !== undefined) break;
    }
  } catch (thrown) {
    shared.fault ??= { thrown };
  }
  while (pending > 0) await oneEnds();
  if (shared.fault !== undefined) throw shared.fault.thrown;
  return [...undone.values()];
}

const OUT_OF_MONEY = "the spending limit is reached";

function mayStart(planned: PlannedTrial, lane: Lane, shared: Shared): boolean {
  const stop = stopReason(planned, lane, shared);
  if (stop !== undefined) shared.leave(stop.reason, lane, stop.message);
  return stop === undefined;
}

/** Consecutive trials of one case and repeat. */
async function* casesOf(
  trials: Iterable<PlannedTrial> | AsyncIterable<PlannedTrial>,
): AsyncGenerator<readonly PlannedTrial[]> {
  let group: PlannedTrial[] = [];
  for await (const planned of trials) {
    const [first] = group;
    if (first !== undefined && (first.item.id !== planned.item.id || first.repeat !== planned.repeat)) {
      yield group;
      group = [];
    }
    group.push(planned);
  }
  if (group.length > 0) yield group;
}

function findLane(planned: PlannedTrial, lanes: Map<string, Lane>, options: RunTrialsOptions): Lane {
  const { name, provider, concurrency } = options.providerOf(planned);
  const known = lanes.get(name);
  if (known !== undefined) return known;
  const limit = pLimit(concurrency);
  const pace = new Pace(limit, options.clock);
  const lane: Lane = { name, provider, limit, pace, gaveUp: undefined, refused: new Map(), networkFailures: 0 };
  lanes.set(name, lane);
  return lane;
}

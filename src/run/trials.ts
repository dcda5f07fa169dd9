import pLimit from "p-limit";
import type { PlannedTrial } from "../domain/plan.ts";
import type { Provider } from "../ports.ts";
import { type Lane, type LeftUndone, runOne, type Shared, type TrialOptions } from "./one-trial.ts";

export type { LeftUndone } from "./one-trial.ts";

export interface RunTrialsOptions extends TrialOptions {
  /** The provider of a model, and how many calls it may have in flight. */
  readonly providerOf: (trial: PlannedTrial) => {
    readonly name: string;
    readonly provider: Provider;
    readonly concurrency: number;
  };
}

/** So many trials are taken from the plan at once; more, up to the second number, while a provider has none waiting. */
const FEW_PENDING = 512;
const MOST_PENDING = 8_192;

/**
 * Runs trials in parallel, each provider under its own limiter, and hands every finished one on.
 * Failures that are ours (a rejected key, no network) finish no trial: they are counted as left undone.
 * @throws the first error of `onTrial`, of a provider's own code or of the plan, after the calls in flight have ended
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
  let pending = 0;
  let wake = () => {};
  const oneEnds = () =>
    new Promise<void>((resolve) => {
      wake = resolve;
    });
  // Trials come case by case: those of a slow provider must not keep a fast one from its own.
  const allFed = () => lanes.values().every(({ limit }) => limit.pendingCount > 0);
  const enough = () => pending >= MOST_PENDING || (pending >= FEW_PENDING && allFed());
  try {
    for await (const planned of trials) {
      const lane = laneOf(planned, lanes, options);
      pending += 1;
      lane
        .limit(() => runOne(planned, lane, shared))
        .catch((thrown: unknown) => {
          shared.fault ??= { thrown };
        })
        .finally(() => {
          pending -= 1;
          wake();
        });
      while (enough()) await oneEnds();
      if (shared.fault !== undefined) break;
    }
  } catch (thrown) {
    shared.fault ??= { thrown };
  }
  while (pending > 0) await oneEnds();
  if (shared.fault !== undefined) throw shared.fault.thrown;
  return [...undone.values()];
}

function laneOf(planned: PlannedTrial, lanes: Map<string, Lane>, options: RunTrialsOptions): Lane {
  const { name, provider, concurrency } = options.providerOf(planned);
  const known = lanes.get(name);
  if (known !== undefined) return known;
  const lane: Lane = { name, provider, limit: pLimit(concurrency), gaveUp: undefined, networkFailures: 0 };
  lanes.set(name, lane);
  return lane;
}

import type { PlannedTrial } from "../domain/plan.ts";
import type { Completion } from "../domain/trial.ts";
import type { Provider } from "../ports.ts";
import { createBudget } from "./budget.ts";
import { makeClock, makeCompletion, makeModel, makePlanned } from "./run.fixtures.ts";
import { type LeftUndone, type RunTrialsOptions, runTrials } from "./trials.ts";

const RETRY = { maxAttempts: 4, baseDelayMs: 1, maxDelayMs: 1, deadlineMs: 60_000 };
export const a = makeModel("a");
export const b = makeModel("b");

interface Setup extends Partial<Omit<RunTrialsOptions, "providerOf">> {
  /** By model. */
  readonly providers: Readonly<Record<string, Provider>>;
  readonly concurrency?: Readonly<Record<string, number>>;
}

/** Starts a run with what a test needs to watch and to stop it. */
export function run(trials: Iterable<PlannedTrial>, { providers, concurrency = {}, ...changes }: Setup) {
  const done: string[] = [];
  const drain = new AbortController();
  const abort = new AbortController();
  const ended: Promise<LeftUndone[]> = runTrials(trials, {
    providerOf: ({ candidate: { model } }) => ({
      name: model.provider,
      provider: providers[model.id] as Provider,
      concurrency: concurrency[model.id] ?? 4,
    }),
    clock: makeClock().clock,
    random: () => 0.5,
    retry: RETRY,
    budget: createBudget(undefined),
    drain: drain.signal,
    abort: abort.signal,
    onTrial: ({ key }) => {
      done.push(key);
    },
    score: async () => {},
    ...changes,
  });
  return { ended, done, drain, abort };
}

/** So many cases, each with every model. */
export const plan = (n: number, ...models: (typeof a)[]) =>
  Array.from({ length: n }, (_, index) => models.map((model) => makePlanned(index, model))).flat();

/** Calls that end when the test says so. */
export function held() {
  const waiting: { readonly caseId: string; readonly end: (reply?: Completion | Error) => void }[] = [];
  const provider: Provider = {
    complete: ({ origin, signal }) =>
      new Promise((resolve, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason));
        waiting.push({
          caseId: origin.caseId,
          end: (reply = makeCompletion()) => (reply instanceof Error ? reject(reply) : resolve(reply)),
        });
      }),
  };
  return { provider, waiting };
}

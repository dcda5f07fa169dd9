import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PlannedTrial } from "../domain/plan.ts";
import type { Completion } from "../domain/trial.ts";
import type { Provider } from "../ports.ts";
import { createBudget } from "./budget.ts";
import {
  badRequest,
  makeClock,
  makeCompletion,
  makeModel,
  makePlanned,
  noNetwork,
  scripted,
  settled,
  silent,
  timedOut,
  wrongKey,
} from "./run.fixtures.ts";
import { type LeftUndone, type RunTrialsOptions, runTrials } from "./trials.ts";

const RETRY = { maxAttempts: 4, baseDelayMs: 1, maxDelayMs: 1, deadlineMs: 60_000 };
const a = makeModel("a");
const b = makeModel("b");

interface Setup extends Partial<Omit<RunTrialsOptions, "providerOf">> {
  /** By model. */
  readonly providers: Readonly<Record<string, Provider>>;
  readonly concurrency?: Readonly<Record<string, number>>;
}

function run(trials: Iterable<PlannedTrial>, { providers, concurrency = {}, ...changes }: Setup) {
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
    onTrial: async ({ key }) => {
      done.push(key);
    },
    ...changes,
  });
  return { ended, done, drain, abort };
}

const plan = (n: number, ...models: (typeof a)[]) =>
  Array.from({ length: n }, (_, index) => models.map((model) => makePlanned(index, model))).flat();

/** Calls that end when the test says so. */
function held() {
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

describe("runTrials", () => {
  it("makes every trial once and hands it on with what was planned", async () => {
    const trials = plan(30, a, b);
    const handed: string[] = [];
    const { ended } = run(trials, {
      providers: { a: scripted(makeCompletion()), b: scripted(badRequest()) },
      onTrial: async (trial, planned) => {
        expect(trial).toMatchObject({ key: planned.key, caseId: planned.item.id, candidate: planned.candidate.id });
        expect(trial).toMatchObject({ startedAt: "2026-11-01T00:00:00.000Z", repeat: 0 });
        handed.push(`${trial.key} ${trial.outcome.state}`);
      },
    });
    expect(await ended).toEqual([]);
    expect(handed.sort()).toEqual(
      trials.map(({ key }) => `${key} ${key.startsWith("a") ? "completed" : "failed"}`).sort(),
    );
  });

  it("has nothing to do without trials", async () => {
    expect(await run([], { providers: {} }).ended).toEqual([]);
  });

  it("never has more calls in flight than a provider may have, scoring included", async () => {
    const flying = { a: 0, b: 0 };
    const most = { a: 0, b: 0 };
    const counting = (name: "a" | "b"): Provider => ({
      async complete() {
        flying[name] += 1;
        most[name] = Math.max(most[name], flying[name]);
        await settled();
        return makeCompletion();
      },
    });
    const { ended } = run(plan(40, a, b), {
      providers: { a: counting("a"), b: counting("b") },
      concurrency: { a: 3, b: 5 },
      onTrial: async ({ candidate }) => {
        await settled();
        flying[candidate as "a" | "b"] -= 1;
      },
    });
    await ended;
    expect(most).toEqual({ a: 3, b: 5 });
  });

  it("starts trials in the order of the plan, provider by provider", async () => {
    const { provider, waiting } = held();
    const { ended, done } = run(plan(6, a), { providers: { a: provider }, concurrency: { a: 2 } });
    for (let at = 0; at < 6; at++) {
      while (waiting.length <= at) await settled();
      waiting[at]?.end();
    }
    await ended;
    expect(done).toEqual(plan(6, a).map(({ key }) => key));
  });

  it("does not let a slow provider keep a fast one from its trials", async () => {
    const { provider, waiting } = held();
    const { ended, done } = run(plan(1_500, a, b), {
      providers: { a: provider, b: scripted(makeCompletion()) },
      concurrency: { a: 1 },
    });
    while (done.length < 1_500) await settled();
    expect(waiting).toHaveLength(1);
    for (let at = 0; at < 1_500; at++) {
      while (waiting.length <= at) await settled();
      waiting[at]?.end();
    }
    await ended;
  });

  it("takes no more of a long plan than it needs", async () => {
    let taken = 0;
    function* long(): Generator<PlannedTrial> {
      for (; taken < 100_000; taken++) yield makePlanned(taken, a);
    }
    const { ended, drain } = run(long(), { providers: { a: silent }, concurrency: { a: 2 } });
    await settled();
    expect(taken).toBeLessThan(1_000);
    drain.abort();
    void ended.catch(() => {});
  });
});

describe("failures that are ours", () => {
  it("stop a provider at once when it rejects the key, while the others go on", async () => {
    const keyless = scripted(wrongKey());
    const { ended, done } = run(plan(50, a, b), {
      providers: { a: keyless, b: scripted(makeCompletion()) },
      concurrency: { a: 1 },
    });
    expect(await ended).toEqual([{ reason: "auth", provider: "of a", message: "wrong key", count: 50 }]);
    expect(keyless.requests).toHaveLength(1);
    expect(done).toHaveLength(50);
  });

  it("give a line up after five in a row, and finish no trial", async () => {
    const dead = scripted(noNetwork());
    const { ended, done } = run(plan(20, a), { providers: { a: dead }, concurrency: { a: 1 } });
    expect(await ended).toEqual([{ reason: "network", provider: "of a", message: "no line", count: 20 }]);
    expect(dead.requests).toHaveLength(5);
    expect(done).toEqual([]);
  });

  it("start counting anew after an answer", async () => {
    const [down, up] = [noNetwork(), makeCompletion()];
    const flaky = scripted(down, down, down, down, up, down, down, down, down, up);
    const { ended, done } = run(plan(12, a), { providers: { a: flaky }, concurrency: { a: 1 } });
    expect(await ended).toMatchObject([{ reason: "network", count: 8 }]);
    expect(done).toHaveLength(4);
  });
});

describe("stopping", () => {
  it("drains: nothing new is started, calls in flight are awaited and handed on", async () => {
    const { provider, waiting } = held();
    const { ended, done, drain } = run(plan(9, a), { providers: { a: provider }, concurrency: { a: 2 } });
    while (waiting.length < 2) await settled();
    drain.abort();
    for (const { end } of waiting) end();
    expect(await ended).toEqual([
      { reason: "interrupted", provider: "of a", message: "stopped by the user", count: 7 },
    ]);
    expect([waiting.length, done.length]).toEqual([2, 2]);
  });

  it("starts nothing either that was waiting for money", async () => {
    const { provider, waiting } = held();
    const budget = createBudget(150e-6);
    const { ended, drain } = run(plan(4, a), { providers: { a: provider }, budget });
    while (waiting.length < 1) await settled();
    drain.abort();
    waiting[0]?.end();
    expect(await ended).toMatchObject([{ reason: "interrupted", count: 3 }]);
    expect(waiting).toHaveLength(1);
    expect(budget.spentUsd).toBeCloseTo(15e-6, 12);
  });

  it("aborts: calls in flight are given up, charged at their worst, and left undone", async () => {
    const budget = createBudget(undefined);
    const { ended, done, abort } = run(plan(5, a), { providers: { a: silent }, concurrency: { a: 2 }, budget });
    await settled();
    abort.abort(new Error("stopped"));
    expect(await ended).toMatchObject([{ reason: "interrupted", count: 5 }]);
    expect(done).toEqual([]);
    expect(budget.spentUsd).toBeCloseTo(2 * 100e-6, 12);
  });

  it("takes scoring that an abort cut short for interrupted, and no other error", async () => {
    for (const isAbort of [true, false]) {
      const fault = new Error("disk full");
      const { ended, abort } = run(plan(1, a), {
        providers: { a: scripted(makeCompletion()) },
        onTrial: async () => {
          abort.abort(new Error("stopped"));
          throw isAbort ? abort.signal.reason : fault;
        },
      });
      if (isAbort) expect(await ended).toMatchObject([{ reason: "interrupted", count: 1 }]);
      else await expect(ended).rejects.toBe(fault);
    }
  });
});

describe("errors", () => {
  it("of onTrial end the run once the calls in flight have ended, with the first of them", async () => {
    const { provider, waiting } = held();
    const first = new Error("disk full");
    const handed: string[] = [];
    const { ended } = run(plan(40, a), {
      providers: { a: provider },
      concurrency: { a: 3 },
      onTrial: async ({ caseId }) => {
        handed.push(caseId);
        throw caseId === "case-1" ? first : new Error("later");
      },
    });
    while (waiting.length < 3) await settled();
    let over = false;
    const outcome = ended.catch((thrown: unknown) => {
      over = true;
      return thrown;
    });
    waiting[1]?.end();
    await settled();
    expect(over).toBe(false);
    waiting[0]?.end();
    waiting[2]?.end();
    expect(await outcome).toBe(first);
    expect(handed).toEqual(["case-1", "case-0", "case-2"]);
    expect(waiting).toHaveLength(3);
  });

  it("of a provider's own code, of onStart and of the plan end the run too", async () => {
    const fault = new TypeError("a fault of ours");
    function* broken(): Generator<PlannedTrial> {
      yield makePlanned(0, a);
      throw fault;
    }
    const good = scripted(makeCompletion());
    const onStart = () => {
      throw fault;
    };
    const runs = [
      run(plan(600, a, b), { providers: { a: scripted(fault), b: good } }),
      run(plan(600, a), { providers: { a: good }, onStart, budget: createBudget(200e-6) }),
      run(broken(), { providers: { a: good } }),
    ];
    for (const { ended } of runs) await expect(ended).rejects.toBe(fault);
  });
});

describe("the spending limit", () => {
  it("leaves undone what it cannot pay, and still pays for what is cheaper", async () => {
    const dear = plan(3, a).map((planned) => ({ ...planned, params: { maxTokens: 5_000 } }));
    const { ended, done } = run([...dear, ...plan(3, b)], {
      providers: { a: scripted(makeCompletion()), b: scripted(makeCompletion()) },
      budget: createBudget(1_000e-6),
    });
    expect(await ended).toEqual([
      { reason: "budget", provider: "of a", message: "the spending limit is reached", count: 3 },
    ]);
    expect(done).toHaveLength(3);
  });

  it("does not hold money while a trial is scored: a judge of the same budget would wait for ever", async () => {
    const budget = createBudget(150e-6);
    const { ended, done } = run(plan(3, a), {
      providers: { a: scripted(makeCompletion()) },
      budget,
      onTrial: async ({ key }) => {
        const judged = await budget.reserve(50e-6);
        judged?.settle(1e-6);
        done.push(key);
      },
    });
    expect(await ended).toEqual([]);
    expect(done).toHaveLength(3);
    expect(budget.spentUsd).toBeCloseTo(3 * 16e-6, 12);
  });

  it("leaves a call undone that would need another attempt, and has no money for it", async () => {
    const slow = scripted(timedOut());
    const budget = createBudget(250e-6);
    const { ended, done } = run(plan(1, a), { providers: { a: slow }, budget });
    expect(await ended).toMatchObject([{ reason: "budget", count: 1 }]);
    expect([slow.requests.length, done.length]).toEqual([2, 0]);
    expect(budget.spentUsd).toBeCloseTo(200e-6, 12);
  });

  it("is never exceeded, whatever calls cost and in whatever order they end", async () => {
    const script = fc.array(
      fc.constantFrom<Completion | Error>(
        makeCompletion("dear", { freshInput: 16, visibleOutput: 84 }),
        makeCompletion("cheap"),
        makeCompletion("uncounted", {}),
        timedOut(),
        timedOut({ reason: "bad-response", usage: { freshInput: 16, visibleOutput: 84 } }),
        badRequest(),
        noNetwork(),
      ),
      { minLength: 1, maxLength: 12 },
    );
    await fc.assert(
      fc.asyncProperty(
        script,
        script,
        fc.integer({ min: 0, max: 900 }),
        fc.scheduler(),
        async (one, two, micros, s) => {
          const budget = createBudget(micros / 1e6);
          const scheduled = (provider: Provider): Provider => ({
            complete: (request) => s.schedule(Promise.resolve()).then(() => provider.complete(request)),
          });
          const { ended, done } = run(plan(8, a, b), {
            providers: { a: scheduled(scripted(...one)), b: scheduled(scripted(...two)) },
            budget,
          });
          const undone = await s.waitFor(ended);
          expect(budget.spentUsd).toBeLessThanOrEqual(micros / 1e6 + 1e-12);
          expect(done.length + undone.reduce((sum, { count }) => sum + count, 0)).toBe(16);
          expect(new Set(done).size).toBe(done.length);
        },
      ),
      { numRuns: 60, seed: 1 },
    );
  });
});

import { describe, expect, it } from "vitest";
import type { Provider } from "../ports.ts";
import { createBudget } from "./budget.ts";
import {
  makeClock,
  makeCompletion,
  noNetwork,
  rateLimited,
  scripted,
  settled,
  silent,
  wrongKey,
} from "./run.fixtures.ts";
import { a, b, held, plan, run } from "./trials.testing.ts";

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
        score: async () => {
          abort.abort(new Error("stopped"));
          throw isAbort ? abort.signal.reason : fault;
        },
      });
      if (isAbort) expect(await ended).toMatchObject([{ reason: "interrupted", count: 1 }]);
      else await expect(ended).rejects.toBe(fault);
    }
  });
});

describe("a provider that is down", () => {
  const down = () => rateLimited({ reason: "server-error", status: 503 });

  it("is tried beyond the usual attempts, then given up on after two minutes, and no trial of it has failed", async () => {
    const { clock, slept } = makeClock();
    const dead = scripted(down());
    const { ended, done } = run(plan(20, a, b), {
      providers: { a: dead, b: scripted(makeCompletion()) },
      concurrency: { a: 2 },
      clock,
      retry: { maxAttempts: 4, baseDelayMs: 1_000, maxDelayMs: 10_000, deadlineMs: 600_000 },
    });
    const [left] = await ended;
    expect(left).toMatchObject({ reason: "server-error", provider: "of a", count: 20 });
    expect(left?.message).toMatch(/^no answer for 2 min, \d+ failures in a row; at last: slow down$/);
    expect(done.filter((key) => key.startsWith("b"))).toHaveLength(20);
    expect(done).toHaveLength(20);
    expect(slept.reduce((sum, ms) => sum + ms, 0)).toBeGreaterThan(110_000);
    expect(dead.requests.length).toBeLessThan(60);
  });

  it("that comes back answers everything: an outage is no model's failure", async () => {
    const back = scripted(...Array.from({ length: 12 }, down), makeCompletion());
    const { ended, done } = run(plan(6, a), { providers: { a: back }, concurrency: { a: 2 } });
    expect(await ended).toEqual([]);
    expect(done).toHaveLength(6);
  });

  it("leaves a model's own failures alone while others answer", async () => {
    const flaky: Provider = {
      async complete({ origin }) {
        if (origin.caseId === "case-3") throw down();
        return makeCompletion();
      },
    };
    const outcomes = new Map<string, string>();
    const { ended } = run(plan(9, a), {
      providers: { a: flaky },
      concurrency: { a: 3 },
      onTrial: ({ caseId, outcome }) => outcomes.set(caseId, outcome.state),
    });
    expect(await ended).toEqual([]);
    expect([outcomes.size, outcomes.get("case-3")]).toEqual([9, "failed"]);
  });
});

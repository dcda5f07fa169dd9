import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Completion } from "../domain/trial.ts";
import type { Provider } from "../ports.ts";
import { createBudget } from "./budget.ts";
import { badRequest, makeCompletion, noNetwork, scripted, timedOut } from "./run.fixtures.ts";
import { a, b, plan, run } from "./trials.testing.ts";

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

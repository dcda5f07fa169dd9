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

  it("sets aside the money for all models of a case, or for none", async () => {
    const [good, dear] = [scripted(makeCompletion()), scripted(makeCompletion())];
    const trials = plan(3, a, b).map((planned) =>
      planned.candidate.id === "b" && planned.item.id === "case-1"
        ? { ...planned, params: { maxTokens: 5_000 } }
        : planned,
    );
    const { ended, done } = run(trials, { providers: { a: good, b: dear }, budget: createBudget(1_000e-6) });
    expect(await ended).toEqual([
      { reason: "budget", provider: "of a", message: "the spending limit is reached", count: 1 },
      { reason: "budget", provider: "of b", message: "the spending limit is reached", count: 1 },
    ]);
    expect(done.sort()).toEqual(["a 0", "a 2", "b 0", "b 2"]);
  });

  it("lets a judge of the same budget go first, and never makes it wait for calls that wait for it", async () => {
    const budget = createBudget(150e-6);
    const judgedAt: number[] = [];
    const provider = scripted(makeCompletion());
    const { ended, done } = run(plan(3, a), {
      providers: { a: provider },
      concurrency: { a: 1 },
      budget,
      score: async () => {
        const judged = await budget.reserve(50e-6);
        judgedAt.push(provider.requests.length);
        judged?.settle(1e-6);
      },
    });
    expect(await ended).toEqual([]);
    expect(done).toHaveLength(3);
    expect(judgedAt).toHaveLength(3);
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

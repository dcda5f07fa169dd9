import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createBudget, type Reservation } from "./budget.ts";
import { settled } from "./run.fixtures.ts";

async function reserved(promise: Promise<Reservation | undefined>): Promise<Reservation> {
  const reservation = await promise;
  if (reservation === undefined) throw new Error("no money");
  return reservation;
}

describe("createBudget", () => {
  it("only counts where there is no limit", async () => {
    const budget = createBudget(undefined);
    (await reserved(budget.reserve(5))).settle(7);
    expect(budget.spentUsd).toBe(7);
  });

  it("says no at once where waiting cannot help", async () => {
    const budget = createBudget(1);
    expect(await budget.reserve(1.01)).toBeUndefined();
    (await reserved(budget.reserve(1))).settle(0.4);
    expect(await budget.reserve(0.61)).toBeUndefined();
    expect(await budget.reserve(0.6)).toBeDefined();
  });

  it("lets a call wait until those in flight have given back what they did not cost", async () => {
    const budget = createBudget(1);
    const first = await reserved(budget.reserve(0.8));
    let second: unknown = "waiting";
    const waiting = budget.reserve(0.8).then((reservation) => {
      second = reservation;
    });
    await settled();
    expect(second).toBe("waiting");
    first.settle(0.1);
    await waiting;
    expect(second).toBeDefined();
  });

  it("tells the waiting when the last call has used the money up", async () => {
    const budget = createBudget(1);
    const first = await reserved(budget.reserve(0.8));
    const waiting = budget.reserve(0.8);
    first.settle(0.8);
    expect(await waiting).toBeUndefined();
  });

  it("charges all that was set aside where nobody knows the cost", async () => {
    const budget = createBudget(1);
    const call = await reserved(budget.reserve(0.3));
    expect(call.extend()).toBe(true);
    call.settle(undefined);
    expect(budget.spentUsd).toBe(0.6);
  });

  it("sets money aside for another attempt, or says no without waiting", async () => {
    const budget = createBudget(1);
    const [first, second] = [await reserved(budget.reserve(0.4)), await reserved(budget.reserve(0.3))];
    expect([second.extend(), first.extend()]).toEqual([true, false]);
    second.settle(0);
    expect(first.extend()).toBe(true);
  });

  it("does not take rounding for a call in flight", async () => {
    const budget = createBudget(1);
    const calls = await Promise.all([0.1, 0.2, 0.3].map((usd) => reserved(budget.reserve(usd))));
    for (const call of calls) call.settle(0.3);
    // 0.1 + 0.2 + 0.3 - 0.1 - 0.2 - 0.3 is not 0 in doubles; waiting for it would never end.
    expect(await budget.reserve(0.5)).toBeUndefined();
  });

  it("is never exceeded, and never leaves anyone waiting, in any interleaving", async () => {
    const call = fc.record({
      worst: fc.double({ min: 0, max: 1, noNaN: true }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      attempts: fc.integer({ min: 1, max: 3 }),
      known: fc.boolean(),
      hops: fc.integer({ min: 0, max: 5 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(call, { maxLength: 20 }),
        fc.double({ min: 0, max: 3, noNaN: true }),
        async (calls, limit) => {
          const budget = createBudget(limit);
          let answered = 0;
          await Promise.all(
            calls.map(async ({ worst, share, attempts, known, hops }) => {
              const reservation = await budget.reserve(worst);
              answered += 1;
              if (reservation === undefined) return;
              for (let hop = 0; hop < hops; hop++) await Promise.resolve();
              let made = 1;
              while (made < attempts && reservation.extend()) made += 1;
              for (let hop = 0; hop < hops; hop++) await Promise.resolve();
              reservation.settle(known ? made * worst * share : undefined);
              expect(budget.spentUsd).toBeLessThanOrEqual(limit + 1e-9);
            }),
          );
          expect(answered).toBe(calls.length);
        },
      ),
      { numRuns: 200, seed: 1 },
    );
  });
});

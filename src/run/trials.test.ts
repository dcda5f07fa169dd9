import { describe, expect, it } from "vitest";
import type { PlannedTrial } from "../domain/plan.ts";
import type { Provider } from "../ports.ts";
import { createBudget } from "./budget.ts";
import { badRequest, makeCompletion, makePlanned, scripted, settled, silent } from "./run.fixtures.ts";
import { a, b, held, plan, run } from "./trials.testing.ts";

describe("runTrials", () => {
  it("makes every trial once and hands it on with what was planned", async () => {
    const trials = plan(30, a, b);
    const handed: string[] = [];
    const { ended } = run(trials, {
      providers: { a: scripted(makeCompletion()), b: scripted(badRequest()) },
      onTrial: (trial, planned) => {
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

  it("never has more calls in flight than a provider may have", async () => {
    const flying = { a: 0, b: 0 };
    const most = { a: 0, b: 0 };
    const counting = (name: "a" | "b"): Provider => ({
      async complete() {
        flying[name] += 1;
        most[name] = Math.max(most[name], flying[name]);
        await settled();
        flying[name] -= 1;
        return makeCompletion();
      },
    });
    const { ended } = run(plan(40, a, b), {
      providers: { a: counting("a"), b: counting("b") },
      concurrency: { a: 3, b: 5 },
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

describe("errors", () => {
  it("of onTrial end the run once the calls in flight have ended, with the first of them", async () => {
    const { provider, waiting } = held();
    const first = new Error("disk full");
    const handed: string[] = [];
    const { ended } = run(plan(40, a), {
      providers: { a: provider },
      concurrency: { a: 3 },
      onTrial: ({ caseId }) => {
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

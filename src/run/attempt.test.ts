import { describe, expect, it } from "vitest";
import { OutcomeSchema } from "../domain/trial.ts";
import { type AttemptOptions, attemptCall, DEFAULT_RETRY, isOurs, worstCaseOf } from "./attempt.ts";
import {
  badRequest,
  makeClock,
  makeCompletion,
  makeModel,
  noNetwork,
  rateLimited,
  scripted,
  silent,
  timedOut,
} from "./run.fixtures.ts";

const model = makeModel("m");
const request = {
  model,
  messages: [{ role: "user" as const, content: "1234" }],
  tools: [],
  params: { maxTokens: 80 },
  origin: { caseId: "case-1", repeat: 0, role: "answer" as const },
};
/** 4 bytes and 16 for the role in, 80 tokens out. */
const WORST = 100e-6;
const OWN = 15e-6;
const never = new AbortController().signal;

function attempt(provider: AttemptOptions["provider"], changes: Partial<AttemptOptions> = {}, signal = never) {
  const { clock, slept, advance } = makeClock();
  const options = { provider, clock, random: () => 0.5, retry: DEFAULT_RETRY, ...changes };
  return { slept, advance, outcome: attemptCall(request, signal, options) };
}

describe("attemptCall", () => {
  it("is done after one good answer, charged by its tokens or by the provider's own bill", async () => {
    const completion = makeCompletion();
    const once = await attempt(scripted(completion)).outcome;
    expect(once).toEqual({ state: "completed", completion, attempts: 1, costUsd: OWN });
    const billed = await attempt(scripted({ ...completion, billedUsd: 0.5 })).outcome;
    expect(billed.costUsd).toBe(0.5);
  });

  it("leaves an unknown cost out, and never says 0", async () => {
    const outcome = await attempt(scripted(makeCompletion("yes", {}))).outcome;
    expect(outcome).not.toHaveProperty("costUsd");
  });

  it("tries four times, with full jitter below a ceiling that doubles", async () => {
    const provider = scripted(rateLimited());
    const { outcome, slept } = attempt(provider);
    expect(await outcome).toEqual({
      state: "failed",
      reason: "rate-limited",
      message: "slow down",
      attempts: 4,
      costUsd: 0,
    });
    expect(provider.requests).toHaveLength(4);
    expect(slept).toEqual([500, 1_000, 2_000]);
  });

  it("keeps the ceiling of the wait", async () => {
    const retry = { ...DEFAULT_RETRY, maxAttempts: 9 };
    const { outcome, slept } = attempt(scripted(rateLimited()), { retry, random: () => 1 - 1e-9 });
    await outcome;
    expect(slept.map(Math.round)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
  });

  it("waits as long as the provider asks, and a little more by chance, so that calls do not wake together", async () => {
    const wait = async (chance: number) => {
      const { outcome, slept } = attempt(scripted(rateLimited({ retryAfterMs: 7_000 }), makeCompletion()), {
        random: () => chance,
      });
      expect((await outcome).state).toBe("completed");
      return slept[0];
    };
    expect([await wait(0), await wait(0.25), await wait(0.75)]).toEqual([7_000, 7_250, 7_750]);
  });

  it("does not retry what will end alike", async () => {
    const provider = scripted(badRequest());
    expect(await attempt(provider).outcome).toMatchObject({ reason: "invalid-request", attempts: 1 });
    expect(provider.requests).toHaveLength(1);
  });

  it("does not wait past the trial's deadline", async () => {
    const { outcome, slept } = attempt(scripted(rateLimited({ retryAfterMs: 600_000 })));
    expect(await outcome).toMatchObject({ reason: "rate-limited", attempts: 1 });
    expect(slept).toEqual([]);
  });

  it("gives a silent call up at the deadline, charged at its worst case", async () => {
    const retry = { ...DEFAULT_RETRY, deadlineMs: 20 };
    expect(await attempt(silent, { retry }).outcome).toEqual({
      state: "failed",
      reason: "timeout",
      message: "no answer within the trial's deadline of 0.02 s",
      attempts: 1,
      latencyMs: 20,
      costUsd: WORST,
    });
  });

  it("charges every attempt: those that timed out at their worst, those that say so by their tokens, others not", async () => {
    const counted = timedOut({ reason: "bad-response", usage: { freshInput: 30, visibleOutput: 0 } });
    const { outcome } = attempt(scripted(timedOut(), rateLimited(), counted, makeCompletion()));
    const { costUsd, attempts } = await outcome;
    expect(costUsd).toBeCloseTo(WORST + 0 + 30e-6 + OWN, 15);
    expect(attempts).toBe(4);
  });

  it("takes what the provider billed for a failed call before tokens and worst case", async () => {
    const billed = timedOut({ reason: "bad-response", usage: { freshInput: 30, visibleOutput: 0 }, billedUsd: 0.5 });
    expect((await attempt(scripted(billed, makeCompletion())).outcome).costUsd).toBeCloseTo(0.5 + OWN, 12);
    const unread = timedOut({ reason: "bad-response", mayBeCharged: true });
    expect((await attempt(scripted(unread, makeCompletion())).outcome).costUsd).toBeCloseTo(WORST + OWN, 12);
  });

  it("keeps the provider's limits out of what is saved", async () => {
    const answer = { ...makeCompletion(), limits: { requests: { remaining: 3 } } };
    const outcome = await attempt(scripted(answer)).outcome;
    expect(OutcomeSchema.parse(outcome)).toEqual(outcome);
  });

  it("does not know the whole cost where one attempt's is unknown", async () => {
    const uncounted = timedOut({ usage: { freshInput: 30 } });
    expect(await attempt(scripted(uncounted, makeCompletion())).outcome).not.toHaveProperty("costUsd");
  });

  it("asks for money before another attempt only when the last one was charged", async () => {
    const asked: boolean[] = [];
    const mayRetry = () => {
      asked.push(true);
      return asked.length < 2;
    };
    const provider = scripted(rateLimited(), timedOut(), timedOut());
    const { outcome } = attempt(provider, { mayRetry });
    expect(await outcome).toMatchObject({ reason: "timeout", attempts: 3 });
    expect(asked).toHaveLength(2);
    const uncounted = attempt(scripted(timedOut({ usage: {} }), makeCompletion()), { mayRetry: () => false });
    expect(await uncounted.outcome).toMatchObject({ state: "failed", attempts: 1 });
  });

  it("leaves no outcome of a call that was aborted, in flight or while it waited", async () => {
    const reason = new Error("stopped");
    const inFlight = new AbortController();
    const { outcome } = attempt(silent, {}, inFlight.signal);
    inFlight.abort(reason);
    await expect(outcome).rejects.toBe(reason);

    const waiting = new AbortController();
    const provider = {
      async complete(): Promise<never> {
        waiting.abort(reason);
        throw rateLimited();
      },
    };
    await expect(attempt(provider, {}, waiting.signal).outcome).rejects.toBe(reason);
    await expect(attempt(silent, {}, AbortSignal.abort(reason)).outcome).rejects.toBe(reason);
  });

  it("throws on a fault of ours, instead of scoring the model for it", async () => {
    const fault = new TypeError("undefined is not a function");
    await expect(attempt(scripted(fault)).outcome).rejects.toBe(fault);
  });

  it("leaves nothing behind on the run's signal", async () => {
    const signal = new AbortController().signal;
    let listeners = 0;
    const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)];
    Object.assign(signal, {
      addEventListener: (...all: Parameters<typeof add>) => {
        listeners += 1;
        add(...all);
      },
      removeEventListener: (...all: Parameters<typeof remove>) => {
        listeners -= 1;
        remove(...all);
      },
    });
    await attempt(scripted(rateLimited(), makeCompletion()), {}, signal).outcome;
    await attempt(scripted(badRequest()), {}, signal).outcome;
    expect(listeners).toBe(0);
  });
});

describe("isOurs", () => {
  it("holds for the line and the key alone", () => {
    expect([noNetwork(), badRequest(), timedOut(), rateLimited()].map(({ reason }) => isOurs(reason))).toEqual([
      true,
      false,
      false,
      false,
    ]);
    expect(isOurs("auth")).toBe(true);
  });
});

describe("worstCaseOf", () => {
  it("takes a byte for a token, tools and roles included", () => {
    expect(worstCaseOf({ ...request, messages: [{ content: "é" }] })).toBeCloseTo(98e-6, 15);
    const tool = { name: "t", description: "", parameters: {} };
    expect(worstCaseOf({ ...request, tools: [tool] })).toBeCloseTo(WORST + JSON.stringify([tool]).length / 1e6, 15);
  });

  it("is unknown without a price, and nothing for a free model", () => {
    expect(worstCaseOf({ ...request, model: makeModel("m", { price: "unknown" }) })).toBeUndefined();
    expect(worstCaseOf({ ...request, model: makeModel("m", { price: "free" }) })).toBe(0);
  });
});

import { describe, expect, it } from "vitest";
import { GIVE_UP_MS, Pace } from "./pace.ts";
import { badRequest, makeClock, noNetwork, rateLimited, timedOut } from "./run.fixtures.ts";

const never = new AbortController().signal;
const serverError = () => rateLimited({ reason: "server-error", status: 500 });

function paceOf(concurrency: number) {
  const { clock, slept, advance } = makeClock();
  const gate = { concurrency };
  return { pace: new Pace(gate, clock), gate, slept, advance, now: () => clock.monotonic() };
}

describe("the number of calls in flight", () => {
  it("halves once for calls that were turned away together, and again only for calls that went out after", () => {
    const { pace, gate, advance, now } = paceOf(16);
    const together = now();
    advance(100);
    for (let call = 0; call < 10; call++) pace.failed(rateLimited(), together);
    expect(gate.concurrency).toBe(8);
    advance(100);
    pace.failed(rateLimited(), now());
    expect(gate.concurrency).toBe(4);
  });

  it("never falls below one, and grows back by one for each round of answers, up to where it was", () => {
    const { pace, gate, advance, now } = paceOf(4);
    for (let cut = 0; cut < 5; cut++) {
      advance(1);
      pace.failed(rateLimited(), now());
    }
    expect(gate.concurrency).toBe(1);
    const widths = Array.from({ length: 12 }, () => {
      pace.answered(undefined);
      return gate.concurrency;
    });
    expect(widths).toEqual([2, 2, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4]);
  });

  it("does not grow for a while after an error of the server, and is not cut by one", () => {
    const { pace, gate, advance, now } = paceOf(4);
    advance(1);
    pace.failed(rateLimited(), now());
    pace.failed(serverError(), now());
    expect(gate.concurrency).toBe(2);
    for (let answer = 0; answer < 10; answer++) pace.answered(undefined);
    expect(gate.concurrency).toBe(2);
    advance(10_000);
    pace.answered(undefined);
    pace.answered(undefined);
    expect(gate.concurrency).toBe(3);
  });
});

describe("waiting", () => {
  it("holds every call for as long as the provider asks, whoever was told", async () => {
    const { pace, slept, now } = paceOf(4);
    pace.failed(rateLimited({ retryAfterMs: 7_000 }), now());
    pace.failed(rateLimited({ retryAfterMs: 3_000 }), now());
    expect(await pace.ready(never)).toBe(7_000);
    expect(slept).toEqual([7_000]);
    expect(await pace.ready(never)).toBe(7_000);
    expect(slept).toHaveLength(1);
  });

  it("waits for the reset of a limit that is used up, in an answer or in a failure, and for no other", async () => {
    const { pace, slept } = paceOf(4);
    pace.answered({
      requests: { remaining: 3, resetMs: 60_000 },
      tokens: { resetMs: 50_000 },
      inputTokens: { remaining: 0 },
    });
    await pace.ready(never);
    expect(slept).toEqual([]);
    pace.answered({ requests: { remaining: 9, resetMs: 60_000 }, outputTokens: { remaining: 0, resetMs: 2_500 } });
    await pace.ready(never);
    expect(slept).toEqual([2_500]);
  });

  it("ends with an abort", async () => {
    const { pace, now } = paceOf(1);
    pace.failed(rateLimited({ retryAfterMs: 7_000 }), now());
    await expect(pace.ready(AbortSignal.abort(new Error("stopped")))).rejects.toThrow("stopped");
  });
});

describe("a provider that is down", () => {
  it("looks it after three failures without an answer, and is given up on after two minutes of nothing else", () => {
    const { pace, advance, now } = paceOf(4);
    pace.failed(serverError(), now());
    pace.failed(timedOut(), now());
    expect(pace.looksDown).toBe(false);
    pace.failed(rateLimited(), now());
    expect([pace.looksDown, pace.givenUp, pace.isOutage(serverError(), [0])]).toEqual([true, undefined, true]);
    advance(GIVE_UP_MS);
    expect(pace.givenUp).toBe("no answer for 2 min, 3 failures in a row");
    expect(pace.isOutage(badRequest(), [0])).toBe(false);
  });

  it("is up again with any answer, even one that only says the request was wrong", () => {
    for (const sign of ["answer", "bad request"]) {
      const { pace, advance, now } = paceOf(4);
      for (let failure = 0; failure < 9; failure++) pace.failed(serverError(), now());
      advance(GIVE_UP_MS - 1);
      if (sign === "answer") pace.answered(undefined);
      else pace.failed(badRequest(), now());
      advance(GIVE_UP_MS);
      expect([pace.looksDown, pace.givenUp]).toEqual([false, undefined]);
    }
  });

  it("is given up on at once when it asks for no call for longer than that", () => {
    const { pace, now } = paceOf(4);
    pace.failed(rateLimited({ retryAfterMs: 3 * 3_600_000 }), now());
    expect(pace.givenUp).toBe("it asks for no call within the next 180 min");
  });

  it("is not waited for where there never was a line", () => {
    const { pace, now } = paceOf(4);
    for (let failure = 0; failure < 4; failure++) pace.failed(noNetwork(), now());
    expect(pace.isOutage(noNetwork(), [0])).toBe(false);
    pace.answered(undefined);
    for (let failure = 0; failure < 4; failure++) pace.failed(noNetwork(), now());
    expect(pace.isOutage(noNetwork(), [0])).toBe(true);
  });

  it("is not to blame for a call that failed again and again while others were answered", () => {
    const { pace, advance, now } = paceOf(4);
    advance(100);
    pace.answered(undefined);
    for (let failure = 0; failure < 9; failure++) pace.failed(serverError(), now());
    expect(pace.isOutage(serverError(), [10, 20, 150, 200])).toBe(false);
    expect(pace.isOutage(serverError(), [20, 150, 200])).toBe(true);
  });

  it("is not seen in attempts that are repeated: a case that a provider cannot bear fails at every one", () => {
    const { pace, now } = paceOf(4);
    for (let attempt = 2; attempt < 20; attempt++) pace.failed(serverError(), now(), attempt);
    expect(pace.looksDown).toBe(false);
  });

  it("is not seen in calls that went out before the last answer came", () => {
    const { pace, advance } = paceOf(4);
    advance(1_000);
    pace.answered(undefined);
    for (let failure = 0; failure < 9; failure++) pace.failed(timedOut(), 500);
    expect(pace.looksDown).toBe(false);
  });
});

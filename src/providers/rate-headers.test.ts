import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readLimits, retryAfterMs, waitMs } from "./rate-headers.ts";

const NOW = Date.UTC(2026, 10, 1);

describe("waitMs", () => {
  it.each([
    ["7", 7_000],
    ["0.25", 250],
    ["0", 0],
    ["6m0s", 360_000],
    ["20ms", 20],
    ["1h2m3.5s", 3_723_500],
    ["2m59.56s", 179_560],
    ["1d", 86_400_000],
    ["2026-11-01T00:00:30Z", 30_000],
    ["2026-11-01T01:00:30+01:00", 30_000],
    ["Sun, 01 Nov 2026 00:00:30 GMT", 30_000],
    ["Sat, 31 Oct 2026 00:00:00 GMT", 0],
    [String(NOW / 1_000 + 9), 9_000],
    [String(NOW + 9_000), 9_000],
    ["soon", undefined],
    ["sooner than 7", undefined],
    ["-3", undefined],
    ["7 s", undefined],
    ["", undefined],
    ["9".repeat(400), undefined],
  ])("reads %s", (text, expected) => {
    const wait = waitMs(text, () => NOW);
    if (expected === undefined) expect(wait).toBeUndefined();
    else expect(wait).toBeCloseTo(expected, 6);
  });

  it("is a number of milliseconds or nothing, whatever the text", () => {
    const texts = fc.oneof(fc.string(), fc.stringMatching(/^[0-9.hmsd:TZ, -]{0,30}$/));
    fc.assert(
      fc.property(texts, (text) => {
        const wait = waitMs(text, () => NOW);
        return wait === undefined || (Number.isFinite(wait) && wait >= 0);
      }),
    );
  });

  it("reads every duration as Go writes it", () => {
    const part = fc.nat(59);
    fc.assert(
      fc.property(part, part, part, (hours, minutes, seconds) => {
        expect(waitMs(`${hours}h${minutes}m${seconds}s`, () => NOW)).toBe(
          ((hours * 60 + minutes) * 60 + seconds) * 1_000,
        );
      }),
    );
  });
});

describe("retryAfterMs", () => {
  it.each([
    ["retry-after", "7", 7_000],
    ["retry-after", "0.25", 250],
    ["retry-after-ms", "120", 120],
    ["retry-after", "Sun, 01 Nov 2026 00:00:30 GMT", 30_000],
    ["retry-after", "0", undefined],
    ["retry-after", "Sat, 31 Oct 2026 00:00:00 GMT", undefined],
    ["retry-after", "soon", undefined],
    ["x-other", "7", undefined],
  ])("reads %s: %s", (name, value, expected) => {
    expect(retryAfterMs(new Headers({ [name]: value }), NOW)).toBe(expected);
  });

  it("prefers milliseconds, where they are some", () => {
    expect(retryAfterMs(new Headers({ "retry-after": "2", "retry-after-ms": "1500" }), NOW)).toBe(1_500);
    expect(retryAfterMs(new Headers({ "retry-after": "2", "retry-after-ms": "soon" }), NOW)).toBe(2_000);
  });

  it("takes a date by the server's clock, however wrong ours is", () => {
    const date = "Sun, 01 Nov 2026 00:00:00 GMT";
    const headers = new Headers({ date, "retry-after": "Sun, 01 Nov 2026 00:00:30 GMT" });
    expect(retryAfterMs(headers, NOW + 86_400_000)).toBe(30_000);
  });
});

describe("readLimits", () => {
  it("reads OpenAI's", () => {
    const headers = new Headers({
      "x-ratelimit-limit-requests": "60",
      "x-ratelimit-remaining-requests": "0",
      "x-ratelimit-reset-requests": "1s",
      "x-ratelimit-limit-tokens": "150000",
      "x-ratelimit-remaining-tokens": "149984",
      "x-ratelimit-reset-tokens": "6m0s",
    });
    expect(readLimits(headers, NOW)).toEqual({
      requests: { limit: 60, remaining: 0, resetMs: 1_000 },
      tokens: { limit: 150_000, remaining: 149_984, resetMs: 360_000 },
    });
  });

  it("reads Anthropic's, by its own clock", () => {
    const headers = new Headers({
      date: "Sun, 01 Nov 2026 00:00:00 GMT",
      "anthropic-ratelimit-requests-limit": "50",
      "anthropic-ratelimit-requests-remaining": "49",
      "anthropic-ratelimit-requests-reset": "2026-11-01T00:00:02Z",
      "anthropic-ratelimit-input-tokens-remaining": "30000",
      "anthropic-ratelimit-output-tokens-reset": "2026-11-01T00:01:00Z",
    });
    expect(readLimits(headers, NOW - 5_000)).toEqual({
      requests: { limit: 50, remaining: 49, resetMs: 2_000 },
      inputTokens: { remaining: 30_000 },
      outputTokens: { resetMs: 60_000 },
    });
  });

  it("reads OpenRouter's plain ones as requests", () => {
    const headers = new Headers({ "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": String(NOW + 4_000) });
    expect(readLimits(headers, NOW)).toEqual({ requests: { remaining: 0, resetMs: 4_000 } });
  });

  it("says nothing where the provider says nothing, or nonsense", () => {
    expect(readLimits(new Headers(), NOW)).toBeUndefined();
    const nonsense = { "x-ratelimit-remaining-requests": "-1", "x-ratelimit-reset-requests": "later" };
    expect(readLimits(new Headers(nonsense), NOW)).toBeUndefined();
  });
});

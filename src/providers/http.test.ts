import { describe, expect, it } from "vitest";
import { failureOf, publicLine, retryAfterMs, statedFailure } from "./http-errors.ts";
import { lineCodeOf, withLineFaults } from "./http-line.ts";

const FACTS = { now: Date.UTC(2026, 10, 1), latencyMs: 40, secret: "secret-key" };

function httpFailure(status: number, error: unknown): Error {
  return Object.assign(new Error(`${status} text of the SDK`), { status, error, headers: new Headers() });
}

describe("failureOf", () => {
  it.each([
    [
      "an empty OpenAI account",
      429,
      { code: "insufficient_quota", message: "You exceeded your current quota" },
      "auth",
    ],
    [
      "an ordinary Gemini limit",
      429,
      [{ error: { code: 429, message: "You exceeded your current quota" } }],
      "rate-limited",
    ],
    ["an empty Anthropic account", 400, { error: { message: "Your credit balance is too low to access" } }, "auth"],
    ["Anthropic's spend limit", 429, { error: { details: { error_code: "enforced_spend_limit_reached" } } }, "auth"],
    ["a wrong Gemini key", 400, [{ error: { code: 400, message: "API key not valid. Pass a valid one." } }], "auth"],
    ["an empty OpenRouter account", 402, { message: "Insufficient credits" }, "auth"],
    ["input turned away by a filter", 403, { message: "flagged", metadata: { reasons: ["violence"] } }, "refused"],
    ["input turned away by OpenAI", 400, { code: "content_policy_violation", message: "no" }, "refused"],
    ["an unknown model", 404, { message: "The model does not exist" }, "invalid-request"],
    ["a request too large", 413, undefined, "invalid-request"],
  ])("knows %s", (_case, status, body, reason) => {
    expect(failureOf(httpFailure(status, body), FACTS)).toMatchObject({ reason, status, latencyMs: 40 });
  });

  it("tries again after a conflict and after a timeout, not after a refusal by the API", () => {
    const retryable = [408, 409, 422, 429, 503, 524].map(
      (status) => failureOf(httpFailure(status, {}), FACTS).retryable,
    );
    expect(retryable).toEqual([true, true, false, true, true, true]);
  });

  it("says what the provider said, and falls back to the SDK's words", () => {
    expect(failureOf(httpFailure(404, { message: "no such model\nat all" }), FACTS).message).toBe(
      "HTTP 404: no such model",
    );
    expect(failureOf(httpFailure(500, undefined), FACTS).message).toBe("HTTP 500: text of the SDK");
    expect(failureOf(httpFailure(400, { error: "model not loaded" }), FACTS).message).toBe(
      "HTTP 400: model not loaded",
    );
  });

  it("tells a silent model from a missing network", () => {
    const caused = (code: string) => new Error("Connection error.", { cause: Object.assign(new Error("x"), { code }) });
    expect(failureOf(caused("UND_ERR_HEADERS_TIMEOUT"), FACTS)).toMatchObject({ reason: "timeout", retryable: true });
    expect(failureOf(caused("UND_ERR_CONNECT_TIMEOUT"), FACTS)).toMatchObject({ reason: "network", retryable: true });
    expect(failureOf(new Error("bad header secret-key"), FACTS)).toMatchObject({
      reason: "network",
      retryable: false,
      message: "no connection: bad header [key]",
    });
  });
});

describe("statedFailure", () => {
  it("takes the status from the body, and adds what the upstream said", () => {
    const error = { code: 502, message: "Provider returned error", metadata: { raw: "upstream reset" } };
    const failure = statedFailure({ error }, { ...FACTS, usage: { freshInput: 4 } });
    expect(failure).toMatchObject({ reason: "server-error", retryable: true, status: 502, usage: { freshInput: 4 } });
    expect(failure.message).toBe("error in the answer (502): Provider returned error (upstream reset)");
  });

  it("tries again when nobody says what it was", () => {
    expect(statedFailure({ error: "oops" }, FACTS)).toMatchObject({ reason: "bad-response", retryable: true });
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
    expect(retryAfterMs(new Headers({ [name]: value }), FACTS.now)).toBe(expected);
  });

  it("prefers milliseconds", () => {
    expect(retryAfterMs(new Headers({ "retry-after": "2", "retry-after-ms": "1500" }), FACTS.now)).toBe(1_500);
  });
});

describe("publicLine", () => {
  it("hides a key that a line break cuts in two", () =>
    expect(publicLine("bad ab\ncd here", "ab\ncd")).toBe("bad [key] here"));
  it("hides what looks like a key", () => expect(publicLine("key sk-proj-*****wxyz!", undefined)).toBe("key [key]!"));
  it("is at most 300 characters", () => expect(publicLine("x".repeat(400), undefined)).toHaveLength(300));
});

describe("withLineFaults", () => {
  it("keeps the code and drops the words that the SDKs would read as a timeout", async () => {
    const cause = Object.assign(new Error("Connect Timeout Error"), { code: "UND_ERR_CONNECT_TIMEOUT" });
    const fetch = withLineFaults(async () => Promise.reject(new TypeError("fetch failed", { cause })));
    const thrown = await fetch("http://127.0.0.1").catch((error: unknown) => error);
    expect(lineCodeOf(thrown)).toBe("UND_ERR_CONNECT_TIMEOUT");
    expect(String(thrown)).not.toMatch(/timed? ?out/i);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CallFacts, failure, publicLine } from "./failure.ts";
import { failureOf, statedFailure } from "./http-errors.ts";
import { HttpFault, lineCodeOf, lineOf, UnreadableBody } from "./http-line.ts";

const FACTS: CallFacts = {
  model: "m-1",
  host: "api.test",
  now: Date.UTC(2026, 10, 1),
  latencyMs: 40,
  secret: "secret-key",
};

function httpFailure(status: number, body: unknown, headers: Record<string, string> = {}): Error {
  const text = typeof body === "string" ? body : JSON.stringify(body ?? "");
  return new Error("Connection error.", { cause: new HttpFault(status, new Headers(headers), text) });
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

  it.each([
    [404, { message: "no such model\nat all" }, "HTTP 404 for m-1: no such model"],
    [400, { error: "model not loaded" }, "HTTP 400 for m-1: model not loaded"],
    [400, { detail: "no such field" }, 'HTTP 400 for m-1: {"detail":"no such field"}'],
    [503, "upstream connect error", "HTTP 503 for m-1: upstream connect error"],
    [502, "<html>\n<head><title>Bad gateway</title></head>", 'HTTP 502 for m-1: a web page, "Bad gateway"'],
    [500, "", "HTTP 500 for m-1: no message"],
  ])("says what the provider said: %i %j", (status, body, message) => {
    expect(failureOf(httpFailure(status, body), FACTS).message).toBe(message);
  });

  it("names the request by the header, else by the body, and never by what holds the key", () => {
    const named = httpFailure(400, { error: { message: "no" }, request_id: "req_body" });
    expect(failureOf(named, FACTS)).toMatchObject({ message: "HTTP 400 for m-1: no (request req_body)" });
    const both = httpFailure(400, { request_id: "req_body" }, { "request-id": "req_head" });
    expect(failureOf(both, FACTS)).toMatchObject({ requestId: "req_head" });
    const echoed = { ...FACTS, headers: new Headers({ "x-request-id": "req-secret-key" }) };
    expect(failure("no", { reason: "auth", retryable: false }, echoed).requestId).toBeUndefined();
  });

  it("waits as long as Gemini's body asks, and a header goes first", () => {
    const details = [{ "@type": "QuotaFailure" }, { "@type": "RetryInfo", retryDelay: "34s" }];
    const body = [{ error: { code: 429, message: "Resource exhausted", details } }];
    expect(failureOf(httpFailure(429, body), FACTS)).toMatchObject({ reason: "rate-limited", retryAfterMs: 34_000 });
    expect(failureOf(httpFailure(429, body, { "retry-after": "2" }), FACTS)).toMatchObject({ retryAfterMs: 2_000 });
  });

  it("follows no redirect, and says what to mend", () => {
    const failed = failureOf(httpFailure(307, undefined), FACTS);
    expect(failed).toMatchObject({ reason: "network", retryable: false, status: 307 });
    expect(failed.message).toContain("baseURL");
  });

  it.each([
    ["ECONNREFUSED", true, false],
    ["ENOTFOUND", true, false],
    ["UND_ERR_CONNECT_TIMEOUT", true, false],
    ["ECONNRESET", true, true],
    ["UND_ERR_SOCKET", true, true],
    ["CERT_HAS_EXPIRED", false, false],
    ["ERR_TLS_CERT_ALTNAME_INVALID", false, false],
  ])("knows of %s whether to try again, and whether it may be charged", (code, retryable, mayBeCharged) => {
    const thrown = new Error("Connection error.", { cause: Object.assign(new Error("x"), { code }) });
    const failed = failureOf(thrown, FACTS);
    expect(failed).toMatchObject({ reason: "network", retryable, mayBeCharged });
    const what = mayBeCharged ? "the line to api.test broke" : "no connection to api.test";
    expect(failed.message).toBe(`${what} for m-1: ${code}`);
  });

  it("does not try again what never left", () => {
    expect(failureOf(new Error("bad header secret-key"), FACTS)).toMatchObject({
      reason: "network",
      retryable: false,
      message: "no connection to api.test for m-1: bad header [key]",
    });
  });

  it("charges an answer that came and cannot be read", () => {
    const failed = failureOf(new UnreadableBody("Z_DATA_ERROR"), FACTS);
    expect(failed).toMatchObject({ reason: "bad-response", retryable: true, mayBeCharged: true });
  });
});

describe("statedFailure", () => {
  it("takes the status from the body, and adds what the upstream said", () => {
    const error = { code: 502, message: "Provider returned error", metadata: { raw: "upstream reset" } };
    const failure = statedFailure({ error }, { ...FACTS, usage: { freshInput: 4 } });
    expect(failure).toMatchObject({ reason: "server-error", retryable: true, status: 502, usage: { freshInput: 4 } });
    expect(failure.message).toBe("error 502 in the answer for m-1: Provider returned error (upstream reset)");
  });

  it("tries again when nobody says what it was", () => {
    expect(statedFailure({ error: "oops" }, FACTS)).toMatchObject({ reason: "bad-response", retryable: true });
  });
});

describe("publicLine", () => {
  it("hides a key that a line break cuts in two", () =>
    expect(publicLine("bad ab\ncd here", "ab\ncd")).toBe("bad [key] here"));
  it("hides what looks like a key", () => expect(publicLine("key sk-proj-*****wxyz!", undefined)).toBe("key [key]!"));
  it("hides what looks like a key of Google's", () =>
    expect(publicLine(`key AIza${"x".repeat(35)}`, undefined)).toBe("key [key]"));
  it("is at most 300 characters", () => expect(publicLine("x".repeat(400), undefined)).toHaveLength(300));
});

describe("lineOf", () => {
  it("keeps the code and drops the words that the SDKs would read as a timeout", async () => {
    const cause = Object.assign(new Error("Connect Timeout Error"), { code: "UND_ERR_CONNECT_TIMEOUT" });
    const fetch = lineOf(async () => Promise.reject(new TypeError("fetch failed", { cause })));
    const thrown = await fetch("http://127.0.0.1").catch((error: unknown) => error);
    expect(lineCodeOf(thrown)).toBe("UND_ERR_CONNECT_TIMEOUT");
    expect(String(thrown)).not.toMatch(/timed? ?out/i);
  });
});

describe("a message", () => {
  it("never holds the key, wherever the provider echoes it", () => {
    const text = fc.string({ maxLength: 400 });
    const key = fc.stringMatching(/^[A-Za-z0-9+/_-]{8,60}$/);
    fc.assert(
      fc.property(key, text, text, fc.constantFrom(400, 401, 429, 500), (secret, before, after, status) => {
        const echoed = `${before}${secret}${after}`;
        const bodies = [
          { error: { message: echoed, code: echoed, type: echoed } },
          { error: echoed },
          { detail: echoed },
        ];
        for (const body of bodies) {
          const headers = { "x-request-id": `req-${secret}` };
          const failed = failureOf(httpFailure(status, body, headers), { ...FACTS, model: "?", host: "?", secret });
          expect(failed.message).not.toContain(secret);
          expect(failed.message.length).toBeLessThanOrEqual(300);
          expect(failed.requestId).toBeUndefined();
        }
      }),
    );
  });
});

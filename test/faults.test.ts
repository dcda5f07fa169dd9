import { describe, expect, it } from "vitest";
import { systemClock } from "../src/cli/world.ts";
import { type Provider, ProviderError } from "../src/ports.ts";
import { createAnthropicProvider } from "../src/providers/anthropic.ts";
import { contractModel, contractRequest } from "../src/providers/contract.ts";
import { createLeanFetch } from "../src/providers/lean-fetch.ts";
import { createOpenAiProvider } from "../src/providers/openai.ts";
import { attemptCall, DEFAULT_RETRY } from "../src/run/attempt.ts";
import { type ChatServer, type Said, startChatServer } from "./server.ts";

const KEY = "sk-faults-0123456789abcdef";
const model = contractModel("m-1");
const options = { apiKey: KEY, clock: systemClock, fetch: createLeanFetch() };
const DIALECTS: readonly [name: string, connect: (server: ChatServer) => Provider][] = [
  ["anthropic", ({ anthropicUrl }) => createAnthropicProvider({ ...options, baseURL: anthropicUrl })],
  ["openai", ({ url }) => createOpenAiProvider({ ...options, baseURL: url })],
];

type Facts = Partial<Pick<ProviderError, "status" | "retryAfterMs" | "usage" | "mayBeCharged">> &
  Pick<ProviderError, "reason" | "retryable">;

const soon = { "retry-after": "7" };
const CASES: readonly [name: string, said: Said, expected: Facts][] = [
  ["401", { status: 401, message: `Incorrect API key provided: ${KEY}` }, { reason: "auth", retryable: false }],
  ["403", { status: 403, message: "not in your region" }, { reason: "auth", retryable: false }],
  ["404", { status: 404, message: "no such model" }, { reason: "invalid-request", retryable: false }],
  [
    "422 that echoes the key",
    { status: 422, message: `bad header Bearer ${KEY}\n${KEY}` },
    { reason: "invalid-request", retryable: false },
  ],
  ["429", { status: 429, message: "slow down" }, { reason: "rate-limited", retryable: true, retryAfterMs: undefined }],
  [
    "429 with retry-after",
    { status: 429, message: "slow down", headers: soon },
    { reason: "rate-limited", retryable: true, retryAfterMs: 7_000 },
  ],
  ["500", { status: 500, message: "oops" }, { reason: "server-error", retryable: true }],
  [
    "503 with retry-after",
    { status: 503, message: "oops", headers: soon },
    { reason: "server-error", retryable: true, retryAfterMs: 7_000 },
  ],
  ["529", { status: 529, message: "overloaded" }, { reason: "server-error", retryable: true }],
  [
    "a redirect",
    { status: 302, message: "", headers: { location: `http://127.0.0.1:1/?key=${KEY}` } },
    { reason: "network", retryable: false },
  ],
  ["a reset", { fault: "reset" }, { reason: "network", retryable: true, mayBeCharged: true }],
  ["a truncated body", { fault: "truncated body" }, { reason: "network", retryable: true, mayBeCharged: true }],
  ["a stream cut in the middle", { fault: "cut stream" }, { reason: "network", retryable: true, mayBeCharged: true }],
  ["invalid JSON", { fault: "invalid JSON" }, { reason: "bad-response", retryable: true, mayBeCharged: true }],
  ["a web page", { fault: "not JSON at all" }, { reason: "bad-response", retryable: true, mayBeCharged: true }],
  [
    "an empty completion",
    { fault: "empty completion" },
    { reason: "bad-response", retryable: true, usage: { freshInput: 10, visibleOutput: 5 } },
  ],
  [
    "another model",
    { fault: "wrong model" },
    { reason: "wrong-model", retryable: false, usage: { freshInput: 10, visibleOutput: 5 } },
  ],
  ["an error in a 200", { fault: "error in a 200" }, { reason: "server-error", retryable: true }],
];

describe.each(DIALECTS)("the dialect %s over a line that fails", (_name, connect) => {
  it.each(CASES)("%s", async (_case, said, expected) => {
    await using server = await startChatServer({ answer: () => said });
    const failed: unknown = await connect(server)
      .complete(contractRequest(model))
      .catch((thrown: unknown) => thrown);
    expect(failed).toBeInstanceOf(ProviderError);
    if (!(failed instanceof ProviderError)) return;
    expect(failed).toMatchObject(expected);
    expect(failed.message).toContain("m-1");
    if (typeof said === "object" && "status" in said)
      expect(failed).toMatchObject({ status: said.status, message: expect.stringContaining(String(said.status)) });
    if (failed.reason !== "network")
      expect(failed).toMatchObject({ requestId: "req_server", message: expect.stringContaining("req_server") });
    expect(JSON.stringify([failed, failed.message, failed.stack])).not.toContain(KEY);
    expect(server.total(), "no retry of the SDK's own").toBe(1);
  });

  it("nobody there, and no such host", async () => {
    const server = await startChatServer({ answer: () => "yes" });
    await server[Symbol.asyncDispose]();
    const gone = connect(server).complete(contractRequest(model));
    await expect(gone).rejects.toMatchObject({ reason: "network", retryable: true, mayBeCharged: false });
    const nowhere = { ...server, url: "http://no-such-host.invalid/v1", anthropicUrl: "http://no-such-host.invalid" };
    const lost = connect(nowhere).complete(contractRequest(model));
    await expect(lost).rejects.toMatchObject({ reason: "network", retryable: true, mayBeCharged: false });
    await expect(lost).rejects.toThrow(/no-such-host\.invalid for m-1: (?:ENOTFOUND|EAI_AGAIN)/);
  });

  it("a hang ends at the trial's deadline, and the line is closed", async () => {
    await using server = await startChatServer({ answer: () => ({ fault: "hang" }) });
    const outcome = await attemptCall(contractRequest(model), new AbortController().signal, {
      provider: connect(server),
      clock: systemClock,
      random: () => 0,
      retry: { ...DEFAULT_RETRY, deadlineMs: 50 },
    });
    expect(outcome).toMatchObject({ state: "failed", reason: "timeout", attempts: 1 });
    expect(server.total()).toBe(1);
  });
});

import { type FixtureResponse, LLMock } from "@copilotkit/aimock";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "../src/cli/world.ts";
import type { Provider, ProviderRequest } from "../src/ports.ts";
import { createAnthropicProvider } from "../src/providers/anthropic.ts";
import { contractModel, contractRequest } from "../src/providers/contract.ts";
import { createLeanFetch } from "../src/providers/lean-fetch.ts";
import { createOpenAiProvider } from "../src/providers/openai.ts";

// A server that nobody here wrote, in the words of both dialects.
const model = contractModel("m-1");
const options = { apiKey: "sk-aimock-0123456789", clock: systemClock, fetch: createLeanFetch() };
const mock = new LLMock({ port: 0, logLevel: "silent" });

const ask = (content: string, changes: Partial<ProviderRequest> = {}) =>
  contractRequest(model, { messages: [{ role: "user", content }], params: { maxTokens: 64 }, ...changes });

beforeAll(() => mock.start());
afterEach(() => {
  mock.clearFixtures();
  mock.clearChaos();
  mock.clearRequests();
});
afterAll(() => mock.stop());

const DIALECTS: readonly [name: string, connect: () => Provider][] = [
  ["anthropic", () => createAnthropicProvider({ ...options, baseURL: mock.url })],
  ["openai", () => createOpenAiProvider({ ...options, baseURL: `${mock.url}/v1` })],
];

describe.each(DIALECTS)("the dialect %s as aimock speaks it", (dialect, connect) => {
  const answers = (response: FixtureResponse) => mock.onMessage(/./, response);

  it("text, with usage and a request id", async () => {
    answers({
      content: "Berlin.",
      usage: { input_tokens: 12, output_tokens: 3, prompt_tokens: 12, completion_tokens: 3 },
    });
    const completion = await connect().complete(ask("The capital of Germany?"));
    expect(completion).toMatchObject({
      text: "Berlin.",
      toolCalls: [],
      finishReason: { unified: "stop" },
      usage: { freshInput: 12, visibleOutput: 3 },
      servedModel: "m-1",
      requestId: expect.any(String),
    });
    expect(completion.latencyMs).toBeGreaterThan(0);
  });

  it("tools", async () => {
    mock.onMessage(/weather/, {
      content: "Let me look.",
      toolCalls: [{ name: "get_weather", arguments: '{"city":"Berlin","days":2}' }],
    });
    const tool = {
      name: "get_weather",
      description: "The weather",
      parameters: { type: "object", properties: { city: { type: "string" } } },
    };
    const completion = await connect().complete(ask("The weather in Berlin?", { tools: [tool] }));
    expect(completion).toMatchObject({
      text: "Let me look.",
      toolCalls: [{ name: "get_weather", arguments: { city: "Berlin", days: 2 } }],
      finishReason: { unified: "tool-calls" },
    });
    expect(mock.getLastRequest()?.body).toMatchObject({ tools: [{ function: { name: "get_weather" } }] });
  });

  it("structured output", async () => {
    // aimock reads the schema of one dialect alone.
    const asked = dialect === "openai" ? { responseFormat: "json_schema" } : {};
    mock.on({ userMessage: /capital/, ...asked }, { content: '{"city":"Berlin"}' });
    const jsonSchema = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
    const completion = await connect().complete(ask("The capital?", { jsonSchema }));
    expect(JSON.parse(completion.text)).toEqual({ city: "Berlin" });
  });

  it("a conversation with a system prompt", async () => {
    mock.on({ systemMessage: "one word", userMessage: /And of France/ }, { content: "Paris." });
    const messages = [
      { role: "system", content: "Answer in one word." },
      { role: "user", content: "The capital of Germany?" },
      { role: "assistant", content: "Berlin." },
      { role: "user", content: "And of France?" },
    ] as const;
    expect(await connect().complete(ask("", { messages }))).toMatchObject({ text: "Paris." });
  });

  it("another model, an answer cut short, and thinking", async () => {
    answers({ content: "Berlin.", model: "m-2" });
    await expect(connect().complete(ask("?"))).rejects.toMatchObject({ reason: "wrong-model", retryable: false });
    mock.clearFixtures();
    answers({ content: "Berlin is", finishReason: "length", reasoning: "Germany: Berlin." });
    expect(await connect().complete(ask("?"))).toMatchObject({
      text: "Berlin is",
      finishReason: { unified: "length" },
    });
  });

  it.each([
    [401, "auth", false],
    [403, "auth", false],
    [404, "invalid-request", false],
    [500, "server-error", true],
    [529, "server-error", true],
  ])("an error %i", async (status, reason, retryable) => {
    mock.nextRequestError(status, { message: "No such luck", type: "api_error" });
    const failed = connect().complete(ask("?"));
    await expect(failed).rejects.toMatchObject({
      reason,
      retryable,
      status,
      message: expect.stringMatching(/m-1.*No such luck.*request/),
    });
  });

  it("a rate limit with the wait it asks for, and what is left", async () => {
    answers({ error: { message: "slow down", type: "rate_limit_error" }, status: 429, retryAfter: 7 });
    const failed = connect().complete(ask("?"));
    await expect(failed).rejects.toMatchObject({
      reason: "rate-limited",
      retryable: true,
      retryAfterMs: 7_000,
      limits: { requests: { remaining: 0 }, tokens: { resetMs: 360_000 } },
    });
  });

  it.each([
    ["malformedRate", "bad-response"],
    ["dropRate", "server-error"],
    ["disconnectRate", "network"],
    ["rateLimitRate", "rate-limited"],
  ])("chaos: %s", async (rate, reason) => {
    answers({ content: "Berlin." });
    mock.setChaos({ [rate]: 1 });
    await expect(connect().complete(ask("?"))).rejects.toMatchObject({ reason, retryable: true });
  });

  it("no answer until the call is given up", async () => {
    mock.onMessage(/./, { content: "Berlin." }, { chaos: { latencyMs: 30_000 } });
    const controller = new AbortController();
    const call = connect().complete(ask("?", { signal: controller.signal }));
    const reason = new Error("enough");
    setTimeout(() => controller.abort(reason), 20);
    await expect(call).rejects.toBe(reason);
  });
});

it("OpenRouter's bill goes before everything", async () => {
  mock.onMessage(/./, { content: "Berlin.", usage: { prompt_tokens: 12, completion_tokens: 3, cost: 0.00042 } });
  const provider = createOpenAiProvider({ ...options, baseURL: `${mock.url}/api/v1` });
  expect(await provider.complete(ask("?"))).toMatchObject({ text: "Berlin.", billedUsd: 0.00042 });
});

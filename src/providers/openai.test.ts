import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Clock } from "../ports.ts";
import { CONTRACT_KEY, contractModel, contractRequest } from "./contract.ts";
import { type ScriptedServer, startScriptedServer } from "./http.testing.ts";
import { createLeanFetch } from "./lean-fetch.ts";
import { chatCompletion, OPENAI_SCENES } from "./openai.fixtures.ts";
import { createOpenAiProvider, type OpenAiOptions } from "./openai.ts";

const model = contractModel("asked-1");
const TOOL = { name: "get_weather", description: "The weather", parameters: { type: "object", properties: {} } };
let server: ScriptedServer;
let elapsed = 0;
const clock: Clock = { now: () => 0, monotonic: () => (elapsed += 250), sleep: async () => {} };

const provider = (options: Partial<OpenAiOptions> = {}) =>
  createOpenAiProvider({
    apiKey: CONTRACT_KEY,
    baseURL: `${server.url}/v1`,
    clock,
    fetch: createLeanFetch(),
    ...options,
  });

describe("the OpenAI dialect", () => {
  beforeAll(async () => {
    server = await startScriptedServer();
  });
  beforeEach(() => {
    server.received.length = 0;
    server.script(OPENAI_SCENES.plain);
  });
  afterEach(() => vi.unstubAllEnvs());
  afterAll(() => server.close());

  it("sends the messages and nothing that was not asked for", async () => {
    await provider().complete(contractRequest(model));
    const [sent] = server.received;
    expect(sent?.path).toBe("/v1/chat/completions");
    expect(sent?.headers).toMatchObject({ authorization: `Bearer ${CONTRACT_KEY}` });
    expect(sent?.body).toEqual({
      model: "asked-1",
      messages: [
        { role: "system", content: "Answer in one word." },
        { role: "user", content: "The capital of Germany?" },
      ],
    });
  });

  it("translates parameters, tools and the schema, and adds the extra fields as they are", async () => {
    const extra = { provider: { order: ["moonshotai"], allow_fallbacks: false } };
    const params = { maxTokens: 64, temperature: 1, topP: 0.9, reasoningEffort: "low", extra } as const;
    const jsonSchema = { type: "object", properties: { city: { type: "string" } } };
    await provider().complete(contractRequest(model, { params, tools: [TOOL], jsonSchema }));
    expect(server.received[0]?.body).toMatchObject({
      max_tokens: 64,
      temperature: 1,
      top_p: 0.9,
      reasoning_effort: "low",
      tools: [{ type: "function", function: TOOL }],
      response_format: { type: "json_schema", json_schema: { name: "answer", strict: true, schema: jsonSchema } },
      ...extra,
    });
    expect(server.received[0]?.body).not.toHaveProperty("tool_choice");
  });

  it("goes to OpenAI with its own token field where no base URL is given, whatever the environment says", async () => {
    vi.stubEnv("OPENAI_BASE_URL", "http://127.0.0.1:1");
    vi.stubEnv("OPENAI_ORG_ID", "org-1");
    let asked = "";
    const fetch: typeof globalThis.fetch = (url, init) => {
      asked = String(url);
      return globalThis.fetch(`${server.url}/v1/chat/completions`, init);
    };
    await provider({ baseURL: undefined, fetch }).complete(contractRequest(model, { params: { maxTokens: 64 } }));
    expect(asked).toBe("https://api.openai.com/v1/chat/completions");
    expect(server.received[0]?.body).toMatchObject({ max_completion_tokens: 64 });
    expect(server.received[0]?.body).not.toHaveProperty("max_tokens");
    expect(server.received[0]?.headers).not.toHaveProperty("openai-organization");
  });

  it("sends no header but its own, whatever the environment says", async () => {
    vi.stubEnv("OPENAI_CUSTOM_HEADERS", "Authorization: Bearer another\nX-Custom: 1");
    await provider().complete(contractRequest(model));
    expect(server.received[0]?.headers).toMatchObject({ authorization: `Bearer ${CONTRACT_KEY}` });
    const sent = Object.keys(server.received[0]?.headers ?? {}).sort();
    expect(sent).toEqual([
      "accept",
      "authorization",
      "connection",
      "content-length",
      "content-type",
      "host",
      "user-agent",
    ]);
    await provider({ apiKey: undefined }).complete(contractRequest(model));
    expect(server.received[1]?.headers).not.toHaveProperty("authorization");
  });

  it("sends no authorization to a server that needs no key", async () => {
    await provider({ apiKey: undefined }).complete(contractRequest(model));
    expect(server.received[0]?.headers).not.toHaveProperty("authorization");
  });

  it("measures with the injected clock, and reports who served and what was charged", async () => {
    const usage = { prompt_tokens: 12, completion_tokens: 3, total_tokens: 15, cost: 0.00042 };
    server.script(chatCompletion({ model: "vendor/asked-1-20251106", usage }));
    expect(await provider().complete(contractRequest(model))).toEqual({
      text: "Berlin.",
      toolCalls: [],
      finishReason: { unified: "stop", raw: "stop" },
      usage: { freshInput: 12, visibleOutput: 3 },
      servedModel: "vendor/asked-1-20251106",
      billedUsd: 0.00042,
      latencyMs: expect.closeTo(250, -1),
      requestId: "req_7f3a",
    });
  });

  it("hands the limits up with the answer and with the failure", async () => {
    const left = { "x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "6m0s" };
    const limits = { requests: { remaining: 0, resetMs: 360_000 } };
    server.script({ ...chatCompletion({}), headers: left });
    expect(await provider().complete(contractRequest(model))).toMatchObject({ limits });
    server.script({ status: 429, headers: left, body: { error: { message: "slow down" } } });
    await expect(provider().complete(contractRequest(model))).rejects.toMatchObject({ limits });
  });

  it.each([
    ["", {}],
    [undefined, {}],
    [{ city: "Berlin" }, { city: "Berlin" }],
  ])("takes tool arguments %j, as some services write them", async (written, expected) => {
    const tool_calls = [{ id: "1", type: "function", function: { name: "get_weather", arguments: written } }];
    server.script(chatCompletion({ message: { content: null, tool_calls }, finish: "tool_calls" }));
    expect(await provider().complete(contractRequest(model))).toMatchObject({ toolCalls: [{ arguments: expected }] });
  });

  it("keeps tool arguments that are not JSON as the text they are", async () => {
    const tool_calls = [{ id: "1", type: "function", function: { name: "get_weather", arguments: '{"city":' } }];
    server.script(chatCompletion({ message: { content: null, tool_calls }, finish: "tool_calls" }));
    const { toolCalls } = await provider().complete(contractRequest(model));
    expect(toolCalls).toEqual([{ name: "get_weather", arguments: '{"city":' }]);
  });

  it("takes a content filter for a refusal", async () => {
    server.script(chatCompletion({ message: { content: null }, finish: "content_filter" }));
    const { finishReason, text } = await provider().complete(contractRequest(model));
    expect({ finishReason, text }).toEqual({ finishReason: { unified: "refusal", raw: "content_filter" }, text: "" });
  });

  it("charges an answer that broke off at OpenRouter's upstream", async () => {
    const usage = { prompt_tokens: 12, completion_tokens: 90, total_tokens: 102 };
    const error = { code: 502, message: "Upstream error" };
    server.script({ body: { model: "asked-1", usage, choices: [{ finish_reason: "error", error }] } });
    const failed = await provider()
      .complete(contractRequest(model))
      .catch((thrown: unknown) => thrown);
    expect(failed).toMatchObject({
      reason: "server-error",
      status: 502,
      usage: { freshInput: 12, visibleOutput: 90 },
      mayBeCharged: true,
    });
  });

  it.each([
    ["by another model", chatCompletion({ model: "asked-2", usage: { cost: 0.004 } })],
    ["with nothing", chatCompletion({ message: { content: "" }, usage: { cost: 0.004 } })],
    ["with an error", { body: { model: "asked-1", error: { code: 502, message: "no" }, usage: { cost: 0.004 } } }],
    ["with half an answer", chatCompletion({ finish: "error", usage: { cost: 0.004 } })],
    ["without a choice", { body: { model: "asked-1", choices: [], usage: { cost: 0.004 } } }],
  ])("says what OpenRouter charged for a call that was answered %s", async (_how, reply) => {
    server.script(reply);
    await expect(provider().complete(contractRequest(model))).rejects.toMatchObject({ billedUsd: 0.004 });
  });

  it("joins an answer in parts, and leaves the thinking out", async () => {
    const content = [
      { type: "thinking", thinking: [{ type: "text", text: "Germany." }] },
      { type: "text", text: "Ber" },
      { type: "text", text: "lin." },
    ];
    server.script(chatCompletion({ message: { content } }));
    expect(await provider().complete(contractRequest(model))).toMatchObject({ text: "Berlin." });
  });

  it.each([
    ["Gemini's list", [{ error: { code: 400, message: "API key not valid.", status: "INVALID_ARGUMENT" } }], "auth"],
    ["an error without a wrapper", { object: "error", message: "API key not valid." }, "auth"],
    ["a mere text", "API key not valid.", "auth"],
    ["other words", { detail: "Not for you" }, "invalid-request"],
  ])("reads %s", async (_what, body, reason) => {
    server.script({ status: 400, body });
    const failed = provider().complete(contractRequest(model));
    await expect(failed).rejects.toMatchObject({ reason, status: 400 });
    await expect(failed).rejects.toThrow(/key not valid|Not for you/);
  });

  it("reports a line that breaks in the middle of the answer as the network's failure", async () => {
    server.script({ headers: { "content-length": "9000" }, body: '{"choices":' });
    const call = provider().complete(contractRequest(model));
    await server.nextRequest();
    setTimeout(() => server.dropConnections(), 20);
    await expect(call).rejects.toMatchObject({ reason: "network", retryable: true });
  });
});

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Params } from "../domain/model.ts";
import type { Clock } from "../ports.ts";
import { ANTHROPIC_SCENES, anthropicMessage } from "./anthropic.fixtures.ts";
import { createAnthropicProvider } from "./anthropic.ts";
import { CONTRACT_KEY, contractModel, contractRequest } from "./contract.ts";
import { type ScriptedServer, startScriptedServer } from "./http.testing.ts";
import { createLeanFetch } from "./lean-fetch.ts";

const model = contractModel("asked-1");
let server: ScriptedServer;
let elapsed = 0;
const clock: Clock = { now: () => 0, monotonic: () => (elapsed += 250), sleep: async () => {} };
const provider = () =>
  createAnthropicProvider({ apiKey: CONTRACT_KEY, baseURL: server.url, clock, fetch: createLeanFetch() });

async function bodyFor(params: Params): Promise<Record<string, unknown> | undefined> {
  await provider().complete(contractRequest(model, { params }));
  return server.received.at(-1)?.body;
}

describe("the Anthropic dialect", () => {
  beforeAll(async () => {
    server = await startScriptedServer();
  });
  beforeEach(() => {
    server.received.length = 0;
    server.script(ANTHROPIC_SCENES.plain);
  });
  afterEach(() => vi.unstubAllEnvs());
  afterAll(() => server.close());

  it("sends the system message apart, a limit, and nothing that was not asked for", async () => {
    await provider().complete(contractRequest(model));
    const [sent] = server.received;
    expect(sent?.path).toBe("/v1/messages");
    // Since 1.0 the SDK sends the key as a bearer token, and a version that knows no sampling parameters.
    expect(sent?.headers).toMatchObject({ authorization: `Bearer ${CONTRACT_KEY}`, "anthropic-version": "2026-10-21" });
    expect(sent?.body).toEqual({
      model: "asked-1",
      max_tokens: 4_096,
      system: "Answer in one word.",
      messages: [{ role: "user", content: "The capital of Germany?" }],
    });
  });

  it("translates tools and the schema, and adds the extra fields as they are", async () => {
    const tools = [{ name: "get_weather", description: "The weather", parameters: { properties: { city: {} } } }];
    const jsonSchema = { type: "object", properties: { city: { type: "string" } } };
    const params = { maxTokens: 64_000, extra: { service_tier: "standard_only" } };
    await provider().complete(contractRequest(model, { params, tools, jsonSchema }));
    const input_schema = { type: "object", properties: { city: {} } };
    expect(server.received[0]?.body).toMatchObject({
      max_tokens: 64_000,
      tools: [{ name: "get_weather", description: "The weather", input_schema }],
      output_config: { format: { type: "json_schema", schema: jsonSchema } },
      service_tier: "standard_only",
    });
    expect(server.received[0]?.body).not.toHaveProperty("tool_choice");
  });

  it("turns effort into thinking and words, and sends no sampling parameter", async () => {
    const high = await bodyFor({ reasoningEffort: "high", temperature: 0, topP: 1 });
    expect(high).toMatchObject({ thinking: { type: "adaptive" }, output_config: { effort: "high" } });
    expect(high).not.toHaveProperty("temperature");
    expect(high).not.toHaveProperty("top_p");
    const minimal = await bodyFor({ reasoningEffort: "minimal" });
    expect(minimal).toMatchObject({ thinking: { type: "disabled" }, output_config: { effort: "low" } });
    const none = await bodyFor({ reasoningEffort: "none" });
    expect(none).toMatchObject({ thinking: { type: "disabled" } });
    expect(none).not.toHaveProperty("output_config");
  });

  it("goes to Anthropic where no base URL is given, whatever the environment says", async () => {
    vi.stubEnv("ANTHROPIC_BASE_URL", "http://127.0.0.1:1");
    vi.stubEnv("ANTHROPIC_AUTH_TOKEN", "another");
    let asked = "";
    const fetch: typeof globalThis.fetch = (url, init) => {
      asked = String(url);
      return globalThis.fetch(`${server.url}/v1/messages`, init);
    };
    await createAnthropicProvider({ apiKey: CONTRACT_KEY, fetch, clock }).complete(contractRequest(model));
    expect(asked).toBe("https://api.anthropic.com/v1/messages");
    expect(server.received[0]?.headers).toMatchObject({ authorization: `Bearer ${CONTRACT_KEY}` });
  });

  it("sends no header but its own, and no key where there is none, whatever the environment says", async () => {
    vi.stubEnv("ANTHROPIC_CUSTOM_HEADERS", "Authorization: Bearer another\nX-Custom: 1");
    vi.stubEnv("ANTHROPIC_API_KEY", "another");
    await createAnthropicProvider({ apiKey: undefined, baseURL: server.url, clock, fetch: createLeanFetch() }).complete(
      contractRequest(model),
    );
    const sent = Object.keys(server.received[0]?.headers ?? {}).sort();
    expect(sent).toEqual([
      "accept",
      "anthropic-version",
      "connection",
      "content-length",
      "content-type",
      "host",
      "user-agent",
    ]);
  });

  it("measures with the injected clock and reports the request's id", async () => {
    server.script(anthropicMessage({ model: "asked-1-20251001" }));
    expect(await provider().complete(contractRequest(model))).toMatchObject({
      finishReason: { unified: "stop", raw: "end_turn" },
      servedModel: "asked-1-20251001",
      latencyMs: expect.closeTo(250, -1),
      requestId: "req_011CSHoEeqs5C35K2UUqR7Fy",
    });
  });

  it("hands the limits up with the answer and with the failure", async () => {
    const left = {
      "anthropic-ratelimit-tokens-remaining": "0",
      "anthropic-ratelimit-tokens-reset": "1970-01-01T00:00:03Z",
    };
    const limits = { tokens: { remaining: 0, resetMs: 3_000 } };
    server.script({ ...anthropicMessage({}), headers: left });
    expect(await provider().complete(contractRequest(model))).toMatchObject({ limits });
    server.script({ status: 429, headers: left, body: { type: "error", error: { type: "rate_limit_error" } } });
    await expect(provider().complete(contractRequest(model))).rejects.toMatchObject({ limits });
  });

  it("says nothing on the console, even of a model that the SDK knows to retire", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    server.script(anthropicMessage({ model: "claude-sonnet-4-5-20250929" }));
    await provider().complete(contractRequest(contractModel("claude-sonnet-4-5")));
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
  });
});

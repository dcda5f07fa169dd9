import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Clock } from "../ports.ts";
import { CONTRACT_KEY, contractModel, contractRequest } from "./contract.ts";
import { type ScriptedServer, startScriptedServer } from "./http.testing.ts";
import { createLeanFetch } from "./lean-fetch.ts";
import { createEmbeddingProvider } from "./openai-embeddings.ts";

const model = contractModel("embed-1");
const clock: Clock = { now: () => 0, monotonic: () => 0, sleep: async () => {} };
let server: ScriptedServer;

const complete = () =>
  createEmbeddingProvider({
    apiKey: CONTRACT_KEY,
    baseURL: `${server.url}/v1`,
    clock,
    fetch: createLeanFetch(),
  }).complete({ ...contractRequest(model), messages: [{ role: "user", content: "a text" }] });

describe("embeddings in the OpenAI dialect", () => {
  beforeAll(async () => {
    server = await startScriptedServer();
  });
  afterAll(() => server.close());

  it("sends one text and gives its vector, with the tokens that it took", async () => {
    server.script({
      body: {
        object: "list",
        model: "embed-1",
        data: [{ object: "embedding", index: 0, embedding: [0.25, -1] }],
        usage: { prompt_tokens: 3, total_tokens: 3 },
      },
    });
    expect(await complete()).toMatchObject({
      text: "[0.25,-1]",
      usage: { freshInput: 3, visibleOutput: 0 },
      servedModel: "embed-1",
    });
    const [sent] = server.received;
    expect(sent?.path).toBe("/v1/embeddings");
    expect(sent?.headers).toMatchObject({ authorization: `Bearer ${CONTRACT_KEY}` });
    expect(sent?.body).toEqual({ model: "embed-1", input: "a text", encoding_format: "float" });
  });

  it.each([
    ["no embedding", { body: { data: [] } }, "bad-response"],
    ["another model", { body: { model: "other", data: [{ embedding: [1] }] } }, "wrong-model"],
    ["a rejected key", { status: 401, body: { error: { message: "no" } } }, "auth"],
    ["too many calls", { status: 429, body: { error: { message: "slow down" } } }, "rate-limited"],
  ])("fails with a reason on %s", async (_name, reply, reason) => {
    server.script(reply);
    await expect(complete()).rejects.toMatchObject({ reason });
  });
});

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Clock } from "../ports.ts";
import { anthropicMessage } from "./anthropic.fixtures.ts";
import { createAnthropicProvider } from "./anthropic.ts";
import { CONTRACT_KEY, CONTRACT_NOW, contractModel, contractRequest } from "./contract.ts";
import { type ScriptedServer, startScriptedServer } from "./http.testing.ts";
import { createLeanFetch } from "./lean-fetch.ts";
import { chatCompletion } from "./openai.fixtures.ts";
import { createOpenAiProvider } from "./openai.ts";

const clock: Clock = { now: () => CONTRACT_NOW, monotonic: () => 0, sleep: async () => {} };
const model = contractModel("asked-1");
const asking = (content: string, signal = new AbortController().signal) =>
  contractRequest(model, { messages: [{ role: "user", content }], signal });

let server: ScriptedServer;
beforeEach(async () => {
  server = await startScriptedServer();
});
afterEach(() => server.close());

describe.each([
  ["anthropic", createAnthropicProvider, anthropicMessage({})],
  ["openai", createOpenAiProvider, chatCompletion({})],
])("calls that are prepared once: %s", (_, create, reply) => {
  const connect = () => create({ apiKey: CONTRACT_KEY, baseURL: server.url, fetch: createLeanFetch(), clock });

  it("say their own in the body and the same in the headers, at once or one after the other", async () => {
    server.script(reply);
    const provider = connect();
    const texts = ["one", "two", "three"];
    await Promise.all(texts.map((text) => provider.complete(asking(text))));
    await provider.complete(asking("four"));
    const said = server.received.map(({ body }) => JSON.stringify(body.messages));
    expect(said.sort()).toEqual(["four", "one", "three", "two"].map((text) => expect.stringContaining(`"${text}"`)));
    const heads = server.received.map(({ path, headers: { "content-length": _, ...headers } }) => ({ path, headers }));
    for (const head of heads) expect(head).toEqual(heads[0]);
    const key = heads[0]?.headers.authorization;
    expect(key).toBe(`Bearer ${CONTRACT_KEY}`);
  });

  it("end each by its own signal", async () => {
    const provider = connect();
    server.script(reply);
    await provider.complete(asking("first"));
    server.script("silence");
    const controller = new AbortController();
    const cancelled = provider.complete(asking("cancelled", controller.signal));
    await server.nextRequest();
    server.script(reply);
    const answered = provider.complete(asking("answered"));
    controller.abort(new Error("enough"));
    await expect(cancelled).rejects.toThrow("enough");
    expect((await answered).text).not.toBe("");
  });
});

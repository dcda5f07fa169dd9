// Makes calls in one way and says what they took: `node bench/http-client.ts WAY PORT CALLS AT_ONCE`. Run by http.ts.
import { request } from "undici";
import { systemClock } from "../src/cli/world.ts";
import { ModelSchema } from "../src/domain/model.ts";
import type { Provider, ProviderRequest } from "../src/ports.ts";
import { createAnthropicProvider } from "../src/providers/anthropic.ts";
import { createLeanFetch } from "../src/providers/lean-fetch.ts";
import { createOpenAiProvider } from "../src/providers/openai.ts";

const [way = "", port = "", calls = "", atOnce = ""] = process.argv.slice(2);
const url = `http://127.0.0.1:${port}`;
const model = ModelSchema.parse({ id: "bench", provider: "bench", model: "bench-1", family: "bench" });
const content = `Which city is the capital? ${"Say why, in two sentences, and name your source. ".repeat(8)}`;
const messages = [
  { role: "system", content: "Answer in two sentences." },
  { role: "user", content },
] as const;

const bare = async () => {
  const body = JSON.stringify({ model: "bench-1", max_tokens: 200, messages });
  const headers = { "content-type": "application/json", authorization: "Bearer none" };
  const { body: answer } = await request(`${url}/v1/chat/completions`, { method: "POST", headers, body });
  const said = (await answer.json()) as { choices: unknown[] };
  if (said.choices.length !== 1) throw new Error("no answer");
};

const through = (provider: Provider) => async () => {
  // As the runner does it: a signal of its own for every call.
  const { signal } = new AbortController();
  const origin = { caseId: "case-1", repeat: 0, role: "answer" } as const;
  const call: ProviderRequest = { model, messages, tools: [], params: { maxTokens: 200 }, signal, origin };
  await provider.complete(call);
};

const options = { apiKey: "sk-bench-0123456789", clock: systemClock };
const ways: Readonly<Record<string, () => () => Promise<void>>> = {
  bare: () => bare,
  "openai, built-in fetch": () => through(createOpenAiProvider({ ...options, baseURL: `${url}/v1`, fetch })),
  "openai, lean fetch": () =>
    through(createOpenAiProvider({ ...options, baseURL: `${url}/v1`, fetch: createLeanFetch() })),
  "anthropic, built-in fetch": () => through(createAnthropicProvider({ ...options, baseURL: url, fetch })),
  "anthropic, lean fetch": () =>
    through(createAnthropicProvider({ ...options, baseURL: url, fetch: createLeanFetch() })),
};

const make = ways[way];
if (make === undefined) throw new Error(`unknown way ${way}`);
const call = make();
const total = Number(calls);
const started = performance.now();
const cpu = process.cpuUsage();
let done = 0;
// No more promises than calls in flight: thousands that wait for their turn would be measured, too.
const worker = async () => {
  while (done < total) {
    done += 1;
    await call();
  }
};
await Promise.all(Array.from({ length: Number(atOnce) }, worker));
const used = process.cpuUsage(cpu);
process.send?.({
  wallMs: performance.now() - started,
  cpuMs: (used.user + used.system) / 1_000,
  peakMiB: process.resourceUsage().maxRSS / 1_024,
});
process.disconnect?.();

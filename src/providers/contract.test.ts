import type { Clock, Provider } from "../ports.ts";
import { ANTHROPIC_SCENES } from "./anthropic.fixtures.ts";
import { createAnthropicProvider } from "./anthropic.ts";
import {
  ANSWERS,
  CONTRACT_KEY,
  CONTRACT_NOW,
  contractModel,
  describeProviderContract,
  FAILURES,
  type Scene,
} from "./contract.ts";
import { type ScriptedReply, type ScriptedServer, startScriptedServer } from "./http.testing.ts";
import { OPENAI_SCENES } from "./openai.fixtures.ts";
import { createOpenAiProvider } from "./openai.ts";

const clock: Clock = { now: () => CONTRACT_NOW, monotonic: () => 0, sleep: async () => {} };
const EVERY_SCENE = [...Object.keys(ANSWERS), ...Object.keys(FAILURES), "silence"] as Scene[];

function overHttp(
  name: string,
  connect: (baseURL: string) => Provider,
  replies: Readonly<Record<Exclude<Scene, "silence" | "connection refused">, ScriptedReply>>,
): void {
  let server: ScriptedServer;
  const model = contractModel("asked-1");
  describeProviderContract(name, {
    scenes: EVERY_SCENE,
    start: async () => {
      server = await startScriptedServer();
    },
    stop: () => server.close(),
    async play(scene) {
      if (scene === "connection refused") {
        const gone = await startScriptedServer();
        await gone.close();
        return { provider: connect(gone.url), model };
      }
      server.script(scene === "silence" ? "silence" : replies[scene]);
      return { provider: connect(server.url), model, underWay: server.nextRequest() };
    },
  });
}

overHttp("anthropic", (baseURL) => createAnthropicProvider({ apiKey: CONTRACT_KEY, baseURL, clock }), ANTHROPIC_SCENES);
overHttp("openai", (baseURL) => createOpenAiProvider({ apiKey: CONTRACT_KEY, baseURL, clock }), OPENAI_SCENES);

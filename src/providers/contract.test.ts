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
import { fleetOf, simulatedModel } from "./fleet.fixtures.ts";
import { type ScriptedReply, type ScriptedServer, startScriptedServer } from "./http.testing.ts";
import { createLeanFetch } from "./lean-fetch.ts";
import { OPENAI_SCENES } from "./openai.fixtures.ts";
import { createOpenAiProvider } from "./openai.ts";
import { createReplayProvider, RecordedAnswerSchema, Recording } from "./replay.ts";
import { createSimulatedProvider } from "./simulated.ts";

const clock: Clock = { now: () => CONTRACT_NOW, monotonic: () => 0, sleep: async () => {} };
const fetch = createLeanFetch();
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

overHttp(
  "anthropic",
  (baseURL) => createAnthropicProvider({ apiKey: CONTRACT_KEY, baseURL, clock, fetch }),
  ANTHROPIC_SCENES,
);
overHttp("openai", (baseURL) => createOpenAiProvider({ apiKey: CONTRACT_KEY, baseURL, clock, fetch }), OPENAI_SCENES);

describeProviderContract("replay", {
  scenes: ["plain", "cached prompt", "reasoning"],
  play(scene) {
    const recording = new Recording();
    const { text, usage } = ANSWERS[scene as keyof typeof ANSWERS];
    const line = { model: "asked-1", case: "case-1", output: text, usage };
    recording.add(RecordedAnswerSchema.parse(line), () => undefined);
    return { provider: createReplayProvider(recording), model: contractModel("asked-1") };
  },
});

describeProviderContract("simulated", {
  scenes: ["plain", "tool call"],
  play(scene) {
    const { text, toolCalls } = ANSWERS[scene as keyof typeof ANSWERS];
    const right = toolCalls.map(({ name, arguments: args }) => ({ tool: name, arguments: args }));
    const entry =
      scene === "plain" ? { confusions: ["Rome"], chatty: text } : { right, wrong: [{ why: "-", calls: [] }] };
    const fleet = fleetOf([{ item: { id: "case-1", target: { label: "Berlin" } }, entry }]);
    const model = simulatedModel("asked", { verbosity: 3 });
    // A token is four characters here: 42 of messages, and what was answered.
    const visibleOutput = scene === "plain" ? 2 : 16;
    return { provider: createSimulatedProvider(fleet), model, answer: { usage: { freshInput: 11, visibleOutput } } };
  },
});

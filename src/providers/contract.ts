import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Model, ModelSchema } from "../domain/model.ts";
import { type Completion, CompletionSchema } from "../domain/trial.ts";
import { type Provider, ProviderError, type ProviderRequest } from "../ports.ts";

/** What a scene's answer must come to. Usage is compared in full over the buckets named. */
type Expected = Pick<Completion, "text" | "toolCalls" | "usage"> & {
  readonly unified: Completion["finishReason"]["unified"];
};

const answer = (text: string, unified: Expected["unified"], usage: Completion["usage"] = {}): Expected => ({
  text,
  unified,
  usage,
  toolCalls: [],
});

/** Scenes that end in an answer. */
export const ANSWERS = {
  plain: answer("Berlin.", "stop", { freshInput: 12, visibleOutput: 3 }),
  "tool call": {
    ...answer("", "tool-calls"),
    toolCalls: [{ name: "get_weather", arguments: { city: "Berlin", days: 2 } }],
  },
  "text and a tool call": {
    ...answer("Let me look.", "tool-calls"),
    toolCalls: [{ name: "get_weather", arguments: { city: "Berlin", days: 2 } }],
  },
  "cached prompt": answer("Berlin.", "stop", { freshInput: 40, cacheRead: 1_000, visibleOutput: 3 }),
  reasoning: answer("Berlin.", "stop", { freshInput: 12, visibleOutput: 3, reasoning: 200 }),
  "cut short": answer("Berlin is", "length"),
  "cut short before the first word": answer("", "length"),
  refusal: answer("I can't help with that.", "refusal"),
  "dated model": answer("Berlin.", "stop"),
} as const satisfies Record<string, Expected>;

type Failure = Partial<Pick<ProviderError, "status" | "retryAfterMs" | "usage">> &
  Pick<ProviderError, "reason" | "retryable">;

/** Scenes that end in a ProviderError. The contract's clock stands at {@link CONTRACT_NOW}. */
export const FAILURES = {
  "wrong key": { reason: "auth", retryable: false, status: 401 },
  forbidden: { reason: "auth", retryable: false, status: 403 },
  "unknown model": { reason: "invalid-request", retryable: false, status: 404 },
  "bad request": { reason: "invalid-request", retryable: false, status: 400 },
  "rate limit": { reason: "rate-limited", retryable: true, status: 429, retryAfterMs: undefined },
  "rate limit with seconds": { reason: "rate-limited", retryable: true, status: 429, retryAfterMs: 7_000 },
  "rate limit with a date": { reason: "rate-limited", retryable: true, status: 429, retryAfterMs: 30_000 },
  "server error": { reason: "server-error", retryable: true, status: 500 },
  overload: { reason: "server-error", retryable: true, status: 529 },
  "gateway timeout": { reason: "timeout", retryable: true, status: 504 },
  "error in 200": { reason: "server-error", retryable: true },
  "rate limit in 200": { reason: "rate-limited", retryable: true, status: 429 },
  "not JSON": { reason: "bad-response", retryable: true },
  "a web page": { reason: "bad-response", retryable: true },
  "not an answer": { reason: "bad-response", retryable: true },
  "empty answer": { reason: "bad-response", retryable: true, usage: { freshInput: 12, visibleOutput: 0 } },
  "another model": { reason: "wrong-model", retryable: false, usage: { freshInput: 12, visibleOutput: 3 } },
  "connection refused": { reason: "network", retryable: true, status: undefined },
} as const satisfies Record<string, Failure>;

export type AnswerScene = keyof typeof ANSWERS;
export type FailureScene = keyof typeof FAILURES;
/** `silence`: no answer comes until the call is aborted. */
export type Scene = AnswerScene | FailureScene | "silence";

/** 1 November 2026, 12:00:00 UTC. */
export const CONTRACT_NOW = Date.UTC(2026, 10, 1, 12);
export const CONTRACT_KEY = "sk-contract-0123456789abcdef";

/** The call that every scene answers. */
export function contractRequest(model: Model, changes: Partial<ProviderRequest> = {}): ProviderRequest {
  return {
    model,
    messages: [
      { role: "system", content: "Answer in one word." },
      { role: "user", content: "The capital of Germany?" },
    ],
    tools: [],
    params: {},
    signal: new AbortController().signal,
    origin: { caseId: "case-1", repeat: 0, role: "answer" },
    ...changes,
  };
}

/** A model with the least that the schema asks for. */
export function contractModel(model: string): Model {
  return ModelSchema.parse({ id: "asked", provider: "contract", model, family: "contract" });
}

/** A provider set up to play one scene, and the model to ask. */
export interface Stage {
  readonly provider: Provider;
  readonly model: Model;
  /** Where the provider looks its answer up: the case to name, the messages to send. */
  readonly request?: Partial<ProviderRequest>;
  /** What the answer comes to where it is not that of {@link ANSWERS}. */
  readonly answer?: Partial<Expected>;
  /** Resolves when the call has gone out, for scenes that end by an abort. */
  readonly underWay?: Promise<unknown>;
}

export interface ContractCast {
  /** Scenes that this provider can play; all others are not run. */
  readonly scenes: readonly Scene[];
  play(scene: Scene): Stage | Promise<Stage>;
  start?(): Promise<void>;
  stop?(): Promise<void>;
}

/** What every provider promises, whatever stands behind it. */
export function describeProviderContract(name: string, cast: ContractCast): void {
  const plays = <T extends Scene>(scenes: readonly string[]) =>
    cast.scenes.filter((scene): scene is T => scenes.includes(scene));
  describe(`provider contract: ${name}`, () => {
    beforeAll(async () => cast.start?.());
    afterAll(async () => cast.stop?.());

    it.each(plays<AnswerScene>(Object.keys(ANSWERS)))("answers: %s", async (scene) => {
      const { provider, model, request, answer } = await cast.play(scene);
      const completion = await provider.complete(contractRequest(model, request));
      const { unified, usage, ...rest } = { ...ANSWERS[scene], ...answer };
      expect(completion).toMatchObject({ ...rest, finishReason: { unified }, usage });
      expect(CompletionSchema.parse(completion), "fits the schema and adds nothing to it").toEqual(completion);
      expect(Object.values(completion.usage), "what is not reported is left out").not.toContain(undefined);
    });

    it.each(plays<FailureScene>(Object.keys(FAILURES)))("fails: %s", async (scene) => {
      const { provider, model, request } = await cast.play(scene);
      const error = await provider.complete(contractRequest(model, request)).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(ProviderError);
      expect(error).toMatchObject(FAILURES[scene]);
      const { message, status } = error as ProviderError;
      expect(message, "names the model").toContain(model.model);
      if (status !== undefined) expect(message, "names the status").toContain(String(status));
      expect(message.length).toBeLessThanOrEqual(300);
      expect(message).not.toMatch(/\n/);
      expect(message).not.toContain(CONTRACT_KEY);
    });

    it.each(plays<"silence">(["silence"]))("rejects with the signal's own reason when aborted: %s", async (scene) => {
      const { provider, model, request, underWay } = await cast.play(scene);
      const controller = new AbortController();
      const reason = new Error("the run was stopped");
      const call = provider.complete(contractRequest(model, { ...request, signal: controller.signal }));
      void underWay?.then(() => controller.abort(reason));
      await expect(call).rejects.toBe(reason);
    });

    it.each(plays<"plain">(["plain"]))("makes no call when aborted before: %s", async (scene) => {
      const { provider, model } = await cast.play(scene);
      const reason = new Error("stopped before");
      await expect(provider.complete(contractRequest(model, { signal: AbortSignal.abort(reason) }))).rejects.toBe(
        reason,
      );
    });
  });
}

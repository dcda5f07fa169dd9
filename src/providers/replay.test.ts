import { describe, expect, it } from "vitest";
import { CaseSchema } from "../domain/case.ts";
import { ProviderError } from "../ports.ts";
import { contractModel, contractRequest } from "./contract.ts";
import { createReplayProvider, PromptIndex, RecordedAnswerSchema, Recording } from "./replay.ts";

const aCase = (id: string, input: unknown) => CaseSchema.parse({ id, input });
const chat = (...contents: string[]) => contents.map((content) => ({ role: "user", content }));
const answer = (fields: object) => RecordedAnswerSchema.parse({ model: "m-1", output: "Yes.", ...fields });

function ask(recording: Recording, caseId: string, repeat = 0) {
  const origin = { caseId, repeat, role: "answer" as const };
  return createReplayProvider(recording).complete(contractRequest(contractModel("m-1"), { origin }));
}

describe("RecordedAnswerSchema", () => {
  it.each([
    ["neither case nor prompt", { model: "m", output: "x" }],
    ["both", { model: "m", output: "x", case: "a", prompt: "p" }],
    ["no model", { output: "x", case: "a" }],
    ["no output", { model: "m", case: "a" }],
    ["a score out of range", { model: "m", output: "x", case: "a", score: 2 }],
    ["a field too many", { model: "m", output: "x", case: "a", text: "x" }],
    ["half a repeat", { model: "m", output: "x", case: "a", repeat: 0.5 }],
  ])("refuses a line with %s", (_name, line) => {
    expect(RecordedAnswerSchema.safeParse(line).success).toBe(false);
  });
});

describe("Recording", () => {
  const prompts = new PromptIndex();
  for (const item of [aCase("a", "Why?"), aCase("b", "How?"), aCase("c", "How?"), aCase("d", chat("Hi", "When?"))]) {
    prompts.add(item);
  }
  const index = (prompt: string) => prompts.idOf(prompt);

  it("finds cases by the text of their input, and not where two share it", () => {
    expect(["Why?", "How?", "When?", "Hi", "Who?"].map(index)).toEqual(["a", undefined, "d", undefined, undefined]);
  });

  it("takes answers by case and by prompt, and knows the models and cases it has", () => {
    const recording = new Recording();
    expect(recording.add(answer({ case: "b" }), index)).toBe("added");
    expect(recording.add(answer({ prompt: "Why?", model: "k-1" }), index)).toBe("added");
    expect(recording.add(answer({ prompt: "When?" }), index)).toBe("added");
    expect(recording.models).toEqual(["k-1", "m-1"]);
    expect([...recording.cases]).toEqual(["b", "a", "d"]);
    expect(recording.find("k-1", "a", 0)?.output).toBe("Yes.");
  });

  it("refuses a prompt that is no case's, or several cases'", () => {
    const recording = new Recording();
    for (const prompt of ["Who?", "How?", "", "why?"]) {
      expect(recording.add(answer({ prompt }), index)).toBe("unknown-prompt");
    }
    expect(recording.models).toEqual([]);
  });

  it("keeps the first of two answers to one case, by whatever way they name it", () => {
    const recording = new Recording();
    recording.add(answer({ case: "a", output: "first" }), index);
    expect(recording.add(answer({ case: "a", output: "second" }), index)).toBe("repeated");
    expect(recording.add(answer({ prompt: "Why?", output: "third" }), index)).toBe("repeated");
    expect(recording.find("m-1", "a", 0)?.output).toBe("first");
  });

  it("does not mix up names that only look alike when joined", () => {
    const recording = new Recording();
    recording.add(answer({ model: "m", case: "1 x" }), index);
    expect(recording.find("m 1", "x", 0)).toBeUndefined();
    expect(recording.find("m", "1 x", 0)).toBeDefined();
  });
});

describe("the replay provider", () => {
  const recording = new Recording();
  recording.add(answer({ case: "a", repeat: 0, output: "one" }), () => undefined);
  recording.add(
    answer({ case: "a", repeat: 1, output: "", costUsd: 0.5, latencyMs: 20, score: 0.25 }),
    () => undefined,
  );

  it("gives each repeat its own answer, and leaves out what was not recorded", async () => {
    expect(await ask(recording, "a")).toEqual({
      text: "one",
      toolCalls: [],
      finishReason: { unified: "stop", raw: "recorded" },
      usage: {},
      servedModel: "m-1",
    });
    expect(await ask(recording, "a", 1)).toMatchObject({
      text: "",
      billedUsd: 0.5,
      latencyMs: 20,
      recordedScore: 0.25,
    });
  });

  it.each([
    ["an unknown case", "b", 0],
    ["an unknown repeat", "a", 2],
  ])("has no answer for %s, and trying again will not help", async (_name, caseId, repeat) => {
    const error = await ask(recording, caseId, repeat).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ProviderError);
    expect(error).toMatchObject({ retryable: false, message: `no recorded answer of m-1 to ${caseId}` });
  });
});

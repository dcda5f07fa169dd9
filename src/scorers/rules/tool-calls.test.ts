import { describe, expect, it } from "vitest";
import type { Json } from "../../domain/json.ts";
import type { Completion } from "../../domain/trial.ts";
import { toolCalls } from "./tool-calls.ts";

const TARGET = toolCalls.target.parse({
  why: "only the migrations worker may touch the schema",
  accept: [
    {
      calls: [
        {
          tool: "delegate",
          arguments: {
            worker: { equals: "migrations" },
            task: { mentions: [["roll back", "rollback", "revert*"], ["orders"]] },
          },
        },
      ],
    },
    {
      calls: [
        { tool: "wait", arguments: {} },
        { tool: "tell", arguments: { people: { set: ["ana", "bo"] }, until: { absent: true } } },
      ],
    },
  ],
});

const score = (...calls: [string, Json][]) => scoreFor(TARGET, ...calls);

function scoreFor(target: typeof TARGET, ...calls: [string, Json][]) {
  const completion: Completion = {
    text: "",
    toolCalls: calls.map(([name, args]) => ({ name, arguments: args })),
    finishReason: { unified: "tool-calls", raw: "tool_calls" },
    usage: {},
    servedModel: "m",
  };
  const item = { id: "c", input: "x", vars: {}, tags: {}, metadata: {} };
  const services = { code: undefined, judges: [], readProjectFile: () => "" };
  const given = { case: item, completion, repeat: 0, signal: new AbortController().signal };
  return toolCalls.prepare({}, services)(given, target);
}

const RIGHT = { worker: "migrations", task: "Please revert the Orders migration.", priority: "high" };

describe("tool-calls", () => {
  it("accepts a wanted call, whatever stands in arguments that nobody named", () => {
    expect(score(["delegate", RIGHT])).toMatchObject({ value: 1 });
  });

  it("accepts several calls in any order", () => {
    expect(score(["tell", { people: ["bo", "ana"] }], ["wait", { reason: "x" }])).toMatchObject({ value: 1 });
  });

  it.each([
    ["no call", [], "Calls no tool. Wanted because: only the migrations worker may touch the schema"],
    ["another tool", [["answer", { text: "done" }]], "Calls answer instead of delegate."],
    ["another worker", [["delegate", { ...RIGHT, worker: "api" }]], 'Calls delegate with worker "api".'],
    [
      "a text that says something else",
      [["delegate", { ...RIGHT, task: "Fix orders." }]],
      'Calls delegate with task "Fix orders.".',
    ],
    ["an argument left out", [["delegate", { worker: "migrations" }]], "Calls delegate with task left out."],
    [
      "one call too many",
      [
        ["delegate", RIGHT],
        ["wait", {}],
      ],
      "Makes 2 calls (delegate, wait), wanted 1.",
    ],
    [
      "arguments that are no object",
      [["delegate", "worker=migrations"]],
      "Calls delegate with arguments that are no object.",
    ],
  ] as [string, [string, Json][], string][])("refuses %s and says why", (_name, calls, reason) => {
    const result = score(...calls) as { value: number; explanation: string };
    expect(result.value).toBe(0);
    expect(result.explanation).toContain(reason);
  });

  it("does not take what every object inherits for an argument", () => {
    const accept = [{ calls: [{ tool: "wait", arguments: { constructor: { any: true } } }] }];
    const target = toolCalls.target.parse({ why: "-", accept });
    expect(scoreFor(target, ["wait", {}])).toMatchObject({ value: 0 });
  });

  it("refuses a phrase that folds to nothing: it would be found in every text", () => {
    const accept = [{ calls: [{ tool: "wait", arguments: { reason: { mentions: [["**"]] } } }] }];
    expect(toolCalls.target.safeParse({ why: "-", accept }).success).toBe(false);
  });

  it("refuses an argument that must be absent, and a set with a member too many", () => {
    expect(score(["wait", {}], ["tell", { people: ["ana", "bo"], until: "noon" }])).toMatchObject({ value: 0 });
    expect(score(["wait", {}], ["tell", { people: ["ana", "bo", "cy"] }])).toMatchObject({ value: 0 });
  });
});

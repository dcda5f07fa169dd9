import { describe, expect, it } from "vitest";
import type { Completion } from "../../domain/trial.ts";
import { aCase, aCompletion, gradeOf, scorerOf, wordsOn } from "../scorers.fixtures.ts";

const scoreOf = (rule: string, options: Record<string, unknown>, changes: Partial<Completion>, costUsd?: number) =>
  scorerOf(rule, options).score({
    case: aCase(),
    completion: aCompletion("x", changes),
    repeat: 0,
    ...(costUsd === undefined ? {} : { costUsd }),
    signal: new AbortController().signal,
  });

describe("words", () => {
  it.each([
    [{ max: 3 }, "one two three", 1],
    [{ max: 3 }, "one two three four", 0],
    [{ min: 2 }, "one", 0],
    [{ min: 0 }, "", 1],
    [{ min: 2, max: 2 }, " one\n\n two ", 1],
    [{ max: 2 }, "- one\n- two\n---", 1],
    [{ max: 0 }, "🎉 !!!", 1],
    [{ min: 3, max: 3 }, "state-of-the-art don't 3.5", 1],
    [{ min: 3, max: 5 }, "我喜欢学习", 1],
    [{ min: 4, max: 6 }, "I like 我喜欢 too", 1],
  ])("with %j gives %j %d", async (options, text, expected) => {
    expect(await gradeOf(scorerOf("words", options), text)).toBe(expected);
  });

  it("says how many there are", async () => {
    expect(await wordsOn(scorerOf("words", { max: 3 }), "a b c d")).toBe("4 words, wanted 0 to 3");
    expect(await wordsOn(scorerOf("words", { min: 5 }), "a")).toBe("1 word, wanted at least 5");
  });
});

describe("length", () => {
  it.each([
    [{ max: 3 }, "abc", 1],
    [{ max: 3 }, " abc\n", 1],
    [{ max: 3 }, "abcd", 0],
    [{ max: 3 }, "😀😀😀", 1],
    [{ min: 2, max: 2 }, "\ud83d\ud83d", 1],
    [{ min: 1 }, "", 0],
  ])("with %j gives %j %d", async (options, text, expected) => {
    expect(await gradeOf(scorerOf("length", options), text)).toBe(expected);
  });

  it("says how long it is", async () => {
    expect(await wordsOn(scorerOf("length", { max: 3 }), "abcd")).toBe("4 characters, wanted 0 to 3");
  });
});

describe("latency", () => {
  it("holds the measured latency to the limit, and says nothing of one that nobody measured", async () => {
    expect(await scoreOf("latency", { maxMs: 2_000 }, { latencyMs: 2_000 })).toMatchObject({ value: 1 });
    expect(await scoreOf("latency", { maxMs: 2_000 }, { latencyMs: 2_345.6 })).toEqual({
      state: "scored",
      value: 0,
      explanation: "took 2346 ms, wanted at most 2000 ms",
    });
    expect(await scoreOf("latency", { maxMs: 1 }, {})).toEqual({
      state: "unscored",
      reason: "the latency was not measured",
    });
  });
});

describe("cost", () => {
  it("holds the known cost to the limit, and says nothing of one that nobody knows", async () => {
    expect(await scoreOf("cost", { maxUsd: 0.01 }, {}, 0.01)).toMatchObject({ value: 1 });
    expect(await scoreOf("cost", { maxUsd: 0 }, {}, 0)).toMatchObject({ value: 1 });
    expect(await scoreOf("cost", { maxUsd: 0.01 }, {}, 0.012345)).toEqual({
      state: "scored",
      value: 0,
      explanation: "cost $0.0123, wanted at most $0.01",
    });
    expect(await scoreOf("cost", { maxUsd: 1 }, {})).toEqual({ state: "unscored", reason: "the cost is unknown" });
  });
});

describe("finish-reason", () => {
  const ended = (unified: "stop" | "length", raw: string) => ({ finishReason: { unified, raw } });

  it("accepts an answer that came to its end", async () => {
    expect(await scoreOf("finish-reason", {}, ended("stop", "end_turn"))).toMatchObject({ value: 1 });
    expect(await scoreOf("finish-reason", {}, ended("length", "max_tokens"))).toEqual({
      state: "scored",
      value: 0,
      explanation: 'ended with "length" ("max_tokens"), wanted stop or tool-calls',
    });
    expect(await scoreOf("finish-reason", { accept: ["length"] }, ended("length", "length"))).toMatchObject({
      value: 1,
    });
  });
});

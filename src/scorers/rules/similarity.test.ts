import { describe, expect, it } from "vitest";
import type { Embedder, Embedding } from "../../ports.ts";
import { aCase, scorerOf, scoreText } from "../scorers.fixtures.ts";

const item = aCase({ target: { text: "x", accept: ["north", "east"] } });

function embedderWith(vectors: Readonly<Record<string, readonly number[] | string>>, costUsd?: number): Embedder {
  const paid = costUsd === undefined ? {} : { costUsd };
  return {
    model: "e-1",
    async embed({ text }): Promise<Embedding> {
      const vector = vectors[text] ?? [0, 0];
      return typeof vector === "string"
        ? { state: "failed", reason: vector, ...paid }
        : { state: "embedded", vector, ...paid };
    },
  };
}

const scoreWith = (embedder: Embedder, text: string, options = {}) =>
  scoreText(scorerOf("similarity", options, { embedder: () => embedder }), text, item);

describe("similarity", () => {
  const vectors = { north: [0, 1], east: [1, 0], northeast: [2, 2], up: [0, 5], south: [0, -1], nowhere: [0, 0] };

  it.each([
    ["up", 1],
    ["northeast", Math.SQRT1_2],
    ["south", 0],
    ["nowhere", 0],
  ])("is the best cosine with what is accepted: %s", async (text, value) => {
    const score = await scoreWith(embedderWith(vectors, 0.5), text);
    expect(score).toMatchObject({ state: "scored", costUsd: 1.5 });
    expect(score.state === "scored" && score.value).toBeCloseTo(value, 12);
  });

  it("says how near, and by which embedder; it may be a matter of passing", async () => {
    expect(await scoreWith(embedderWith(vectors), "northeast", { atLeast: 0.8 })).toEqual({
      state: "scored",
      value: 0,
      explanation: "0.707 (cosine, e-1), wanted at least 0.8",
      unpriced: true,
    });
  });

  it("is unscored where the embedder fails, and asks nobody about an empty answer", async () => {
    expect(await scoreWith(embedderWith({ ...vectors, up: "timeout: no answer" }, 1), "up")).toEqual({
      state: "unscored",
      reason: "embedding failed: timeout: no answer",
      costUsd: 3,
    });
    expect(await scoreWith(embedderWith({ ...vectors, up: [1, 2, 3] }, 1), "up")).toMatchObject({
      reason: "embedding failed: vectors of different length",
    });
    expect(await scoreWith(embedderWith(vectors, 1), " \n")).toEqual({
      state: "scored",
      value: 0,
      explanation: "is empty",
    });
  });

  it("sends no more than an embedder takes, and no half character", async () => {
    const sent: string[] = [];
    const embedder: Embedder = {
      model: "e",
      embed: async ({ text }) => {
        sent.push(text);
        return { state: "embedded", vector: [1] };
      },
    };
    await scoreWith(embedder, `${"a".repeat(15_999)}😀 and more`);
    expect(sent[0]).toBe(`${"a".repeat(15_999)}\ufffd`);
  });

  it("says so where there is no embedder to ask, and refuses an empty target", async () => {
    expect(await scoreText(scorerOf("similarity"), "up", item)).toEqual({ state: "unscored", reason: "no embedder" });
    expect(scorerOf("similarity").refuses(aCase({ target: " " }))).toBe("an empty text has no meaning to compare with");
    expect(scorerOf("similarity").paid).toBe(true);
  });
});

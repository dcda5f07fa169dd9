import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Outcome, Score, Trial } from "../domain/trial.ts";
import type { Scorer } from "../ports.ts";
import { makeCompletion, makeModel, makePlanned } from "./run.fixtures.ts";
import { qualityOf, scoreTrial } from "./score.ts";

const scored = (value: number): Score => ({ state: "scored", value, explanation: "" });
const unscored: Score = { state: "unscored", reason: "judge unparseable" };
const use = (name: string, weight = 1, required = false) => ({ name, weight, required });

describe("qualityOf", () => {
  it("is the weighted mean", () => {
    expect(qualityOf({ a: scored(1), b: scored(0.5) }, [use("a", 3), use("b", 1)])).toBe(0.875);
  });

  it("is 0 where a required scorer gives 0, unscored ones or not", () => {
    const uses = [use("a"), use("b", 1, true), use("c")];
    expect(qualityOf({ a: scored(1), b: scored(0), c: scored(1) }, uses)).toBe(0);
    expect(qualityOf({ a: unscored, b: scored(0), c: unscored }, uses)).toBe(0);
    expect(qualityOf({ a: scored(1), b: scored(0.01), c: scored(1) }, uses)).toBeGreaterThan(0.5);
    expect(qualityOf({ a: scored(0), b: scored(1), c: scored(1) }, uses)).toBeCloseTo(2 / 3, 12);
  });

  it("is null where a part could not be scored, or is not there", () => {
    expect(qualityOf({ a: scored(1), b: unscored }, [use("a"), use("b", 0.01)])).toBeNull();
    expect(qualityOf({ a: scored(1) }, [use("a"), use("toString")])).toBeNull();
    expect(qualityOf({}, [])).toBeNull();
  });

  it("leaves out a scorer without weight, known or not, unless it is required", () => {
    const read = { ...use("b"), weight: 0 };
    for (const b of [scored(0), scored(1), unscored])
      expect(qualityOf({ a: scored(0.5), b }, [use("a"), read])).toBe(0.5);
    const required = { ...read, required: true };
    expect(qualityOf({ a: scored(0.5), b: scored(0) }, [use("a"), required])).toBe(0);
    expect(qualityOf({ a: scored(0.5), b: unscored }, [use("a"), required])).toBeNull();
  });

  it("stays in [0, 1], and is 1 where everything is", () => {
    const value = fc.double({ min: 0, max: 1, noNaN: true });
    const weight = fc.double({ min: 1e-3, max: 1e3, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(value, weight, fc.boolean()), { minLength: 1, maxLength: 6 }), (parts) => {
        const uses = parts.map(([, each, required], index) => use(`s${index}`, each, required));
        const of = (value: (index: number) => number) =>
          qualityOf(Object.fromEntries(uses.map(({ name }, index) => [name, scored(value(index))])), uses) ??
          Number.NaN;
        const quality = of((index) => parts[index]?.[0] ?? 0);
        expect(quality).toBeGreaterThanOrEqual(0);
        expect(quality).toBeLessThanOrEqual(1);
        expect(of(() => 1)).toBe(1);
      }),
    );
  });
});

describe("scoreTrial", () => {
  const planned = makePlanned(1, makeModel("m"));
  const never = new AbortController().signal;
  const seen: unknown[] = [];
  const scorer = (name: string, score: Score): Scorer => ({
    ...use(name),
    rule: "r",
    certainty: "exact",
    refuses: () => undefined,
    async score(input) {
      seen.push(input);
      return score;
    },
  });
  const trial = (outcome: Outcome): Trial => ({
    key: "k",
    caseId: "case-1",
    candidate: "m",
    repeat: 0,
    startedAt: "now",
    outcome,
  });
  const of = (outcome: Outcome, ...scorers: Scorer[]) => scoreTrial(trial(outcome), planned, scorers, never);
  const completion = makeCompletion();

  it("hands case, answer, repeat and signal to every scorer", async () => {
    const scores = await of(
      { state: "completed", completion, attempts: 1 },
      scorer("a", scored(1)),
      scorer("b", scored(0)),
    );
    expect(scores).toMatchObject({
      key: "k",
      caseId: "case-1",
      candidate: "m",
      repeat: 0,
      scores: { a: scored(1), b: scored(0) },
      quality: 0.5,
    });
    expect(seen).toEqual(new Array(2).fill({ case: planned.item, family: "f", completion, repeat: 0, signal: never }));
  });

  it("asks no scorer about a failure or a refusal: 0 for the model's own, nothing for ours", async () => {
    seen.length = 0;
    const failed = (reason: "timeout" | "network"): Outcome => ({ state: "failed", reason, message: "", attempts: 1 });
    const refusal = { ...completion, finishReason: { unified: "refusal" as const, raw: "refusal" } };
    const one = scorer("a", scored(1));
    expect(await of(failed("timeout"), one)).toMatchObject({ key: "k", scores: {}, quality: 0 });
    expect(await of({ state: "completed", completion: refusal, attempts: 1 }, one)).toMatchObject({ quality: 0 });
    expect(await of(failed("network"), one)).toMatchObject({ quality: null });
    expect(seen).toEqual([]);
  });
});

import { describe, expect, it } from "vitest";
import type { Cascade } from "../domain/decision.ts";
import { decide } from "./decide.ts";
import { FAILED, makeRun, type RunSpec, random, seeded } from "./run.fixtures.ts";

const CASES = 400;
const SCORERS = [
  { name: "right", rule: "label", weight: 1, required: false, certainty: "exact" as const },
  { name: "shape", rule: "json", weight: 1, required: false, certainty: "exact" as const, atServing: true },
];

/** A strong model, and a cheap one that is wrong exactly where its answer has no shape. */
function spec(options: { readonly shaped?: boolean; readonly cases?: number } = {}): RunSpec {
  const next = seeded(12);
  const { shaped = true, cases = CASES } = options;
  const strong = Array.from({ length: cases }, () => ({ quality: 1, values: [1, 1], costUsd: 0.01, latencyMs: 4_000 }));
  const cheap = strong.map(() => {
    const right = next() < 0.8 ? 1 : 0;
    return { quality: right, values: [right, shaped ? right : 1], costUsd: 0.001, latencyMs: 500, visibleTokens: 50 };
  });
  return { answers: { strong, cheap }, manifest: { scorers: SCORERS } };
}

const cascades = (given: RunSpec): Cascade[] => decide(makeRun(given), random).cascades;

describe("cascades", () => {
  it("ask the strong model where a rule that needs no reference fails, chosen on one half and tested on the other", () => {
    const [cascade] = cascades(spec());
    expect(cascade).toMatchObject({ first: "cheap", second: "strong", rule: "shape is below 1", chosenOn: 200 });
    expect(cascade?.comparison).toMatchObject({
      candidate: "cheap -> strong",
      incumbent: "strong",
      n: 200,
      outcome: "passes",
    });
    expect(cascade?.quality.value).toBe(1);
    expect(cascade?.escalated.n).toBe(200);
    expect(cascade?.escalated.value).toBeCloseTo(0.2, 1);
    // A cheap call for every case, and a strong one for those that go on.
    expect(cascade?.costPer1000?.value).toBeCloseTo(1 + 10 * (cascade?.escalated.value ?? 0), 9);
    expect(cascade?.latencyP95Ms?.value).toBe(4_500);
    // The cheap model alone is no switch.
    expect(decide(makeRun(spec()), random).routes[0]?.verdict).toBe("keep");
  });

  it("never look at a score that needs the reference", () => {
    for (const { rule } of cascades(spec({ shaped: false }))) expect(rule).not.toMatch(/right|shape/);
    expect(cascades(spec({ shaped: false }))).toEqual([]);
  });

  it("can go by the failure of the call", () => {
    const strong = Array.from({ length: CASES }, () => ({ quality: 1, costUsd: 0.01 }));
    const cheap = strong.map((_, index) =>
      index % 9 === 3 ? { ...FAILED, costUsd: 0.001 } : { quality: 1, costUsd: 0.001 },
    );
    const [cascade] = cascades({ answers: { strong, cheap } });
    expect(cascade?.rule).toBe("the call fails or the answer is cut off");
    expect(cascade?.comparison.conditions.find(({ name }) => name === "errors")?.state).toBe("holds");
    expect(cascade?.comparison.outcome).toBe("passes");
  });

  it("are not better than chance where the rule says nothing", () => {
    const next = seeded(5);
    const blind = spec({ shaped: false });
    const noisy = (blind.answers.cheap ?? []).map((answer) => ({
      ...(answer as object),
      values: [0, next() < 0.5 ? 1 : 0],
    }));
    const found = cascades({ ...blind, answers: { strong: blind.answers.strong ?? [], cheap: noisy } });
    for (const { comparison } of found) expect(comparison.outcome).not.toBe("passes");
  });

  it("need answers of both models, a price, and two halves", () => {
    expect(cascades(spec({ cases: 1 }))).toEqual([]);
    const { answers } = spec();
    expect(
      cascades({ answers: { strong: answers.strong ?? [], cheap: (answers.cheap ?? []).map(() => undefined) } }),
    ).toEqual([]);
    const unpriced = (answers.cheap ?? []).map((answer) => ({ ...(answer as object), costUsd: null }));
    expect(cascades({ ...spec(), answers: { strong: answers.strong ?? [], cheap: unpriced } })).toEqual([]);
  });
});

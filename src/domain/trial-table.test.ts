import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TrialNumbers } from "./run.ts";
import { changed, TrialTable } from "./trial-table.ts";

const shape = { cases: 3, candidates: 2, repeats: 2, scorers: 2 };
const number = fc.option(fc.double({ min: 0, max: 1, noNaN: true }));
const trials = fc.uniqueArray(
  fc.record<TrialNumbers>({
    caseIndex: fc.nat(shape.cases - 1),
    candidateIndex: fc.nat(shape.candidates - 1),
    repeat: fc.nat(shape.repeats - 1),
    state: fc.constantFrom("completed", "failed", "missing"),
    reason: fc.option(fc.constantFrom("refused", "network")),
    quality: number,
    values: fc.tuple(number, number),
    votes: fc.tuple(fc.tuple(number, number, number), fc.tuple(number, number, number)),
    costUsd: number,
    latencyMs: number,
    inputTokens: number,
    visibleTokens: number,
    reasoningTokens: number,
    capped: fc.boolean(),
    from: fc.option(fc.constant("another run")),
  }),
  { selector: ({ caseIndex, candidateIndex, repeat }) => `${caseIndex} ${candidateIndex} ${repeat}` },
);

describe("TrialTable", () => {
  it("gives back what was put in, one by one and by case", () => {
    fc.assert(
      fc.property(trials, (given) => {
        const table = new TrialTable({ ...shape, judges: 3 });
        for (const trial of given) table.set(trial);
        const placed = given.toSorted((a, b) => (table.placeOf(a) as number) - (table.placeOf(b) as number));
        expect(Array.from(table, (trial) => changed(trial))).toEqual(placed);
        expect(table.size).toBe(given.length);
        for (const { caseIndex, candidateIndex } of given) {
          const here = placed.filter(
            (trial) => trial.caseIndex === caseIndex && trial.candidateIndex === candidateIndex,
          );
          expect(table.of(candidateIndex, caseIndex).map((trial) => changed(trial))).toEqual(here);
        }
      }),
    );
  });

  it("says nothing of votes where there is no panel", () => {
    const table = new TrialTable(shape);
    const [trial] = fc.sample(
      trials.filter(({ length }) => length > 0),
      1,
    )[0] as [TrialNumbers];
    table.set(trial);
    const { votes: _, ...rest } = trial;
    expect(Array.from(table, (each) => changed(each))).toEqual([rest]);
  });
});

describe("changed", () => {
  it("copies a trial with what is changed", () => {
    fc.assert(
      fc.property(trials, (given) => {
        expect(given.map((trial) => changed(trial))).toEqual(given);
        expect(given.map((trial) => changed(trial, { quality: 0.5, capped: true }))).toEqual(
          given.map((trial) => ({ ...trial, quality: 0.5, capped: true })),
        );
      }),
    );
  });
});

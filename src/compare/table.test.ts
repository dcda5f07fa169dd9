import { describe, expect, it } from "vitest";
import type { Run } from "../domain/run.ts";
import { changed } from "../domain/trial-table.ts";
import { makeRun, withTrials } from "./run.fixtures.ts";
import { type Cell, tabulate } from "./table.ts";

/** Every cell of the first candidate. */
const cellsOf = (run: Run) =>
  [...run.cases.keys()].map((index) => {
    const cell = tabulate(run)[0]?.at(index) as Cell;
    return { ...cell, trials: cell.trials.map((trial) => changed(trial)) };
  });

describe("tabulate", () => {
  it("averages the repeats of a case, in quality and in cost", () => {
    const run = makeRun({
      answers: {
        inc: [
          [
            { quality: 0.2, costUsd: 1 },
            { quality: 0.6, costUsd: 3 },
          ],
        ],
      },
      repeats: 2,
    });
    expect(tabulate(run)[0]?.at(0)).toMatchObject({ quality: 0.4, costUsd: 2, scored: 1, reason: null });
  });

  it("knows which share of the planned repeats has a quality, and why the others have none", () => {
    const run = makeRun({ answers: { inc: [[1, null, 0, 1], [1, 1], undefined] }, repeats: 4 });
    expect(cellsOf(run).map(({ quality, scored, reason }) => ({ quality, scored, reason }))).toEqual([
      { quality: 2 / 3, scored: 0.75, reason: "judge unparseable" },
      { quality: 1, scored: 0.5, reason: "no answer" },
      { quality: null, scored: 0, reason: "no answer" },
    ]);
  });

  it("takes one call without a price for an unknown cost, never for a free one", () => {
    const run = makeRun({ answers: { inc: [[{ costUsd: null }, { costUsd: 1 }]] }, repeats: 2 });
    expect(tabulate(run)[0]?.at(0).costUsd).toBeNull();
  });

  it("leaves calls that are missing out of the cost", () => {
    const missing = { state: "missing", reason: "network", quality: null, costUsd: null } as const;
    const run = makeRun({ answers: { inc: [[missing, { costUsd: 1 }], [missing]] }, repeats: 2 });
    expect(cellsOf(run).map(({ costUsd }) => costUsd)).toEqual([1, null]);
  });

  it("does not depend on the order of the trials", () => {
    const run = makeRun({ answers: { inc: [[0.1, 0.2, 0.3]] }, repeats: 3 });
    expect(cellsOf(withTrials(run, [...run.trials].toReversed()))).toEqual(cellsOf(run));
  });
});

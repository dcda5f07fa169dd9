import { describe, expect, it } from "vitest";
import type { LabelledPair } from "../domain/label.ts";
import { judgeReport, type ReadFacts } from "./judge-report.ts";
import { makeRun } from "./run.fixtures.ts";

const NOTHING: ReadFacts = { longer: [], flips: { flipped: 0, of: 0 }, criteria: new Map() };
const MARGIN = 0.1;

/** The run's difference on each case, and what people said of it. */
function reported(
  cases: readonly {
    readonly difference: number;
    readonly votes?: readonly number[];
    readonly who?: readonly string[];
  }[],
  facts: Partial<ReadFacts> = {},
) {
  const run = makeRun({
    scale: "graded",
    answers: { inc: cases.map(() => 0.5), cand: cases.map(({ difference }) => 0.5 + difference) },
    tags: cases.map((_, at) => ({ half: at * 2 < cases.length ? "first" : "second" })),
  });
  const pairs = cases.flatMap(({ votes, who = ["anna", "bo", "cy"] }, caseIndex): LabelledPair[] => {
    if (votes === undefined) return [];
    const said = votes.map((vote, at) => ({ who: who[at] ?? "", vote }));
    return [{ caseIndex, incumbentIndex: 0, candidateIndex: 1, votes, said, drawn: true }];
  });
  const question = { incumbentIndex: 0, candidateIndex: 1, caseIndices: [...cases.keys()], margin: MARGIN };
  const people = { pairs, same: [], swap: { kept: 9, of: 10 } };
  return judgeReport({ ...run, people }, question, { facts: { ...NOTHING, ...facts }, alpha: 0.05 });
}

describe("a judge report", () => {
  it("counts scores against people, over all pairs and by tag", () => {
    const { confusion, trust } = reported([
      { difference: 0.3, votes: [1] },
      { difference: -0.3, votes: [0] },
      { difference: 0, votes: [0] },
      { difference: 0.3 },
    ]);
    expect(trust.labels).toBe(3);
    expect(confusion.map(({ of, counts }) => [of, counts])).toEqual([
      [
        "all",
        [
          [0, 1, 0],
          [0, 1, 0],
          [0, 0, 1],
        ],
      ],
      [
        "half=first",
        [
          [0, 1, 0],
          [0, 0, 0],
          [0, 0, 1],
        ],
      ],
      [
        "half=second",
        [
          [0, 0, 0],
          [0, 1, 0],
          [0, 0, 0],
        ],
      ],
    ]);
    expect(confusion[0]?.agree).toMatchObject({ value: 2 / 3, n: 3, interval: { method: "Wilson score" } });
  });

  it("holds people against each other where two or more saw the same pair", () => {
    const { people } = reported([
      { difference: 0, votes: [1, 1] },
      { difference: 0, votes: [0, 0] },
      { difference: 0, votes: [-1, 0] },
      { difference: 0, votes: [1] },
    ]);
    expect(people).toMatchObject({ labellers: 2, shared: 3 });
    expect(people.kappa?.n).toBe(3);
    expect(people.ac1?.value).toBeGreaterThan(0.4);
    expect(reported([{ difference: 0, votes: [1, 1, 1] }]).people.kappa).toBeNull();
  });

  it("says by how much the scores favour a side, each label weighing what it stands for", () => {
    // Two of the ties are labelled, of six; both decided ones are.
    const tie = { difference: 0 };
    const { bias } = reported([
      { difference: 0.3, votes: [0] },
      { difference: 0.3, votes: [0] },
      { ...tie, votes: [0] },
      { ...tie, votes: [0] },
      ...[tie, tie, tie, tie],
    ]);
    expect(bias?.value).toBeCloseTo(2 / 8, 12);
  });

  it("shows the pull of length, which no exchange of places can show", () => {
    const cases = Array.from({ length: 20 }, (_, at) => ({ difference: at % 2 === 0 ? 0.3 : -0.1 }));
    const longer = cases.map((_, at) => (at % 2 === 0 ? 400 : 0));
    const { length } = reported(cases, { longer });
    expect(length?.slope.value).toBeGreaterThan(0.3);
    expect(length?.atEqualLength.value).toBeCloseTo(-0.1, 9);
  });

  it("reports agreement on each criterion, flips and order, and nothing where nothing was asked", () => {
    const said = [
      { judge: true, people: true },
      { judge: true, people: false },
      { judge: false, people: false },
    ];
    const { criteria, flips, swap } = reported([{ difference: 0 }], {
      criteria: new Map([["right", said]]),
      flips: { flipped: 1, of: 4 },
    });
    expect(criteria).toMatchObject([{ id: "right", onlyJudge: 1, onlyPeople: 0, ac1: { n: 3 } }]);
    expect([flips?.value, swap?.value]).toEqual([0.25, 0.9]);
    expect(reported([])).toMatchObject({
      alpha: null,
      bias: null,
      flips: null,
      length: null,
      confusion: [],
      criteria: [],
    });
  });
});

import { describe, expect, it } from "vitest";
import type { Comparison } from "../domain/decision.ts";
import type { Run } from "../domain/run.ts";
import type { RunStops, StopChoice, StopComparison, StopGrid } from "../domain/stops.ts";
import { decide, decideWithStops } from "./decide.ts";
import { type AnswerSpec, counts, FAILED, makeRun, type RunSpec, random, seeded } from "./run.fixtures.ts";
import { decideAt, STOP_GRID, stopsOf } from "./stops.ts";

const GRID: StopGrid = { margins: [0.01, 0.07, 0.2], savings: [0, 0.45, 0.9] };

/** The run as it would have been planned with the sliders there. */
function under(run: Run, { margin, saving }: StopChoice, { margins, savings }: StopGrid): Run {
  const routes = run.manifest.routes.map((route) => {
    const { policy } = route;
    if (policy.objective === "best-within-budget") return route;
    const moved = {
      margin: margin === undefined ? policy.margin : (margins[margin] as number),
      minSaving: saving === undefined ? policy.minSaving : (savings[saving] as number),
    };
    return { ...route, policy: { ...policy, ...moved } };
  });
  return { ...run, manifest: { ...run.manifest, routes } };
}

const facts = ({ candidate, outcome, conditions, missingMatters }: StopComparison | Comparison) => ({
  candidate,
  outcome,
  conditions,
  missingMatters,
});

function expectTheSame(run: Run, stops: RunStops, choice: StopChoice): void {
  const { routes } = decide(under(run, choice, stops.grid), random);
  const found = decideAt(stops, choice);
  const shown = found.map(({ route, verdict, shown, comparisons }) => ({
    route,
    verdict,
    candidate: shown?.candidate ?? null,
    comparisons: comparisons.map(facts),
  }));
  const wanted = routes.map(({ route, verdict, candidate, comparisons }) => ({
    route,
    verdict,
    candidate,
    comparisons: comparisons.map(facts),
  }));
  expect(shown, JSON.stringify(choice)).toEqual(wanted);
  for (const [index, { comparisons, policy }] of found.entries()) {
    expect(policy).toEqual(routes[index]?.policy);
    for (const [at, { pHolm, quality, costRatio }] of comparisons.entries()) {
      const same = routes[index]?.comparisons[at];
      if (same?.pHolm !== null) expect(pHolm).toBe(same?.pHolm);
      expect(quality).toBe(same?.quality?.value ?? null);
      expect(costRatio).toBe(same?.costRatio?.value ?? null);
    }
  }
}

/** Each slider by itself, and both at their ends. */
function expectTheSameAtEveryStop(run: Run): void {
  const stops = stopsOf(run, GRID);
  expectTheSame(run, stops, {});
  for (const margin of GRID.margins.keys()) expectTheSame(run, stops, { margin });
  for (const saving of GRID.savings.keys()) expectTheSame(run, stops, { saving });
  expectTheSame(run, stops, { margin: GRID.margins.length - 1, saving: GRID.savings.length - 1 });
}

const grades = (seed: number, mean: number, n: number): AnswerSpec[] => {
  const next = seeded(seed);
  return Array.from({ length: n }, () => Math.min(1, Math.max(0, Math.round((mean + (next() - 0.5) * 0.6) * 5) / 5)));
};

const RUNS: Record<string, RunSpec> = {
  "right or wrong answers, three candidates": {
    answers: {
      inc: counts({ losses: 1, n: 120 }).inc,
      same: counts({ losses: 1, n: 120 }).cand,
      worse: counts({ losses: 20, n: 120 }).cand,
      dear: counts({ wins: 2, n: 120 }).cand.map((quality) => ({ quality, costUsd: 0.02 })),
    },
  },
  "grades, two routes with policies of their own, one of them of a slice that has slices": {
    scale: "graded",
    answers: { inc: grades(1, 0.8, 150), cand: grades(2, 0.82, 150), other: grades(3, 0.6, 150) },
    tags: Array.from({ length: 150 }, (_, at) => ({ kind: at % 3 === 0 ? "a" : "b", size: at % 2 === 0 ? "s" : "l" })),
    routes: [
      { policy: { margin: 0.125, p95LatencyMs: 2_000 } },
      { slice: { kind: "b" }, slices: [{ size: "s" }, { size: "l" }], policy: { minSaving: 0.33 } },
    ],
  },
  "answers that are missing, that failed and that have no price": {
    scale: "graded",
    answers: {
      inc: grades(4, 0.8, 80),
      missing: grades(5, 0.8, 80).map((answer, at) => (at % 20 === 3 ? null : answer)),
      failed: grades(6, 0.8, 80).map((answer, at) => (at % 40 === 3 ? FAILED : answer)),
      unpriced: grades(7, 0.8, 80).map((quality) => ({ quality: Number(quality), costUsd: null })),
    },
  },
  "clusters, and answers that reason": {
    scale: "graded",
    answers: {
      inc: grades(8, 0.8, 90),
      cand: grades(9, 0.8, 90).map((quality) => ({ quality: Number(quality), reasoningTokens: 30 })),
    },
    clusters: Array.from({ length: 90 }, (_, at) => (at % 5 === 0 ? "one" : undefined)),
  },
  "a route that asks for a better model, beside one that asks for a cheaper one": {
    answers: counts({ wins: 12, n: 80 }),
    routes: [{ policy: { objective: "best-within-budget", maxCostRatio: 1.2 } }, {}],
  },
};

describe("the stops of what-if", () => {
  it.each(Object.entries(RUNS))("give the verdicts that the changed policy would have given: %s", (_, spec) => {
    expectTheSameAtEveryStop(makeRun(spec));
  });

  it("ask people's labels again at every margin", () => {
    const differences = Array.from({ length: 240 }, (_, at) => (at % 6 === 0 ? 1 : at % 6 === 3 ? -1 : 0));
    const run = makeRun({
      scale: "graded",
      answers: {
        inc: differences.map((difference) => (difference < 0 ? 0.9 : 0.5)),
        cand: differences.map((difference) => (difference > 0 ? 0.9 : 0.5)),
      },
      manifest: {
        scorers: [{ name: "points", rule: "key-points", weight: 1, required: false, certainty: "heuristic" }],
      },
      routes: [{ policy: { margin: 0.1 } }],
    });
    const pairs = differences.slice(0, 150).map((vote, caseIndex) => ({
      caseIndex,
      incumbentIndex: 0,
      candidateIndex: 1,
      votes: [vote],
      said: [{ who: "anna", vote }],
      drawn: true,
    }));
    expectTheSameAtEveryStop({ ...run, people: { pairs, same: [], swap: null } });
  });

  it("come with a decision, and are the same from it as from the run", () => {
    const run = makeRun(RUNS["right or wrong answers, three candidates"] as RunSpec);
    const { decision, stops } = decideWithStops(run, random, { grid: GRID });
    expect(decision).toEqual(decide(run, random));
    expect(stops).toEqual(stopsOf(run, GRID));
  });

  it("are numbers that sliders can stand at", () => {
    expect(STOP_GRID.margins).toHaveLength(40);
    expect([STOP_GRID.margins[0], STOP_GRID.margins[13], STOP_GRID.margins.at(-1)]).toEqual([0.005, 0.07, 0.2]);
    expect([STOP_GRID.savings[0], STOP_GRID.savings[2], STOP_GRID.savings.at(-1)]).toEqual([0, 0.1, 0.9]);
  });

  it("stand still where no route has an incumbent among the candidates", () => {
    const run = makeRun({
      ...RUNS["a route that asks for a better model, beside one that asks for a cheaper one"],
      answers: counts({ n: 20 }),
      routes: [{ incumbent: "gone" }],
    });
    expect(decideAt(stopsOf(run, GRID), { margin: 1 })).toMatchObject([{ verdict: "inconclusive", shown: undefined }]);
  });
});

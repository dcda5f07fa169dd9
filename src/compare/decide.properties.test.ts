import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Decision, DecisionSchema, type Estimate, EstimateSchema } from "../domain/decision.ts";
import { decide } from "./decide.ts";
import { type AnswerSpec, FAILED, makeRun, type RunSpec, random, seeded, withTrials } from "./run.fixtures.ts";

const exotic = fc.constantFrom<AnswerSpec>(
  null,
  undefined,
  FAILED,
  { ...FAILED, latencyMs: null, costUsd: 0.3 },
  { state: "missing", reason: "network", quality: null, costUsd: null, latencyMs: null },
  { costUsd: null },
  { costUsd: 0 },
  { latencyMs: null },
  { latencyMs: 9_000 },
  { capped: true, costUsd: 0.1 },
  { reasoningTokens: 40 },
);
const binary = (holes: number) =>
  fc.oneof({ weight: 40, arbitrary: fc.constantFrom(0, 1, 1, 1, 1) }, { weight: holes, arbitrary: exotic });
const graded = (holes: number) =>
  fc.oneof({ weight: 40, arbitrary: fc.double({ min: 0, max: 1, noNaN: true }) }, { weight: holes, arbitrary: exotic });

/** Any small run: either test, repeats, clusters, slices, several routes of different policies, and every kind of hole. */
const anyRun = fc
  .record({
    scale: fc.constantFrom("binary" as const, "graded" as const),
    repeats: fc.constantFrom(1, 1, 1, 2, 3),
    cases: fc.constantFrom(0, 1, 2, 12, 25, 40),
    candidates: fc.constantFrom(0, 1, 1, 2),
    holes: fc.constantFrom(0, 0, 1, 10),
    clustered: fc.boolean(),
    routes: fc.array(
      fc.record({
        policy: fc.constantFrom(
          { margin: 0.2 },
          { alpha: 0.2, margin: 0.4 },
          { alpha: 0.2, objective: "best-within-budget" as const, maxCostRatio: 1.5 },
          { alpha: 0.2, margin: 0.4, p95LatencyMs: 2_000, minSaving: 0, maxErrorRate: 0.2 },
        ),
        slice: fc.constantFrom({}, {}, { kind: "a" }, { kind: "none" }),
        volume: fc.constantFrom(null, 100),
      }),
      { minLength: 1, maxLength: 2 },
    ),
    seed: fc.integer(),
  })
  .chain(({ scale, repeats, cases, candidates, holes, clustered, routes, seed }) => {
    const answer = scale === "binary" ? binary(holes) : graded(holes);
    const row = fc.array(fc.array(answer, { minLength: repeats, maxLength: repeats }), {
      minLength: cases,
      maxLength: cases,
    });
    const pick = seeded(seed);
    const of = <T>(make: () => T) => Array.from({ length: cases }, make);
    return fc.array(row, { minLength: candidates + 1, maxLength: candidates + 1 }).map(
      (rows): RunSpec => ({
        scale,
        repeats,
        routes,
        answers: Object.fromEntries(rows.map((answers, index) => [`m${index}`, answers])),
        clusters: of(() => (clustered ? `k${Math.floor(pick() * 12)}` : undefined)),
        tags: of(() => ({ kind: pick() < 0.5 ? "a" : "b" })),
      }),
    );
  });

const textOf = (decision: Decision) => JSON.stringify(decision);

/** Every estimate in a value, with its path. */
function estimatesIn(value: unknown, path = ""): [string, Estimate][] {
  if (typeof value !== "object" || value === null) return [];
  const own = EstimateSchema.safeParse(value);
  if (own.success) return [[path, own.data]];
  return Object.entries(value).flatMap(([key, each]) => estimatesIn(each, `${path}.${key}`));
}

describe("decide", () => {
  it("is a pure function: same run, same bytes, in whatever order its trials come", () => {
    fc.assert(
      fc.property(anyRun, fc.integer(), (spec, seed) => {
        const run = makeRun(spec);
        const shuffle = seeded(seed);
        const trials = [...run.trials].map((trial) => ({ trial, at: shuffle() })).sort((a, b) => a.at - b.at);
        const once = textOf(decide(run, random));
        expect(textOf(decide(run, random))).toBe(once);
        expect(
          textOf(
            decide(
              withTrials(
                run,
                trials.map(({ trial }) => trial),
              ),
              random,
            ),
          ),
        ).toBe(once);
      }),
      { numRuns: 30, seed: 1 },
    );
  });

  it("survives its own schema: no NaN, no infinity, every p in [0, 1]", () => {
    fc.assert(
      fc.property(anyRun, (spec) => {
        const decision = decide(makeRun(spec), random);
        expect(DecisionSchema.parse(decision)).toEqual(decision);
        // JSON writes NaN and infinities as null, where the schema wants a number.
        expect(DecisionSchema.parse(JSON.parse(textOf(decision)))).toEqual(JSON.parse(textOf(decision)));
        expect(decision.family).toBe(decision.routes.flatMap(({ comparisons }) => comparisons).length);
      }),
      { numRuns: 60, seed: 2 },
    );
  });

  it("gives every estimate an interval with its level and method, or says why it has none, and for every bound", () => {
    fc.assert(
      fc.property(anyRun, (spec) => {
        for (const [path, { interval, why, n }] of estimatesIn(decide(makeRun(spec), random))) {
          expect(n, path).toBeGreaterThan(0);
          if (interval === null || interval.low === null || interval.high === null) expect(why, path).toMatch(/./);
          if (interval !== null) expect(interval.method, path).toMatch(/./);
        }
      }),
      { numRuns: 60, seed: 9 },
    );
  });

  it("never says more than its conditions, and agrees with its own interval", () => {
    fc.assert(
      fc.property(anyRun, (spec) => {
        for (const { verdict, policy, comparisons } of decide(makeRun(spec), random).routes) {
          const outcomes = comparisons.map(({ outcome }) => outcome);
          const expected = outcomes.includes("passes")
            ? "switch"
            : outcomes.length > 0 && outcomes.every((outcome) => outcome === "fails")
              ? "keep"
              : "inconclusive";
          expect(verdict).toBe(expected);
          for (const { outcome, conditions, quality, missingMatters, pHolm, p } of comparisons) {
            const states = conditions.map(({ state }) => state);
            if (outcome === "passes") {
              expect(new Set(states)).toEqual(new Set(["holds"]));
              expect(missingMatters).toBe(false);
              expect(pHolm).toBeLessThanOrEqual(policy.alpha);
            }
            expect(outcome === "fails").toBe(states.includes("fails"));
            expect(p === null).toBe(states.includes("unknown"));
            if (quality?.interval?.low == null || states[0] === "fails") continue;
            const margin = policy.objective === "best-within-budget" ? 0 : policy.margin;
            expect(quality.interval.low > -margin).toBe(states[0] === "holds");
          }
        }
      }),
      { numRuns: 60, seed: 3 },
    );
  });

  it("flips the sign of the estimate when candidate and incumbent change places", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(graded(2), graded(2)), { minLength: 1, maxLength: 30 }), (pairs) => {
        const [a, b] = [pairs.map(([first]) => first), pairs.map(([, second]) => second)];
        const estimate = (inc: AnswerSpec[], cand: AnswerSpec[]) =>
          decide(makeRun({ answers: { inc, cand }, scale: "graded" }), random).routes[0]?.comparisons[0]?.quality;
        const [there, back] = [estimate(a, b), estimate(b, a)];
        expect(there?.value).toBe(back?.value === undefined ? undefined : 0 - back.value);
        expect(there?.interval?.high ?? 0).toBeCloseTo(-(back?.interval?.low ?? 0), 2);
      }),
      { numRuns: 25, seed: 4 },
    );
  });

  it("never helps a candidate by losing its answers", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(0, 1, 1, 1), fc.constantFrom(0, 1, 1, 1, 1)), {
          minLength: 30,
          maxLength: 80,
        }),
        fc.array(fc.nat(), { minLength: 1, maxLength: 6 }),
        (pairs, lost) => {
          const [inc, cand] = [pairs.map(([first]) => first), pairs.map(([, second]) => second)];
          const holes = new Set(lost.map((at) => at % cand.length));
          const holed = cand.map((value, index) => (holes.has(index) ? null : value));
          const p = (answers: AnswerSpec[]) =>
            decide(makeRun({ answers: { inc, cand: answers } }), random).routes[0]?.comparisons[0]?.p ?? 1;
          expect(p(holed)).toBeGreaterThanOrEqual(p(cand) - 1e-12);
        },
      ),
      { numRuns: 15, seed: 5 },
    );
  });

  it("does not care for the order of right-or-wrong cases, where there is one look", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(binary(3), binary(3)), { minLength: 5, maxLength: 60 }),
        fc.integer(),
        (pairs, seed) => {
          const shuffle = seeded(seed);
          const mixed = pairs.map((pair) => ({ pair, at: shuffle() })).sort((a, b) => a.at - b.at);
          const of = (list: readonly (readonly [AnswerSpec, AnswerSpec])[]) => {
            const answers = { inc: list.map(([first]) => first), cand: list.map(([, second]) => second) };
            const { looks, wins, losses, n, outcome } =
              decide(makeRun({ answers }), random).routes[0]?.comparisons[0] ?? {};
            return { looks, wins, losses, n, outcome };
          };
          // Cases that were never asked stay at the end: they are not collected yet.
          const end: (readonly [AnswerSpec, AnswerSpec])[] = [[1, 1]];
          expect(of([...mixed.map(({ pair }) => pair), ...end])).toEqual(of([...pairs, ...end]));
        },
      ),
      { numRuns: 25, seed: 6 },
    );
  });

  it("refuses scores outside [0, 1]", () => {
    for (const quality of [-0.01, 1.01, 7]) {
      expect(() => decide(makeRun({ answers: { inc: [1, 1], cand: [1, quality] } }), random)).toThrow(/\[0, 1\]/);
    }
  });

  it("gives no verdict without data", () => {
    for (const cand of [[], [undefined, undefined], [null, null]] as const) {
      const decision = decide(makeRun({ answers: { inc: [1, 1], cand } }), random);
      expect(decision.routes[0]?.verdict).toBe("inconclusive");
      expect(decision.routes[0]?.comparisons[0]?.quality).toBeNull();
    }
  });
});

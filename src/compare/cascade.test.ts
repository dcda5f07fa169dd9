import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Cascade, Comparison } from "../domain/decision.ts";
import { cascadesOf } from "./cascade.ts";
import { answersOf, inTurn } from "./cascade-answers.ts";
import { figuresOf } from "./cascade-figures.ts";
import { decide } from "./decide.ts";
import { groupCases } from "./groups.ts";
import { type AnswerSpec, FAILED, makeRun, type RunSpec, random, seeded } from "./run.fixtures.ts";

const CASES = 400;
const SCORERS = [
  { name: "right", rule: "label", weight: 1, required: false, certainty: "exact" as const },
  { name: "shape", rule: "json", weight: 0, required: false, certainty: "exact" as const, atServing: true },
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

const ofRun = (given: RunSpec) => cascadesOf(makeRun(given), random);
const cascades = (given: RunSpec): Cascade[] => ofRun(given).routes.flatMap((route) => route.cascades);
const tested = (given: RunSpec): Comparison[] =>
  cascades(given).flatMap(({ test }) => (test.state === "tested" ? [test.comparison] : []));

describe("cascades", () => {
  it("ask the dearer model where a rule that needs no reference says so, chosen on one half and tested on the other", () => {
    const { family, routes } = ofRun(spec());
    const [route] = routes;
    expect([family, route?.chosenOn, route?.testedOn, route?.cascades.length]).toEqual([1, 200, 200, 1]);
    const [cascade] = route?.cascades ?? [];
    expect(cascade).toMatchObject({
      first: "cheap",
      second: "strong",
      rule: "shape is below 1",
      chosen: { quality: { value: 0, interval: null, n: 200 } },
      quality: { value: 1, n: 200 },
      escalated: { n: 200 },
      latencyP95Ms: { value: 4_500 },
      test: {
        state: "tested",
        comparison: { candidate: "cheap -> strong", incumbent: "strong", n: 200, outcome: "passes" },
      },
    });
    const share = cascade?.escalated?.value ?? 0;
    expect(share).toBeCloseTo(0.2, 1);
    // A cheap call for every case, and a dear one for those that go on.
    expect(cascade?.costPer1000?.value).toBeCloseTo(1 + 10 * share, 9);
    expect(cascade?.costPer1000?.interval).toMatchObject({ level: 0.95, method: "Student t" });
    // The models alone, on the same cases; and the cheap one is no switch.
    expect(route?.singles.map(({ candidate, quality }) => [candidate, quality?.n])).toEqual([
      ["strong", 200],
      ["cheap", 200],
    ]);
    expect(decide(makeRun(spec()), random).routes[0]?.verdict).toBe("keep");
  });

  it("never look at a score that needs the reference", () => {
    for (const { rule } of cascades(spec({ shaped: false }))) expect(rule).not.toMatch(/right|shape/);
    expect(tested(spec({ shaped: false }))).toEqual([]);
  });

  it("can go by the failure of the call, and by the length of an answer or of its reasoning", () => {
    const strong = Array.from({ length: CASES }, () => ({ quality: 1, costUsd: 0.01 }));
    const cheap = (faulty: AnswerSpec & object) =>
      strong.map((_, index) => (index % 9 === 3 ? { costUsd: 0.001, ...faulty } : { quality: 1, costUsd: 0.001 }));
    const ruleFor = (faulty: AnswerSpec & object) => cascades({ answers: { strong, cheap: cheap(faulty) } })[0];
    expect(ruleFor(FAILED)?.rule).toBe("the call fails or the answer is cut off");
    expect(ruleFor({ quality: 0, capped: true })?.rule).toBe("the call fails or the answer is cut off");
    expect(ruleFor({ quality: 0, visibleTokens: 300 })?.rule).toBe("the answer is longer than 50 tokens");
    const [passing] = tested({ answers: { strong, cheap: cheap(FAILED) } });
    expect(passing?.conditions.find(({ name }) => name === "errors")?.state).toBe("holds");
    expect(passing?.outcome).toBe("passes");
    const thinking = strong.map((_, index) =>
      index % 9 === 3
        ? { quality: 0, costUsd: 0.001, reasoningTokens: 900 }
        : { quality: 1, costUsd: 0.001, reasoningTokens: 100 },
    );
    expect(cascades({ answers: { strong, cheap: thinking } })[0]?.rule).toBe("it reasons for more than 100 tokens");
  });

  it("send an answer on that has no score at serving: no word of confidence is no confidence", () => {
    const given = spec();
    const silent = (given.answers.cheap ?? []).map((answer) => {
      const { quality } = answer as { quality: number };
      return { ...(answer as object), quality, values: [quality, quality === 1 ? 0.9 : null] };
    });
    const [cascade] = cascades({ ...given, answers: { ...given.answers, cheap: silent } });
    expect(cascade).toMatchObject({ rule: "shape is below 0.9", quality: { value: 1 } });
  });

  it("are not better than chance where the rule says nothing", () => {
    const next = seeded(5);
    const blind = spec({ shaped: false });
    const noisy = (blind.answers.cheap ?? []).map((answer) => ({
      ...(answer as object),
      values: [0, next() < 0.5 ? 1 : 0],
    }));
    const found = tested({ ...blind, answers: { strong: blind.answers.strong ?? [], cheap: noisy } });
    for (const { outcome } of found) expect(outcome).not.toBe("passes");
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

  it("count an answer that is missing against the cascade, and never put the first model's in its place", () => {
    const given = spec();
    const holes = (given.answers.strong ?? []).map((answer, index) => (index % 10 === 1 ? undefined : answer));
    // The strong model is not the incumbent here: nothing but the cascade needs its answers.
    const incumbent = (given.answers.strong ?? []).map((answer) => ({ ...(answer as object), costUsd: 0.02 }));
    const answers = { incumbent, strong: holes, cheap: given.answers.cheap ?? [] };
    const found = tested({ ...given, answers }).find(({ candidate }) => candidate === "cheap -> strong");
    expect(Object.keys(found?.missing ?? {})).toEqual(["candidate: no answer"]);
    expect(found?.conditions.find(({ name }) => name === "quality")?.p).toBeLessThan(0.05);
    expect(found?.missingMatters).toBe(true);
    expect(found?.outcome).toBe("open");
  });
});

describe("the choice of cascades", () => {
  const next = seeded(3);
  const models = ["a", "b", "c", "d"].map((name, at) => {
    const right = 0.7 + 0.07 * at;
    const answers = Array.from({ length: 200 }, () => {
      const quality = next() < right ? 1 : 0;
      return { quality, values: [quality, next() < 0.7 ? quality : 0.5], costUsd: 0.001 * 3 ** at };
    });
    return [name, answers] as const;
  });
  const incumbent = Array.from({ length: 200 }, () => ({ quality: next() < 0.93 ? 1 : 0, costUsd: 0.1 }));
  const given = { answers: { incumbent, ...Object.fromEntries(models) }, manifest: { scorers: SCORERS } };

  it("shows every ordered pair, the cheaper model first, and tests at most three", () => {
    const found = cascades(given);
    const pairs = found.map(({ first, second }) => `${first} ${second}`).sort();
    expect(pairs).toEqual(
      ["a b", "a c", "a d", "a incumbent", "b c", "b d", "b incumbent", "c d", "c incumbent", "d incumbent"].sort(),
    );
    expect(tested(given).length).toBe(ofRun(given).family);
    expect(tested(given).length).toBeLessThanOrEqual(3);
    for (const { quality, costPer1000, latencyP95Ms, escalated } of found) {
      for (const estimate of [quality, costPer1000, latencyP95Ms, escalated]) expect(estimate?.n).toBe(100);
    }
  });

  it("depends on the choosing half alone", () => {
    const spoilt = Object.fromEntries(
      Object.entries(given.answers).map(([name, answers]) => [
        name,
        answers.map((answer, index) => (index % 2 === 1 ? { ...answer, quality: 0, values: [0, 0] } : answer)),
      ]),
    );
    const chosen = (spec: RunSpec) =>
      cascades(spec)
        .map(({ first, second, rule, chosen, test }) => ({ first, second, rule, chosen, state: test.state }))
        .sort((a, b) => `${a.first} ${a.second}`.localeCompare(`${b.first} ${b.second}`));
    expect(chosen({ ...given, answers: spoilt })).toEqual(chosen(given));
  });

  it("says why a cascade is not tested", () => {
    const reasons = cascades(given).flatMap(({ test }) => (test.state === "not tested" ? [test.why] : []));
    expect(new Set(reasons).size).toBeGreaterThan(1);
    for (const why of reasons) expect(why).toMatch(/there$|there and costs no more$|are tested$/);
  });

  it("tests all cascades of a run as one family", () => {
    const routes = [{ route: "one" }, { route: "two" }];
    const [alone] = tested(given);
    const both = ofRun({ ...given, routes });
    expect(both.family).toBe(2 * ofRun(given).family);
    const [first] = tested({ ...given, routes });
    expect(first?.p).toBe(alone?.p);
    expect(first?.pHolm).toBeGreaterThanOrEqual(alone?.pHolm ?? 0);
  });

  it("takes the best for its money where the route asks for the best within a budget", () => {
    const policy = { objective: "best-within-budget" as const, maxCostRatio: 2 };
    const weak = incumbent.map((answer) => ({ ...answer, quality: 0.4, costUsd: 0.03 }));
    const better = cascades({
      ...given,
      scale: "graded",
      routes: [{ policy }],
      answers: { ...given.answers, incumbent: weak },
    });
    const holding = better.flatMap(({ test }) =>
      test.state === "tested" && test.comparison.outcome === "passes" ? [test.comparison.quality?.value ?? 0] : [],
    );
    expect(holding.length).toBeGreaterThan(0);
    expect(holding).toEqual(holding.toSorted((a, b) => b - a));
  });

  it("tests nothing where the verdicts decided what was collected", () => {
    const stopped = ofRun({ ...given, manifest: { scorers: SCORERS, untilDecided: true } });
    expect(stopped.family).toBe(0);
    const whys = stopped.routes.flatMap(({ cascades }) =>
      cascades.flatMap(({ test }) => (test.state === "not tested" ? [test.why] : [])),
    );
    expect(whys.some((why) => why.startsWith("answers were asked for until the verdicts were in"))).toBe(true);
  });
});

describe("two models in turn", () => {
  const trial = fc.record({
    quality: fc.double({ min: 0, max: 1, noNaN: true }),
    costUsd: fc.double({ min: 0, max: 1, noNaN: true }),
    latencyMs: fc.integer({ min: 1, max: 60_000 }),
  });
  const pairs = fc.array(fc.tuple(trial, trial), { minLength: 2, maxLength: 40 });
  const bothOf = (answers: readonly (readonly [object, object])[]) => {
    const run = makeRun({
      answers: { one: answers.map(([one]) => one), two: answers.map(([, two]) => two) },
      scale: "graded",
    });
    const units = groupCases(run.cases, [...run.cases.keys()]);
    const [one, two] = [answersOf(run, 0, units.members), answersOf(run, 1, units.members)];
    return { one, two, figures: (answers: typeof one) => figuresOf(answers, units) };
  };

  it("come to the first where nothing goes on", () => {
    fc.assert(
      fc.property(pairs, (answers) => {
        const { one, two, figures } = bothOf(answers);
        expect(figures(inTurn(one, two, new Uint8Array(answers.length)))).toEqual(figures(one));
      }),
    );
  });

  it("come to the second's quality at the sum of both costs and times where everything does", () => {
    fc.assert(
      fc.property(pairs, (answers) => {
        const { one, two, figures } = bothOf(answers);
        const both = inTurn(one, two, new Uint8Array(answers.length).fill(1));
        expect(figures(both).quality).toEqual(figures(two).quality);
        const sum = (figures(one).costPer1000?.value ?? 0) + (figures(two).costPer1000?.value ?? 0);
        expect(figures(both).costPer1000?.value).toBeCloseTo(sum, 6);
        expect([...both.ms]).toEqual(answers.map(([a, b]) => a.latencyMs + b.latencyMs));
      }),
    );
  });

  it("cost no less than the first alone, and no more than both, whatever the rule", () => {
    fc.assert(
      fc.property(pairs, fc.infiniteStream(fc.boolean()), (answers, coins) => {
        const { one, two } = bothOf(answers);
        const onward = Uint8Array.from(answers, () => Number(coins.next().value));
        const total = (usd: Float64Array) => usd.reduce((sum, each) => sum + each, 0);
        const both = total(inTurn(one, two, onward).usd);
        expect(both).toBeGreaterThanOrEqual(total(one.usd) - 1e-9);
        expect(both).toBeLessThanOrEqual(total(one.usd) + total(two.usd) + 1e-9);
      }),
    );
  });
});

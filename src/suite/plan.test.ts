import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { type Case, CaseSchema } from "../domain/case.ts";
import { CaseTable } from "../domain/case-table.ts";
import { type Candidate, type Model, ModelSchema } from "../domain/model.ts";
import { RoutingSchema } from "../domain/routing.ts";
import type { CaseFact } from "../domain/run.ts";
import { type Suite, type SuiteInput, SuiteSchema } from "../domain/suite.ts";
import { complaintOf } from "./folder.fixtures.ts";
import { drawCases, effectiveParams, plannedRoutes, planTrials, shuffled, suiteHash, suitePolicy } from "./plan.ts";
import { compilePrompt } from "./render.ts";

const SCORERS: SuiteInput["scorers"] = [{ name: "equals", rule: "equals" }];
function aSuite(changes: Partial<SuiteInput> = {}): Suite {
  return SuiteSchema.parse({ id: "s", title: "S", dataset: "d.jsonl", scale: "binary", scorers: SCORERS, ...changes });
}

const aCase = (id: string, fields: object = {}): Case => CaseSchema.parse({ id, input: `Q ${id}`, ...fields });
const aModel = (id: string, fields: object = {}) =>
  ModelSchema.parse({ id, provider: "p", model: `${id}-1`, family: "f", ...fields });
const aCandidate = (id: string, fields: object = {}): Candidate => ({
  id,
  model: aModel(id, fields),
  variant: "default",
});

/** A small generator of chance, the same for the same seed (mulberry32). */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const ids = (cases: readonly Case[]) => cases.map(({ id }) => id);

/** The cases in the order drawn. */
function drawn(cases: readonly Case[], random: () => number, maxPerCluster = 3): Case[] {
  const columns = new CaseTable();
  for (const { id, tags, clusterId } of cases) columns.add({ id, tags, clusterId });
  const compareIds = (one: number, other: number) => columns.ids.compare(one, other);
  const places = drawCases({ facts: columns, compareIds }, { isAsked: () => true, maxPerCluster }, random);
  return Array.from(places, (place) => cases[place] as Case);
}

const NOW = Date.UTC(2026, 10, 22);

describe("drawCases", () => {
  const anyCases = fc
    .uniqueArray(fc.tuple(fc.string({ minLength: 1, maxLength: 4 }), fc.option(fc.constantFrom("x", "y"))), {
      selector: ([id]) => id,
      maxLength: 40,
    })
    .map((rows) => rows.map(([id, clusterId]) => aCase(id, clusterId === null ? {} : { clusterId })));

  it("gives the same order whatever the order of the lines", () => {
    fc.assert(
      fc.property(anyCases, fc.integer(), (cases, seed) => {
        expect(ids(drawn(cases.toReversed(), chance(seed)))).toEqual(ids(drawn(cases, chance(seed))));
      }),
      { numRuns: 100 },
    );
  });

  it("shuffles the ids as `<` sorts them: the order of a suite is for ever", () => {
    const cases = ["b", "\u{1f680}", "\uffee", "a", "aa", "B", "é"].map((id) => aCase(id));
    expect(ids(drawn(cases, () => 1 - Number.EPSILON))).toEqual(["B", "a", "aa", "b", "é", "\u{1f680}", "\uffee"]);
  });

  it("draws among the cases that are asked alone", () => {
    const columns = new CaseTable();
    for (const id of ["a", "b", "c"]) columns.add({ id, tags: { of: id }, clusterId: undefined });
    const compareIds = (one: number, other: number) => columns.ids.compare(one, other);
    const isAsked = ({ tags }: CaseFact) => tags.of !== "b";
    const places = drawCases({ facts: columns, compareIds }, { isAsked, maxPerCluster: 1 }, chance(1));
    expect([...places].sort()).toEqual([0, 2]);
  });

  it("keeps every case without a cluster, and at most maxPerCluster of each cluster", () => {
    fc.assert(
      fc.property(anyCases, fc.integer(), (cases, seed) => {
        const order = drawn(cases, chance(seed));
        for (const cluster of ["x", "y", undefined]) {
          const all = cases.filter(({ clusterId }) => clusterId === cluster).length;
          const kept = order.filter(({ clusterId }) => clusterId === cluster).length;
          expect(kept).toBe(cluster === undefined ? all : Math.min(3, all));
        }
      }),
      { numRuns: 100 },
    );
  });

  it("is fair: every case comes first about as often", () => {
    const cases = ["a", "b", "c", "d"].map((id) => aCase(id));
    const random = chance(7);
    const first = new Map<string, number>();
    for (let draw = 0; draw < 4_000; draw++) {
      const id = drawn(cases, random)[0]?.id ?? "";
      first.set(id, (first.get(id) ?? 0) + 1);
    }
    // Four standard deviations of a share of 1/4 over 4,000 draws are 110.
    for (const count of first.values()) expect(Math.abs(count - 1_000)).toBeLessThan(110);
  });

  it("leaves what it is given alone", () => {
    const cases = [aCase("b"), aCase("a")];
    shuffled(cases, chance(1));
    expect(ids(cases)).toEqual(["b", "a"]);
  });
});

describe("effectiveParams", () => {
  it("sends the suite's where the API takes them, and the model's own in any case", () => {
    const model = aModel("m", {
      accepts: ["maxTokens", "topP"],
      params: { topP: 0.5, temperature: 1, extra: { x: 1 } },
    });
    const suite = { maxTokens: 100, topP: 0.9, reasoningEffort: "low" as const, extra: { y: 2 } };
    expect(effectiveParams(suite, model)).toEqual({ maxTokens: 100, topP: 0.5, temperature: 1, extra: { x: 1 } });
  });
});

describe("planTrials", () => {
  const CASES = [aCase("a"), aCase("b"), aCase("c")];
  const plan = (
    changes: { suite?: Suite; cases?: Case[]; candidates?: Candidate[]; repeats?: number } = {},
    seed = 1,
  ) => {
    const { suite = aSuite(), cases = CASES, candidates = [aCandidate("m"), aCandidate("n")], repeats = 2 } = changes;
    const render = compilePrompt(suite.prompts.default as Suite["prompts"][string], suite.data, "evals/s.ts");
    const renderers = new Map([["default", render]]);
    const endpointOf = ({ provider }: Model) => `openai at ${provider}`;
    return [
      ...planTrials({ suite, cases: () => cases, candidates, renderers, repeats, endpointOf, random: chance(seed) }),
    ];
  };
  const keyOf = (changes: Parameters<typeof plan>[0]) =>
    plan({ cases: [aCase("a")], candidates: [aCandidate("m")], repeats: 1, ...changes })[0]?.key;

  it("goes through the cases once a repeat, all candidates case by case", () => {
    const trials = plan();
    expect(trials.map(({ item, repeat }) => `${repeat}${item.id}`)).toEqual([
      "0a",
      "0a",
      "0b",
      "0b",
      "0c",
      "0c",
      "1a",
      "1a",
      "1b",
      "1b",
      "1c",
      "1c",
    ]);
    for (let at = 0; at < trials.length; at += 2) {
      expect(
        trials
          .slice(at, at + 2)
          .map(({ candidate }) => candidate.id)
          .sort(),
      ).toEqual(["m", "n"]);
    }
  });

  it("gives every trial a key of its own, the same whatever the shuffling", () => {
    const keys = plan().map(({ key }) => key);
    expect(new Set(keys).size).toBe(12);
    expect(keys.every((key) => /^[0-9a-f]{32}$/.test(key))).toBe(true);
    expect(
      plan({}, 99)
        .map(({ key }) => key)
        .sort(),
    ).toEqual(keys.toSorted());
  });

  it("keeps a key where nothing changes that decides the answer", () => {
    const key = keyOf({});
    expect(keyOf({ suite: aSuite({ title: "Other", policy: { margin: 0.2 } }) })).toBe(key);
    expect(
      keyOf({ cases: [aCase("a", { target: "x", tags: { t: "1" }, metadata: { m: 1 }, vars: { unused: 1 } })] }),
    ).toBe(key);
    expect(keyOf({ candidates: [aCandidate("m", { price: "free", note: "new" })] })).toBe(key);
    expect(keyOf({ suite: aSuite({ params: { temperature: 1 } }) }), "a parameter the API does not take").toBe(key);
    const nested = (extra: object) => keyOf({ candidates: [aCandidate("m", { params: { extra } })] });
    expect(nested({ a: { c: 1, d: 2 }, b: 1 })).toBe(nested({ b: 1, a: { d: 2, c: 1 } }));
  });

  it("changes a key with everything that decides the answer", () => {
    const tools = [{ name: "t", description: "d", parameters: {} }];
    const keys = [
      keyOf({}),
      keyOf({ suite: aSuite({ prompts: { default: { user: "{{input}}!" } } }) }),
      keyOf({ suite: aSuite({ prompts: { default: { system: "Be brief." } } }) }),
      keyOf({ suite: aSuite({ params: { maxTokens: 5 } }) }),
      keyOf({ cases: [aCase("a", { input: "other" })] }),
      keyOf({ cases: [aCase("b", { input: "Q a" })] }),
      keyOf({ cases: [aCase("a", { tools })] }),
      keyOf({ candidates: [aCandidate("n", { model: "m-1" })] }),
      keyOf({ candidates: [aCandidate("m", { model: "m-2" })] }),
      keyOf({ candidates: [aCandidate("m", { provider: "q" })] }),
      keyOf({ candidates: [aCandidate("m", { params: { extra: { a: [1, 2] } } })] }),
      keyOf({ candidates: [aCandidate("m", { params: { extra: { a: [2, 1] } } })] }),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });
});

describe("suiteHash", () => {
  const hash = (changes: Partial<SuiteInput> = {}, rubrics: string[] = []) => suiteHash(aSuite(changes), rubrics);

  it("stays where nothing changes that is asked, scored or decided", () => {
    const same = [
      hash(),
      hash({ title: "Other", description: "Words." }),
      hash({ dataset: "elsewhere.jsonl", answers: "book.jsonl" }),
      hash({ assume: { sd: 0.2 } }),
      hash({ repeats: 1, maxPerCluster: 5, params: {}, policy: {} }),
    ];
    expect(new Set(same).size).toBe(1);
  });

  it("changes with everything else", () => {
    const rule = (body: () => number): Partial<SuiteInput> => ({ scorers: [{ name: "equals", rule: body }] });
    const hashes = [
      hash(),
      hash({ id: "t" }),
      hash({ prompts: { default: { user: "{{input}}!" } } }),
      hash({ data: { a: 1 } }),
      hash({ params: { maxTokens: 5 } }),
      hash({ scale: "graded" }),
      hash({ policy: { margin: 0.1 } }),
      hash({ repeats: 2 }),
      hash({ maxPerCluster: 2 }),
      hash({ scorers: [{ name: "equals", rule: "contains" }] }),
      hash({ scorers: [{ name: "equals", rule: "equals", weight: 2 }] }),
      hash({ scorers: [{ name: "equals", rule: "equals", required: true }] }),
      hash({ scorers: [{ name: "equals", rule: "equals", options: { a: 1 } }] }),
      hash(rule(() => 1)),
      hash(rule(() => 0)),
      hash({}, ["title: one"]),
      hash({}, ["title: two"]),
    ];
    expect(new Set(hashes).size).toBe(hashes.length);
  });
});

describe("suiteHash over zod schemas", () => {
  const hash = (schema: z.ZodType) =>
    suiteHash(aSuite({ scorers: [{ name: "shape", rule: "zod", options: { schema } }] }), []);
  const shape = () =>
    z.object({ id: z.string().regex(/^a/).min(2), kind: z.enum(["x", "y"]), at: z.lazy(() => z.int()) });

  it("does not change as the schema is used", () => {
    const schema = shape();
    const before = hash(schema);
    schema.safeParse({ id: "ab", kind: "x", at: 1 });
    expect([hash(schema), hash(shape())]).toEqual([before, before]);
  });

  it("changes with everything the schema asks for", () => {
    const Tree = z.object({
      get children() {
        return z.array(Tree);
      },
    });
    const hashes = [
      shape(),
      shape().extend({ id: z.string().regex(/^b/).min(2) }),
      shape().extend({ id: z.string().regex(/^a/).min(3) }),
      shape().extend({ kind: z.enum(["x", "z"]) }),
      shape().extend({ at: z.lazy(() => z.number()) }),
      shape().refine(({ id }) => id !== "no"),
      shape().refine(({ id }) => id !== "never"),
      z.strictObject({ n: z.bigint().max(5n) }),
      z.strictObject({ n: z.bigint().max(6n) }),
      Tree,
    ].map(hash);
    expect(new Set(hashes).size).toBe(hashes.length);
  });
});

describe("plannedRoutes", () => {
  const routing = (route: object, profiles = {}) =>
    RoutingSchema.parse({ version: 1, profiles, routes: { r: { model: "m", suite: "s", ...route } } });

  it("takes the routes of the suite, their policy from suite, profile and route", () => {
    const table = routing(
      { profile: "p", policy: { alpha: 0.01 }, volume: 5, slice: { level: "high" } },
      { p: { alpha: 0.1, margin: 0.02 } },
    );
    const [route] = plannedRoutes(table, aSuite({ policy: { margin: 0.1, minSaving: 0.3 } }), NOW);
    expect(route).toMatchObject({ route: "r", incumbent: "m", slice: { level: "high" }, volume: 5 });
    expect(route?.policy).toMatchObject({ alpha: 0.01, margin: 0.02, minSaving: 0.3, maxErrorRate: 0.02 });
    expect(plannedRoutes(table, aSuite({ id: "other" }), NOW)).toEqual([]);
  });

  it("goes on comparing with the model that stood before an exception, and says so", () => {
    const override = { model: "m", from: "old", reason: "outage", by: "dana", until: "2026-12-01" };
    const table = RoutingSchema.parse({ ...routing({}), overrides: { r: override } });
    expect(plannedRoutes(table, aSuite(), NOW)[0]).toMatchObject({
      incumbent: "old",
      exception: "m serves by exception until 2026-12-01 (dana: outage); compared with old.",
    });
    const [late] = plannedRoutes(table, aSuite(), NOW + 30 * 86_400_000);
    expect(late?.exception).toBe(
      "m serves by an exception that ran out on 2026-12-01 (dana: outage); compared with old.",
    );
  });

  it("complains of a policy that is whole in no part", async () => {
    const table = routing({ policy: { objective: "best-within-budget" } });
    expect(await complaintOf(() => plannedRoutes(table, aSuite(), NOW))).toBe(
      'The policy of route "r" is not whole: maxCostRatio: best-within-budget needs maxCostRatio. Add it to the route, its profile or the suite.',
    );
    expect(plannedRoutes(table, aSuite({ policy: { maxCostRatio: 1.2 } }), NOW)[0]?.policy.maxCostRatio).toBe(1.2);
    const alone = aSuite({ policy: { objective: "best-within-budget" } });
    expect(await complaintOf(() => suitePolicy(alone))).toContain('The policy of suite "s" is not whole');
  });
});

import { describe, expect, it } from "vitest";
import { type Policy, PolicySchema } from "../domain/policy.ts";
import { type Routing, RoutingSchema } from "../domain/routing.ts";
import { diffRouting, loosenedText } from "./diff.ts";

const SUITE = { minSaving: 0.3, margin: 0.07 };

function policyOf(table: Routing, key: string): Policy {
  const route = table.routes[key];
  const profile = typeof route?.profile === "string" ? table.profiles[route.profile] : {};
  return PolicySchema.parse({ ...SUITE, ...profile, ...route?.policy });
}

const reading = {
  policyOf,
  provenModel: ({ routes, overrides }: Routing, key: string) => overrides[key]?.from ?? routes[key]?.model,
  modelChanged: (id: string) => id === "changed",
  renamed: (route: string) => route === "renamed",
};

function table(routes: Record<string, object>, more: object = {}): Routing {
  return RoutingSchema.parse({ version: 1, routes, ...more });
}

const ROUTE = { model: "a", suite: "s" };

function loosened(before: object, after: object, profiles: [object, object] = [{}, {}]): string[] | undefined {
  const old = table({ r: { ...ROUTE, profile: "p", ...before } }, { profiles: { p: profiles[0] } });
  const now = table({ r: { ...ROUTE, profile: "p", ...after } }, { profiles: { p: profiles[1] } });
  return diffRouting(old, now, reading)[0]?.loosened.map(loosenedText);
}

it("finds changed, new and removed routes, and leaves equal ones out", () => {
  const before = table({ same: ROUTE, changed: ROUTE, gone: ROUTE });
  const after = table({ fresh: ROUTE, changed: { ...ROUTE, model: "b" }, same: { suite: "s", model: "a" } });
  const changes = diffRouting(before, after, reading);
  expect(changes.map(({ route }) => route)).toEqual(["fresh", "changed", "gone"]);
  expect(changes.map(({ before: old, after: now }) => [old?.model, now?.model])).toEqual([
    [undefined, "a"],
    ["a", "b"],
    ["a", undefined],
  ]);
});

it("finds a route whose model, or fallback, is another one under the same id", () => {
  const unchanged = table({ r: { ...ROUTE, model: "changed" }, f: { ...ROUTE, fallbacks: ["changed"] }, s: ROUTE });
  expect(diffRouting(unchanged, unchanged, reading).map(({ route }) => route)).toEqual(["r", "f"]);
});

it("compares with the model that stood before an exception", () => {
  const override = { model: "b", from: "a", reason: "outage", by: "d", until: "2026-12-01" };
  const by = table({ r: { ...ROUTE, model: "b" } }, { overrides: { r: override } });
  const without = table({ r: { ...ROUTE, model: "b" } });
  expect(diffRouting(by, by, reading)).toEqual([]);
  expect(diffRouting(by, without, reading)[0]).toMatchObject({ before: { model: "a" }, after: { model: "b" } });
  expect(diffRouting(without, by, reading)[0]).toMatchObject({ before: { model: "b" }, override });
});

it("sees a policy that is looser than the one in force, whoever states it", () => {
  expect(loosened({}, { policy: { minSaving: 0.2 } })).toEqual(["minSaving 0.3 -> 0.2"]);
  expect(loosened({}, { policy: { margin: 0.1 } })).toEqual(["margin 0.07 -> 0.1"]);
  expect(loosened({ policy: { p95LatencyMs: 900 } }, {})).toEqual(["p95LatencyMs 900 -> no limit"]);
  expect(loosened({}, {}, [{ maxErrorRate: 0.01 }, { maxErrorRate: 0.05 }])).toEqual(["maxErrorRate 0.01 -> 0.05"]);
  expect(loosened({}, { policy: { acceptAdvisory: true } })).toEqual(["acceptAdvisory false -> true"]);
  expect(loosened({ policy: { requireCiRun: true } }, {})).toEqual(["requireCiRun true -> false"]);
  expect(loosened({}, { policy: { maxPriceAgeDays: 365 } })).toEqual(["maxPriceAgeDays 90 -> 365"]);
  expect(loosened({}, { policy: { objective: "best-within-budget", maxCostRatio: 2 } })).toEqual([
    "objective cheapest-good-enough -> best-within-budget",
  ]);
});

it("does not call a tighter policy loosened", () => {
  expect(loosened({}, { policy: { margin: 0.02, minSaving: 0.5, alpha: 0.01, p95LatencyMs: 900 } })).toBeUndefined();
});

it("finds an exception that says another model stood before it than did: the next change would rest on it", () => {
  const override = { model: "b", from: "a", reason: "outage", by: "d", until: "2026-12-01" };
  const misstated = (before: Routing, after: Routing) => diffRouting(before, after, reading)[0]?.misstated;
  const by = (model: string, changes: object = {}) =>
    table({ r: { ...ROUTE, model } }, { overrides: { r: { ...override, ...changes } } });
  const plain = (model: string) => table({ r: { ...ROUTE, model } });
  expect(misstated(plain("a"), by("b"))).toEqual([]);
  expect(misstated(plain("a"), by("b", { from: "c" }))).toEqual([
    "The exception says from: c, but a is the last model that was let through on evidence. Write from: a, or take the exception out.",
  ]);
  expect(misstated(plain("b"), by("b"))?.[0]).toMatch(/says from: a, but b is the last/);
  // One exception follows another: what was proven before the first stays.
  expect(misstated(by("b"), by("c", { model: "c" }))).toEqual([]);
  expect(misstated(by("b"), by("c", { model: "c", from: "b" }))?.[0]).toMatch(/says from: b, but a is the last/);
  expect(misstated(table({}), by("b"))).toEqual([
    "The exception says from: a, but nobody served this route before. Leave from out.",
  ]);
});

it("leaves out what is not judged: labels, volume, a stricter policy, and another way to write the same", () => {
  const before = table({ r: { ...ROUTE, volume: 5, policy: { margin: 0.1 } } });
  const after = table(
    { r: { ...ROUTE, volume: 9, tier: "worker", profile: "p", audience: "internal" } },
    { profiles: { p: { margin: 0.1 } } },
  );
  expect(diffRouting(before, after, reading)).toEqual([]);
  const tighter = table({ r: { ...ROUTE, policy: { margin: 0.02 } } });
  expect(diffRouting(before, tighter, reading)).toEqual([]);
});

describe("an exception that is taken out", () => {
  const signed = (fields: object) => ({ overrides: { r: { reason: "r", by: "d", until: "2026-12-01", ...fields } } });
  const margin = (value: number, more?: object) => table({ r: { ...ROUTE, policy: { margin: value } } }, more);
  const excepted = margin(0.1, signed({ policy: { margin: 0.1 }, was: { margin: 0.05 } }));
  const texts = (before: Routing, after: Routing) => diffRouting(before, after, reading)[0]?.loosened.map(loosenedText);

  it("leaves the policy to be judged against what was in force before it", () => {
    expect(diffRouting(excepted, excepted, reading)).toEqual([]);
    expect(texts(excepted, margin(0.1))).toEqual(["margin 0.05 -> 0.1"]);
    expect(texts(excepted, margin(0.09))).toEqual(["margin 0.05 -> 0.09"]);
    expect(texts(excepted, margin(0.05))).toEqual([]);
    const overtaken = margin(0.03, signed({ policy: { margin: 0.1 }, was: { margin: 0.05 } }));
    expect(texts(overtaken, margin(0.04))).toEqual(["margin 0.03 -> 0.04"]);
  });

  it("leaves fallbacks to be judged as if they were new", () => {
    const by = table({ r: { ...ROUTE, fallbacks: ["b", "c"] } }, signed({ fallbacks: ["b"] }));
    const without = table({ r: { ...ROUTE, fallbacks: ["b", "c"] } });
    expect(diffRouting(by, by, reading)).toEqual([]);
    expect(diffRouting(by, without, reading)[0]).toMatchObject({
      before: { fallbacks: ["c"] },
      after: { fallbacks: ["b", "c"] },
    });
  });

  it("has said truly what the values were", () => {
    const misstated = (before: Routing, after: Routing) => diffRouting(before, after, reading)[0]?.misstated;
    const was = (value: number) => margin(0.1, signed({ policy: { margin: 0.1 }, was: { margin: value } }));
    expect(misstated(margin(0.05), excepted)).toEqual([]);
    expect(misstated(margin(0.05), was(0.2))).toEqual([
      "The exception says was: { margin: 0.2 }, but before it stood 0.05. State what stood.",
    ]);
    // Renewed, it still says what stood before the first.
    expect(misstated(excepted, was(0.1))).toHaveLength(1);
    expect(misstated(table({}), excepted)).toHaveLength(1);
  });
});

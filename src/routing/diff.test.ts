import { expect, it } from "vitest";
import { type Policy, PolicySchema } from "../domain/policy.ts";
import { type Routing, RoutingSchema } from "../domain/routing.ts";
import { diffRouting } from "./diff.ts";

const SUITE = { minSaving: 0.3, margin: 0.07 };

function policyOf(table: Routing, key: string): Policy {
  const route = table.routes[key];
  const profile = route?.profile === undefined ? {} : table.profiles[route.profile];
  return PolicySchema.parse({ ...SUITE, ...profile, ...route?.policy });
}

function table(routes: Record<string, object>, profiles: Record<string, object> = {}): Routing {
  return RoutingSchema.parse({ version: 1, profiles, routes });
}

const ROUTE = { model: "a", suite: "s" };

function loosened(before: object, after: object, profiles: [object, object] = [{}, {}]): readonly string[] | undefined {
  const old = table({ r: { ...ROUTE, profile: "p", ...before } }, { p: profiles[0] });
  const now = table({ r: { ...ROUTE, profile: "p", ...after } }, { p: profiles[1] });
  return diffRouting(old, now, policyOf)[0]?.loosened;
}

it("finds changed, new and removed routes, and leaves equal ones out", () => {
  const before = table({ same: ROUTE, changed: ROUTE, gone: ROUTE });
  const after = table({ fresh: ROUTE, changed: { ...ROUTE, model: "b" }, same: ROUTE });
  const changes = diffRouting(before, after, policyOf);
  expect(changes.map(({ route }) => route)).toEqual(["fresh", "changed", "gone"]);
  expect(changes.map(({ before: old, after: now }) => [old?.model, now?.model])).toEqual([
    [undefined, "a"],
    ["a", "b"],
    ["a", undefined],
  ]);
});

it("sees a policy that is looser than the one in force, whoever states it", () => {
  expect(loosened({}, { policy: { minSaving: 0.2 } })).toEqual(["minSaving 0.3 -> 0.2"]);
  expect(loosened({}, { policy: { margin: 0.1 } })).toEqual(["margin 0.07 -> 0.1"]);
  expect(loosened({ policy: { p95LatencyMs: 900 } }, {})).toEqual(["p95LatencyMs 900 -> no limit"]);
  expect(loosened({}, {}, [{ maxErrorRate: 0.01 }, { maxErrorRate: 0.05 }])).toEqual(["maxErrorRate 0.01 -> 0.05"]);
  expect(loosened({}, { policy: { acceptAdvisory: true } })).toEqual(["acceptAdvisory false -> true"]);
  expect(loosened({}, { policy: { objective: "best-within-budget", maxCostRatio: 2 } })).toEqual([
    "objective cheapest-good-enough -> best-within-budget",
  ]);
});

it("does not call a tighter policy loosened", () => {
  expect(loosened({}, { policy: { margin: 0.02, minSaving: 0.5, alpha: 0.01, p95LatencyMs: 900 } })).toEqual([]);
});

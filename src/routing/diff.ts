import type { Policy } from "../domain/policy.ts";
import type { Route, Routing } from "../domain/routing.ts";

/** One route that two versions of a table treat differently. */
export interface RouteChange {
  readonly route: string;
  readonly before: Route | undefined;
  readonly after: Route | undefined;
  /** What the new policy lets pass that the old one did not, in words. */
  readonly loosened: readonly string[];
}

/**
 * The routes that differ, in the order of the new table, removed ones last.
 * @param policyOf the policy in force for a route of a table: suite, then profile, then the route's own
 */
export function diffRouting(
  before: Routing,
  after: Routing,
  policyOf: (table: Routing, route: string) => Policy,
): RouteChange[] {
  const names = [...new Set([...Object.keys(after.routes), ...Object.keys(before.routes)])];
  return names.flatMap((route) => {
    const old = before.routes[route];
    const now = after.routes[route];
    const loosened =
      old === undefined || now === undefined ? [] : loosenings(policyOf(before, route), policyOf(after, route));
    const same = JSON.stringify(old) === JSON.stringify(now) && loosened.length === 0;
    return same ? [] : [{ route, before: old, after: now, loosened }];
  });
}

type Limit = "alpha" | "margin" | "maxErrorRate" | "maxEvidenceAgeDays" | "maxCostRatio" | "p95LatencyMs";
const HIGHER_IS_LOOSER: readonly Limit[] = [
  "alpha",
  "margin",
  "maxErrorRate",
  "maxEvidenceAgeDays",
  "maxCostRatio",
  "p95LatencyMs",
];
const LOWER_IS_LOOSER = ["minSaving", "minDaysToRetirement"] as const;

function loosenings(before: Policy, after: Policy): string[] {
  const found: string[] = [];
  for (const name of HIGHER_IS_LOOSER) {
    const old = before[name];
    const now = after[name];
    if (old !== undefined && (now === undefined || now > old)) found.push(`${name} ${old} -> ${now ?? "no limit"}`);
  }
  for (const name of LOWER_IS_LOOSER) {
    if (after[name] < before[name]) found.push(`${name} ${before[name]} -> ${after[name]}`);
  }
  if (after.acceptAdvisory && !before.acceptAdvisory) found.push("acceptAdvisory false -> true");
  if (after.objective !== before.objective) found.push(`objective ${before.objective} -> ${after.objective}`);
  return found;
}

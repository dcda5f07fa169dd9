import { type PolicyPatch, PolicySchema } from "../domain/policy.ts";
import type { Route, Routing } from "../domain/routing.ts";

/** One route that two versions of a table treat differently. */
export interface RouteChange {
  readonly route: string;
  readonly before: Route | undefined;
  readonly after: Route | undefined;
  /** What the new policy lets pass that the old one did not, in words. */
  readonly loosened: readonly string[];
}

/** The routes that differ, in the order of the new table, removed ones last. */
export function diffRouting(before: Routing, after: Routing): RouteChange[] {
  const names = [...new Set([...Object.keys(after.routes), ...Object.keys(before.routes)])];
  return names.flatMap((route) => {
    const old = before.routes[route];
    const now = after.routes[route];
    const loosened =
      old === undefined || now === undefined ? [] : loosenings(statedPolicy(before, old), statedPolicy(after, now));
    const same = JSON.stringify(old) === JSON.stringify(now) && loosened.length === 0;
    return same ? [] : [{ route, before: old, after: now, loosened }];
  });
}

/** The policy that a table states for a route: profile, then the route's own. A suite's values are not in it. */
function statedPolicy(table: Routing, route: Route): PolicyPatch {
  return { ...(route.profile === undefined ? {} : table.profiles[route.profile]), ...route.policy };
}

const DEFAULTS = PolicySchema.parse({});
type Limit = "alpha" | "margin" | "maxErrorRate" | "maxEvidenceAgeDays" | "maxCostRatio" | "p95LatencyMs";
const HIGHER_IS_LOOSER: readonly Limit[] = [
  "alpha",
  "margin",
  "maxErrorRate",
  "maxEvidenceAgeDays",
  "maxCostRatio",
  "p95LatencyMs",
];

function loosenings(before: PolicyPatch, after: PolicyPatch): string[] {
  const found: string[] = [];
  for (const name of HIGHER_IS_LOOSER) {
    // A margin that no table states comes from the suite, so stating one counts as a change only against a stated one.
    const old = before[name] ?? (name === "margin" ? undefined : DEFAULTS[name]);
    const now = after[name] ?? (name === "margin" ? undefined : DEFAULTS[name]);
    if (old !== undefined && (now === undefined || now > old)) found.push(`${name} ${old} -> ${now ?? "no limit"}`);
    else if (old === undefined && now !== undefined && name === "margin") found.push(`margin of the suite -> ${now}`);
  }
  const saving = [before.minSaving, after.minSaving].map((value) => value ?? DEFAULTS.minSaving) as [number, number];
  if (saving[1] < saving[0]) found.push(`minSaving ${saving[0]} -> ${saving[1]}`);
  const days = [before.minDaysToRetirement, after.minDaysToRetirement].map(
    (value) => value ?? DEFAULTS.minDaysToRetirement,
  ) as [number, number];
  if (days[1] < days[0]) found.push(`minDaysToRetirement ${days[0]} -> ${days[1]}`);
  if (after.acceptAdvisory === true && before.acceptAdvisory !== true) found.push("acceptAdvisory -> true");
  if ((before.objective ?? DEFAULTS.objective) !== (after.objective ?? DEFAULTS.objective)) {
    found.push(`objective ${before.objective ?? DEFAULTS.objective} -> ${after.objective ?? DEFAULTS.objective}`);
  }
  return found;
}

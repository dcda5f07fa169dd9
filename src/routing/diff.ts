import { isDeepStrictEqual } from "node:util";
import type { Policy } from "../domain/policy.ts";
import type { Override, Route, Routing } from "../domain/routing.ts";

/** One route that two versions of a table treat differently. */
export interface RouteChange {
  readonly route: string;
  /** With the last model that was let through on evidence, in the place of one by exception. */
  readonly before: Route | undefined;
  readonly after: Route | undefined;
  /** What the new policy lets pass that the old one did not: fields, old and new values. */
  readonly loosened: readonly Loosened[];
  /** The exception that the new table makes for it. */
  readonly override: Override | undefined;
  /** Where that exception says something else stood before it than did, as sentences. */
  readonly misstated: readonly string[];
}

/** A value of a policy that is looser than it was; undefined where there is no limit any more. */
export interface Loosened {
  readonly name: keyof Policy;
  readonly before: Policy[keyof Policy];
  readonly after: Policy[keyof Policy];
}

/** What decides how a table is compared. */
interface Reading {
  /** The policy in force for a route of a table: suite, then profiles, then the route's own. */
  readonly policyOf: (table: Routing, route: string) => Policy;
  /** The last model of a route that was let through on evidence. */
  readonly provenModel: (table: Routing, route: string) => string | undefined;
  /** Whether a model is asked for another way than before, under the same id. */
  readonly modelChanged: (id: string) => boolean;
  /** Whether a model of a route goes by another name in its file, which the catalogue does not know for the same. */
  readonly renamed: (route: string) => boolean;
}

/** The routes that differ, in the order of the new table, removed ones last. */
export function diffRouting(before: Routing, after: Routing, reading: Reading): RouteChange[] {
  const names = [...new Set([...Object.keys(after.routes), ...Object.keys(before.routes)])];
  return names.flatMap((route) => {
    const old = before.routes[route];
    const now = after.routes[route];
    const override = after.overrides[route];
    const loosened =
      old === undefined || now === undefined
        ? []
        : loosenings(reading.policyOf(before, route), reading.policyOf(after, route));
    const same =
      isDeepStrictEqual(old, now) &&
      isDeepStrictEqual(before.overrides[route], override) &&
      loosened.length === 0 &&
      now !== undefined &&
      !reading.renamed(route) &&
      ![now.model, ...now.fallbacks].some(reading.modelChanged);
    if (same) return [];
    const proven = old === undefined ? undefined : { ...old, model: reading.provenModel(before, route) ?? old.model };
    const misstated = now === undefined ? [] : misstatements(override, proven?.model);
    return [{ route, before: proven, after: now, loosened, override, misstated }];
  });
}

// Runs, and the change that takes the exception out, rest on its `from`: whoever could state any model there would switch to it unjudged.
function misstatements({ from }: Partial<Override> = {}, proven: string | undefined): string[] {
  if (from === undefined || from === proven) return [];
  if (proven === undefined)
    return [`The exception says from: ${from}, but nobody served this route before. Leave from out.`];
  return [
    `The exception says from: ${from}, but ${proven} is the last model that was let through on evidence. Write from: ${proven}, or take the exception out.`,
  ];
}

const HIGHER_IS_LOOSER = [
  "alpha",
  "margin",
  "maxErrorRate",
  "maxEvidenceAgeDays",
  "maxCostRatio",
  "p95LatencyMs",
  "maxPriceAgeDays",
] as const satisfies readonly (keyof Policy)[];
const LOWER_IS_LOOSER = ["minSaving", "minDaysToRetirement"] as const satisfies readonly (keyof Policy)[];

function loosenings(before: Policy, after: Policy): Loosened[] {
  const looser = (name: keyof Policy): Loosened => ({ name, before: before[name], after: after[name] });
  return [
    ...HIGHER_IS_LOOSER.filter((name) => {
      const [old, now] = [before[name], after[name]];
      return old !== undefined && (now === undefined || now > old);
    }).map(looser),
    ...LOWER_IS_LOOSER.filter((name) => after[name] < before[name]).map(looser),
    ...(after.acceptAdvisory && !before.acceptAdvisory ? [looser("acceptAdvisory")] : []),
    ...(before.requireCiRun && !after.requireCiRun ? [looser("requireCiRun")] : []),
    ...(after.objective === before.objective ? [] : [looser("objective")]),
  ];
}

/** `margin 0.05 -> 0.1`. */
export function loosenedText({ name, before, after }: Loosened): string {
  return `${name} ${before} -> ${after ?? "no limit"}`;
}

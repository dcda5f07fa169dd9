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

/** The routes that differ in what is judged, in the order of the new table, removed ones last. */
export function diffRouting(before: Routing, after: Routing, reading: Reading): RouteChange[] {
  const names = [...new Set([...Object.keys(after.routes), ...Object.keys(before.routes)])];
  return names.flatMap((route): RouteChange[] => {
    const old = before.routes[route];
    const now = after.routes[route];
    const override = after.overrides[route];
    if (old === undefined || now === undefined) {
      const stated = now === undefined ? [] : misstatements(override, { model: undefined, policy: undefined });
      return [
        {
          route,
          before: old && provenRoute(before, route, reading),
          after: now,
          loosened: [],
          override,
          misstated: stated,
        },
      ];
    }
    const [policy, policyNow] = [reading.policyOf(before, route), reading.policyOf(after, route)];
    const same =
      isDeepStrictEqual(judgedFields(old), judgedFields(now)) &&
      loosenings(policy, policyNow).length === 0 &&
      isDeepStrictEqual(before.overrides[route], override) &&
      !reading.renamed(route) &&
      ![now.model, ...now.fallbacks].some(reading.modelChanged);
    if (same) return [];
    const proven = provenRoute(before, route, reading);
    // What the table before states by exception does not stand on its own.
    const stood: Policy = Object.assign({ ...policy }, before.overrides[route]?.was);
    const loosened = loosenings(stood, policyNow);
    // An exception may have been overtaken by a stricter rule.
    const others = loosenings(policy, policyNow).filter(({ name }) => !loosened.some((each) => each.name === name));
    return [
      {
        route,
        before: proven,
        after: now,
        loosened: [...loosened, ...others],
        override,
        misstated: misstatements(override, { model: proven?.model, policy: stood }),
      },
    ];
  });
}

/** What of a route is judged. The rest are labels, and the forecast's volume; of its rules what counts is the policy in force. */
function judgedFields({ model, fallbacks, params, fallbackParams, suite, slice }: Route) {
  return { model, fallbacks, params, fallbackParams, suite, slice };
}

/** A route as it stood on evidence: without what an exception lets through. */
function provenRoute(table: Routing, route: string, { provenModel }: Reading): Route | undefined {
  const found = table.routes[route];
  if (found === undefined) return undefined;
  const excepted = table.overrides[route]?.fallbacks ?? [];
  const fallbacks = found.fallbacks.filter((id) => !excepted.includes(id));
  return { ...found, fallbacks, model: provenModel(table, route) ?? found.model };
}

// Runs, and the change that takes the exception out, rest on what stood before it: whoever could state anything there would get any change through unjudged.
function misstatements(
  { from, was = {} }: Partial<Override> = {},
  proven: { readonly model: string | undefined; readonly policy: Policy | undefined },
): string[] {
  const { model, policy } = proven;
  const found: string[] = [];
  if (from !== undefined && model === undefined) {
    found.push(`The exception says from: ${from}, but nobody served this route before. Leave from out.`);
  } else if (from !== undefined && from !== model) {
    const what = `The exception says from: ${from}, but ${model} is the last model that was let through on evidence.`;
    found.push(`${what} Write from: ${model}, or take the exception out.`);
  }
  for (const [name, value] of Object.entries(was)) {
    const stood = policy?.[name as keyof Policy];
    if (value === stood) continue;
    found.push(
      `The exception says was: { ${name}: ${value} }, but before it stood ${stood ?? "no limit"}. State what stood.`,
    );
  }
  return found;
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

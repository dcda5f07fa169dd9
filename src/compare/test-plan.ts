import type { LookKind } from "../domain/ledger.ts";
import type { Manifest, PlannedRoute, Run } from "../domain/run.ts";
import { bettingShare, type Look, lookPlan } from "../stats/looks.ts";
import { groupCases } from "./groups.ts";

/** Test A is for at most so many cases. */
const MOST_EXACT = 500;

/** What is fixed about a comparison before any answer is seen. */
export interface TestPlan {
  /** `exact` is test A, `betting` test B of docs/statistics.md. */
  readonly test: "exact" | "betting";
  /** Right-or-wrong answers, one a case: the exact test can take any number of them. */
  readonly rightOrWrong: boolean;
  readonly margin: number;
  /** The slice's planned number of units; at least 1. */
  readonly plannedN: number;
  /** Its planned number of cases. */
  readonly plannedCases: number;
  /** Looks of the exact test, and of cost and latency beside either test. None: no share of alpha is left. */
  readonly looks: readonly Look[];
  /** Share of alpha that the betting test is held to; 0 where none is left. */
  readonly bettingShare: number;
  /** What kind of look this is, counted over the key. */
  readonly look: { readonly kind: LookKind; readonly j: number };
  /** The family's alpha over its size: sizes the bets of test B. */
  readonly plannedAlpha: number;
}

/** The comparisons that share alpha, and how much of it there is. */
export interface Family {
  readonly size: number;
  /** The strictest of the routes': false approvals are counted over the whole family. */
  readonly alpha: number;
}

/** A route, and its named slices as routes of their own: `triage [language=de]`. */
export function withSlices(route: PlannedRoute): PlannedRoute[] {
  const { slices = [], ...whole } = route;
  const named = slices.map((slice) => {
    const tags = Object.entries(slice).map(([tag, value]) => `${tag}=${value}`);
    return { ...whole, route: `${route.route} [${tags.join(", ")}]`, slice: { ...route.slice, ...slice } };
  });
  return [route, ...named];
}

/** Every route (or slice) with every candidate but its incumbent, chosen or not: known as soon as the run is planned. */
export function familyOf({ routes, candidates }: Pick<Manifest, "routes" | "candidates">): Family {
  const compared = routes.flatMap(withSlices).filter(({ incumbent }) => candidates.some(({ id }) => id === incumbent));
  return {
    size: compared.length * (candidates.length - 1),
    alpha: Math.min(...routes.map(({ policy }) => policy.alpha)),
  };
}

/** How a route will be tested: fixed by the plan alone, never by the answers. */
export function testPlanOf(
  run: Pick<Run, "cases" | "manifest">,
  route: PlannedRoute,
  caseIndices: readonly number[],
): TestPlan {
  const units = groupCases(run.cases, caseIndices);
  const { suite, repeats } = run.manifest;
  const rightOrWrong = suite.scale === "binary" && repeats === 1 && units.length === caseIndices.length;
  const family = familyOf(run.manifest);
  return {
    test: rightOrWrong && caseIndices.length <= MOST_EXACT ? "exact" : "betting",
    rightOrWrong,
    margin: route.policy.objective === "best-within-budget" ? 0 : route.policy.margin,
    plannedN: Math.max(1, units.length),
    plannedCases: caseIndices.length,
    looks: caseIndices.length === 0 ? [] : lookPlan(caseIndices.length),
    bettingShare: caseIndices.length === 0 ? 0 : bettingShare(caseIndices.length),
    look: { kind: "planned", j: 0 },
    plannedAlpha: family.alpha / Math.max(1, family.size),
  };
}

import type { Decision } from "../domain/decision.ts";
import type { Run } from "../domain/run.ts";
import type { Assumption } from "../domain/suite.ts";
import { bettingPower, exactPower } from "../stats/power.ts";
import { casesFor, marginFor, seenLast, type Truth } from "./needs.ts";
import { casesOf } from "./pairs.ts";
import { familyOf, testPlanOf } from "./test-plan.ts";

const SIMULATIONS = 1_000;

/** What a plan can prove for one route. */
export interface RoutePower {
  readonly route: string;
  readonly cases: number;
  readonly test: "exact" | "betting";
  readonly margin: number;
  /** Comparisons that share alpha. */
  readonly family: number;
  /** Chance of approving a candidate that is exactly as good, at the strictest Holm level (alpha / family). */
  readonly power: number;
  /** Fewest cases (steps of 10) with 80 % power, one look, at that level; null beyond 2,000. */
  readonly casesNeeded: number | null;
  /** Smallest margin that the cases show with 80 % power, one look; null where none does. */
  readonly resolvableMargin: number | null;
  readonly assumption: string;
  /** By candidate: what was seen last time, and the cases that would take. Null where nothing was seen. */
  readonly candidates: readonly {
    readonly candidate: string;
    readonly last: { readonly difference: number; readonly casesNeeded: number | null } | null;
  }[];
}

/** Expected when a suite says nothing: three in a hundred pairs go either way, or grades that differ by 20 points. */
const DEFAULTS = { binary: { win: 0.03, loss: 0.03 }, graded: { sd: 0.2 } } as const;

/**
 * The power of every route of a plan, at no difference and at the one seen last time, after Holm. Calls nothing; simulates
 * test B with the given stream.
 */
export function powerOf(
  run: Pick<Run, "cases" | "manifest">,
  assume: Assumption | undefined,
  { random, last }: { readonly random: (route: string) => () => number; readonly last?: Decision | undefined },
): RoutePower[] {
  const { routes, suite, candidates } = run.manifest;
  const { size: family } = familyOf(run.manifest);
  const assumed = assume ?? DEFAULTS[suite.scale];
  return routes.map((route) => {
    const cases = casesOf(run, route.slice);
    const plan = testPlanOf(run, route, cases);
    const { margin, test, looks, plannedN, plannedAlpha: alpha } = plan;
    const rates = "sd" in assumed ? { win: assumed.sd ** 2 / 2, loss: assumed.sd ** 2 / 2 } : assumed;
    const sd = "sd" in assumed ? assumed.sd : Math.sqrt(assumed.win + assumed.loss);
    const draw = (next: () => number) => gradedDraw(sd, next);
    const truth: Truth = { test, alpha, rates, draw, random: random(route.route) };
    const common = { route: route.route, cases: cases.length, test, margin, family };
    const others = candidates.filter(({ id }) => id !== route.incumbent).map(({ id }) => id);
    if (cases.length === 0) {
      const nothing = others.map((candidate) => ({ candidate, last: null }));
      const none = { power: 0, casesNeeded: null, resolvableMargin: null, candidates: nothing };
      return { ...common, ...none, assumption: "no case carries the slice's tags" };
    }
    const seen = (candidate: string) => {
      const found = seenLast(last, route.route, candidate);
      if (found === null) return null;
      const { difference, win, loss } = found;
      const shifted = (next: () => number) => Math.max(-1, Math.min(1, gradedDraw(sd, next) + difference));
      const again = { ...truth, rates: { win, loss }, draw: shifted, random: random(`${route.route} ${candidate}`) };
      return { difference, casesNeeded: difference <= -margin ? null : casesFor(margin, again) };
    };
    return {
      ...common,
      power:
        test === "exact"
          ? exactPower({ ...rates, margin, alpha, n: cases.length, looks })
          : bettingPower({
              n: plannedN,
              draw,
              margin,
              alpha,
              rejectAt: alpha * plan.bettingShare,
              simulations: SIMULATIONS,
              random: random(route.route),
            }),
      casesNeeded: casesFor(margin, truth),
      resolvableMargin: marginFor(test === "exact" ? cases.length : plannedN, truth),
      assumption:
        test === "exact"
          ? `${percent(rates.win)} of pairs won, ${percent(rates.loss)} lost`
          : `differences of SD ${sd.toFixed(2)}`,
      candidates: others.map((candidate) => ({ candidate, last: seen(candidate) })),
    };
  });
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}

// Symmetric and within [-1, 1], with the SD asked for. A triangle as long as it fits (the sum of two uniforms on [-a/2, a/2]
// has SD a / sqrt 6); a larger SD is that of pairs won and lost outright.
function gradedDraw(sd: number, random: () => number): number {
  const reach = sd * Math.sqrt(6);
  if (reach <= 1) return (random() + random() - 1) * reach;
  const drawn = random();
  if (drawn >= sd ** 2) return 0;
  return drawn < sd ** 2 / 2 ? 1 : -1;
}

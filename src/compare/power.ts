import type { PlannedRoute, Run } from "../domain/run.ts";
import type { Assumption } from "../domain/suite.ts";
import { bettingPower, casesForPower, exactPower } from "../stats/power.ts";
import { testPlanOf } from "./decide.ts";
import { casesOf } from "./pairs.ts";

const SIMULATIONS = 1_000;
const TARGET = 0.8;

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
  /** Fewest cases (steps of 10) with 80 % power, one look, at that level; null beyond 500, or for test B. */
  readonly casesNeeded: number | null;
  readonly assumption: string;
}

/** Expected when a suite says nothing: three in a hundred pairs go either way, or grades that differ by 20 points. */
const DEFAULTS = { binary: { win: 0.03, loss: 0.03 }, graded: { sd: 0.2 } } as const;

/** The power of every route of a plan, at no difference, after Holm. Calls nothing; simulates test B with the given stream. */
export function powerOf(
  run: Pick<Run, "cases" | "manifest">,
  assume: Assumption | undefined,
  random: (route: string) => () => number,
): RoutePower[] {
  const { routes, candidates, suite } = run.manifest;
  const family = routes.length * Math.max(1, candidates.length - 1);
  const strictest = Math.min(...routes.map(({ policy }) => policy.alpha));
  return routes.map((route: PlannedRoute) => {
    const cases = casesOf(run as Run, route.slice);
    const plan = testPlanOf(run, route, cases);
    const alpha = strictest / family;
    const common = { route: route.route, cases: cases.length, test: plan.test, margin: plan.margin, family };
    const assumed = assume ?? DEFAULTS[suite.scale];
    if (plan.plannedN === 0)
      return { ...common, power: 0, casesNeeded: null, assumption: "no case carries the slice's tags" };
    if (plan.test === "exact") {
      const rates = "sd" in assumed ? { win: assumed.sd ** 2 / 2, loss: assumed.sd ** 2 / 2 } : assumed;
      const scenario = { ...rates, margin: plan.margin, alpha };
      return {
        ...common,
        power: exactPower({ ...scenario, n: cases.length, looks: plan.looks }),
        casesNeeded: casesForPower({ ...scenario, target: TARGET }),
        assumption: `${percent(rates.win)} of pairs won, ${percent(rates.loss)} lost`,
      };
    }
    const sd = "sd" in assumed ? assumed.sd : Math.sqrt(assumed.win + assumed.loss);
    const power = bettingPower({
      n: plan.plannedN,
      draw: (next) => gradedDraw(sd, next),
      margin: plan.margin,
      alpha,
      simulations: SIMULATIONS,
      random: random(route.route),
    });
    return { ...common, power, casesNeeded: null, assumption: `differences of SD ${sd.toFixed(2)}` };
  });
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}

// A symmetric triangular difference: bounded like real grades, with the SD asked for (SD of the sum of two uniforms on [-a/2, a/2] is a / sqrt 6).
function gradedDraw(sd: number, random: () => number): number {
  const reach = sd * Math.sqrt(6);
  const drawn = (random() + random() - 1) * reach;
  return Math.max(-1, Math.min(1, drawn));
}

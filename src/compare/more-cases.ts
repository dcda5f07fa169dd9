import { bettingTest } from "../stats/betting.ts";
import { confirmShare, laterShare, lookPlan } from "../stats/looks.ts";
import { normalQuantile } from "../stats/special.ts";
import { tangoZ } from "../stats/tango.ts";
import { imputed, observed, type QualityUnit } from "./pairs.ts";
import { countPairs, differencesOf } from "./quality.ts";
import type { TestPlan } from "./test-plan.ts";

const POWER = 0.8;
const SIMULATIONS = 200;
/** Looks that test A is tried at. A comparison that needs more wants another margin, not more cases. */
const EXACT_STEPS = [25, 50, 75, 100, 150, 200, 250, 300, 400, 500, 700, 1_000];
/** Test A rejects from a score on that lies above the normal quantile by about so much, whatever the n. */
const EXACT_OVER_NORMAL = 0.1;
/** Test B is simulated up to so many times the planned number; the short horizon first, since it often suffices. */
const BETTING_HORIZONS = [1, 6];

interface MoreCases {
  /** More cases until 80 % of continuations approve, if new ones behave as those seen. Null: none up to the limit. */
  readonly atObserved: number | null;
  /** The same, if the two models are equally good and differ as often as seen. */
  readonly atNoDifference: number | null;
}

/**
 * How many more cases would settle what quality leaves open. Those observed stay, what is missing stays missing, and new
 * units are drawn from the observed ones.
 *
 * Test A spends what the plan leaves for a top-up; test B goes on. Where no share is left (a plan of fewer than 100 cases, a
 * re-run of one), the number is of new cases that stand alone, at the level of a first confirmation.
 *
 * @param alpha the Holm level of the comparison
 * @param random seeded, in [0, 1)
 */
export function moreCases(
  units: readonly QualityUnit[],
  plan: TestPlan,
  alpha: number,
  random: () => number,
): MoreCases | null {
  const seen = observed(units);
  if (seen.length === 0) return null;
  const draw = () => seen[Math.floor(random() * seen.length)] as (typeof seen)[number];
  const needed = (twist: (difference: number) => number): number | null => {
    const next = () => twist(draw().difference);
    const more =
      plan.test === "exact" ? neededExact(units, plan, alpha, next) : neededBetting(units, plan, alpha, next);
    return more === null ? null : Math.ceil((more * seen.reduce((sum, { cases }) => sum + cases, 0)) / seen.length);
  };
  return {
    atObserved: needed((difference) => difference),
    // Without a margin to spare, nobody shows a gain that is not there.
    atNoDifference: plan.margin > 0 ? needed((difference) => (random() < 0.5 ? difference : -difference)) : null,
  };
}

type Draw = () => number;

function neededExact(units: readonly QualityUnit[], plan: TestPlan, alpha: number, draw: Draw): number | null {
  const later = laterShare(plan.look.j + 1, plan.plannedCases);
  const afresh = later === 0;
  const start = afresh ? { wins: 0, losses: 0, n: 0 } : countPairs(imputed(units, -1));
  const runs = Array.from({ length: SIMULATIONS }, () => ({ ...start }));
  for (const more of EXACT_STEPS) {
    for (const run of runs) continueTo(start.n + more, run, draw);
    const share = afresh ? (lookPlan(more).at(-1)?.share ?? 1) * confirmShare(1) : later;
    const border = normalQuantile(1 - alpha * share) + EXACT_OVER_NORMAL;
    const approved = runs.filter((counts) => tangoZ({ ...counts, margin: plan.margin }) >= border).length;
    if (approved >= POWER * SIMULATIONS) return more;
  }
  return null;
}

function continueTo(n: number, run: { wins: number; losses: number; n: number }, draw: Draw): void {
  for (; run.n < n; run.n++) {
    const difference = draw();
    if (difference > 0) run.wins += 1;
    else if (difference < 0) run.losses += 1;
  }
}

// The process is sequential, so each continuation has a unit at which it crosses: the answer is their 80th percentile.
function neededBetting(units: readonly QualityUnit[], plan: TestPlan, alpha: number, draw: Draw): number | null {
  const afresh = plan.bettingShare === 0;
  const start = afresh ? [] : differencesOf(imputed(units, -1));
  const from = start.length;
  const threshold = -Math.log(alpha * (afresh ? confirmShare(1) : plan.bettingShare));
  for (const horizon of BETTING_HORIZONS) {
    const length = from + horizon * plan.plannedN;
    const differences = new Float64Array(length);
    differences.set(start);
    const crossings: number[] = [];
    for (let run = 0; run < SIMULATIONS; run++) {
      for (let at = from; at < length; at++) differences[at] = draw();
      const { margin, plannedN, plannedAlpha } = plan;
      const { logE, maxLogE } = bettingTest(differences, { margin, plannedN, alpha: plannedAlpha });
      if (maxLogE >= threshold) crossings.push(logE.findIndex((value) => value >= threshold) + 1 - from);
    }
    const needed = crossings.sort((a, b) => a - b)[Math.ceil(POWER * SIMULATIONS) - 1];
    if (needed !== undefined) return Math.max(1, needed);
  }
  return null;
}

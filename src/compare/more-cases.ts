import { bettingTest } from "../stats/betting.ts";
import { topUpShare } from "../stats/looks.ts";
import { criticalWins } from "../stats/power.ts";
import { observed, type Unit } from "./pairs.ts";
import { countPairs, type TestPlan } from "./quality.ts";

const POWER = 0.8;
const SIMULATIONS = 200;
/** Test A is computed up to here; a comparison that needs more wants another margin, not more cases. */
const MOST_EXACT = 500;
const EXACT_STEPS = [25, 50, 75, 100, 150, 200, 250, 300, 400];
/** Test B is simulated up to so many times the planned number. */
const MOST_BETTING = 6;

interface MoreCases {
  /** More units until 80 % of continuations approve, if new ones behave as those seen. Null: none up to the limit. */
  readonly atObserved: number | null;
  /** The same, if the two models are equally good and differ as often as seen. */
  readonly atNoDifference: number | null;
}

/**
 * How many more units would settle an open comparison: those observed stay, new ones are drawn from them.
 * @param alpha the Holm level of the comparison; a top-up look has its own small share of it
 * @param random seeded, in [0, 1)
 */
export function moreCases(
  units: readonly Unit[],
  plan: TestPlan,
  alpha: number,
  random: () => number,
): MoreCases | null {
  const seen = observed(units).map(({ difference }) => difference);
  if (seen.length === 0) return null;
  const needed = plan.test === "exact" ? neededExact : neededBetting;
  return {
    atObserved: needed(units, plan, alpha, random, (draw) => draw),
    atNoDifference: needed(units, plan, alpha, random, (draw) => (random() < 0.5 ? draw : -draw)),
  };
}

type Twist = (difference: number) => number;

function neededExact(
  units: readonly Unit[],
  plan: TestPlan,
  alpha: number,
  random: () => number,
  twist: Twist,
): number | null {
  const start = countPairs(units);
  const seen = observed(units).map(({ difference }) => difference);
  const runs = Array.from({ length: SIMULATIONS }, () => ({ wins: start.wins, losses: start.losses, n: start.n }));
  for (const more of EXACT_STEPS) {
    const n = start.n + more;
    if (n > MOST_EXACT) return null;
    const critical = criticalWins({ n, margin: plan.margin, alpha: alpha * topUpShare(1) });
    let approved = 0;
    for (const run of runs) {
      for (; run.n < n; run.n++) {
        const drawn = twist(seen[Math.floor(random() * seen.length)] as number);
        if (drawn > 0) run.wins += 1;
        else if (drawn < 0) run.losses += 1;
      }
      if (run.wins >= (critical[run.losses] as number)) approved += 1;
    }
    if (approved >= POWER * SIMULATIONS) return more;
  }
  return null;
}

// The process is sequential, so each continuation has a unit at which it crosses: the answer is their 80th percentile.
function neededBetting(
  units: readonly Unit[],
  plan: TestPlan,
  alpha: number,
  random: () => number,
  twist: Twist,
): number | null {
  const seen = observed(units).map(({ difference }) => difference);
  const most = seen.length + MOST_BETTING * plan.plannedN;
  const threshold = -Math.log(alpha);
  const crossings: number[] = [];
  for (let run = 0; run < SIMULATIONS; run++) {
    const differences = Float64Array.from({ length: most }, (_, index) =>
      index < seen.length ? (seen[index] as number) : twist(seen[Math.floor(random() * seen.length)] as number),
    );
    const { logE } = bettingTest(differences, {
      margin: plan.margin,
      plannedN: plan.plannedN,
      alpha: plan.plannedAlpha,
    });
    const crossed = logE.findIndex((value) => value >= threshold);
    crossings.push(crossed < 0 ? Number.POSITIVE_INFINITY : crossed + 1 - seen.length);
  }
  crossings.sort((a, b) => a - b);
  const needed = crossings[Math.ceil(POWER * SIMULATIONS) - 1] as number;
  return Number.isFinite(needed) ? Math.max(1, needed) : null;
}

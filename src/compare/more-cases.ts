import { BettingProcess } from "../stats/betting.ts";
import { confirmShare, laterShare, lookPlan } from "../stats/looks.ts";
import { borderOf, chanceToReach } from "../stats/power.ts";
import { differencesOf, imputed, type PairedUnits } from "./pairs.ts";
import { countPairs } from "./quality.ts";
import type { TestPlan } from "./test-plan.ts";

const POWER = 0.8;
const SIMULATIONS = 200;
/** Looks that test A is tried at. A comparison that needs more wants another margin, not more cases. */
const EXACT_STEPS = [25, 50, 75, 100, 150, 200, 250, 300, 400, 500, 700, 1_000];
/** Test B is simulated up to so many times the planned number. */
const BETTING_HORIZON = 6;

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
export function moreCases(units: PairedUnits, plan: TestPlan, alpha: number, random: () => number): MoreCases | null {
  const seen = differencesOf(units);
  if (seen.length === 0) return null;
  const isSeen = (unit: number) => !Number.isNaN(units.differences[unit]);
  const casesAUnit = units.cases.reduce((sum, cases, unit) => (isSeen(unit) ? sum + cases : sum), 0) / seen.length;
  const inCases = (more: number | null) => (more === null ? null : Math.ceil(more * casesAUnit));
  const draw = () => seen[Math.floor(random() * seen.length)] as number;
  const needed = (even: boolean): number | null => {
    if (plan.test === "exact") return neededExact(units, plan, { alpha, even });
    return neededBetting(units, plan, { alpha, draw: even ? () => (random() < 0.5 ? draw() : -draw()) : draw });
  };
  return {
    atObserved: inCases(needed(false)),
    // Without a margin to spare, nobody shows a gain that is not there.
    atNoDifference: plan.margin > 0 ? inCases(needed(true)) : null,
  };
}

// New pairs are won and lost at the rates seen (or, if the models are even, both at the mean of these): the chance that
// they and the old ones reach the border together is a sum over outcomes, nothing is drawn.
function neededExact(
  units: PairedUnits,
  plan: TestPlan,
  { alpha, even }: { readonly alpha: number; readonly even: boolean },
): number | null {
  const seen = countPairs(units);
  const [up, down] = [seen.wins / seen.n, seen.losses / seen.n];
  const [win, loss] = even ? [(up + down) / 2, (up + down) / 2] : [up, down];
  const later = laterShare(plan.look.j + 1, plan.plannedCases);
  const afresh = later === 0;
  const start = afresh ? { wins: 0, losses: 0, n: 0 } : countPairs(imputed(units, -1));
  for (const more of EXACT_STEPS) {
    const share = afresh ? (lookPlan(more).at(-1)?.share ?? 1) * confirmShare(1) : later;
    if (chanceToReach(borderOf(alpha * share), { start, more, win, loss, margin: plan.margin }) >= POWER) return more;
  }
  return null;
}

// The process is sequential, so each continuation has a unit at which it crosses: the answer is their 80th percentile.
function neededBetting(
  units: PairedUnits,
  { margin, plannedN, plannedAlpha, bettingShare }: TestPlan,
  { alpha, draw }: { readonly alpha: number; readonly draw: () => number },
): number | null {
  const afresh = bettingShare === 0;
  const start = new BettingProcess({ margin, plannedN, alpha: plannedAlpha });
  for (const difference of afresh ? [] : differencesOf(imputed(units, -1))) start.add(difference);
  const threshold = -Math.log(alpha * (afresh ? confirmShare(1) : bettingShare));
  const crossings: number[] = [];
  for (let run = 1; run <= SIMULATIONS; run++) {
    const process = start.copy();
    let more = 0;
    while (process.maxLogE < threshold && more < BETTING_HORIZON * plannedN) {
      process.add(draw());
      more++;
    }
    if (process.maxLogE >= threshold) crossings.push(more);
    // So many have failed that the rest cannot make up four in five.
    else if (run - crossings.length > (1 - POWER) * SIMULATIONS) return null;
  }
  const needed = crossings.sort((a, b) => a - b)[Math.ceil(POWER * SIMULATIONS) - 1];
  return needed === undefined ? null : Math.max(1, needed);
}

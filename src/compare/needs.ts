import type { Decision } from "../domain/decision.ts";
import { bettingPower, casesForPower, chanceToApprove } from "../stats/power.ts";

const TARGET = 0.8;
const SIMULATIONS = 300;
const STEP = 10;
/** Beyond this the answer is another margin, not more cases. */
const MOST_CASES = 2_000;
const MARGINS = [0.005, 0.5] as const;

/** What a comparison is planned for. */
export interface Truth {
  readonly test: "exact" | "betting";
  /** One-sided: the family's alpha over its size. */
  readonly alpha: number;
  /** Rates of pairs won and lost, for the exact test. */
  readonly rates: { readonly win: number; readonly loss: number };
  /** A difference drawn from the truth, for the betting test. */
  readonly draw: (random: () => number) => number;
  readonly random: () => number;
}

function powerAt(n: number, margin: number, { test, alpha, rates, draw, random }: Truth): number {
  if (test === "exact") return chanceToApprove({ ...rates, n, margin, alpha });
  return bettingPower({ n, draw, margin, alpha, simulations: SIMULATIONS, random });
}

/** Fewest cases (steps of 10) that approve with 80 % chance, in one look; null where 2,000 do not. */
export function casesFor(margin: number, truth: Truth): number | null {
  const exact =
    truth.test === "exact" ? casesForPower({ ...truth.rates, margin, alpha: truth.alpha, target: TARGET }) : null;
  if (exact !== null) return exact;
  let no = 0;
  let yes = MOST_CASES / STEP;
  if (powerAt(MOST_CASES, margin, truth) < TARGET) return null;
  while (yes - no > 1) {
    const middle = Math.floor((yes + no) / 2);
    if (powerAt(middle * STEP, margin, truth) >= TARGET) yes = middle;
    else no = middle;
  }
  return yes * STEP;
}

/** Smallest margin (to half a point) that n cases show with 80 % chance, in one look; null where none does. */
export function marginFor(n: number, truth: Truth): number | null {
  let [no, yes]: [number, number] = [...MARGINS];
  if (powerAt(n, yes, truth) < TARGET) return null;
  while (yes - no > 0.0025) {
    const middle = (yes + no) / 2;
    if (powerAt(n, middle, truth) >= TARGET) yes = middle;
    else no = middle;
  }
  return yes;
}

/** What the last decision of a suite saw of one comparison. */
export function seenLast(
  last: Decision | undefined,
  route: string,
  candidate: string,
): { readonly difference: number; readonly win: number; readonly loss: number } | null {
  const comparison = last?.routes
    .find((each) => each.route === route)
    ?.comparisons.find((each) => each.candidate === candidate);
  if (comparison?.quality == null || comparison.n === 0) return null;
  const { quality, wins, losses, n } = comparison;
  return { difference: quality.value, win: wins / n, loss: losses / n };
}

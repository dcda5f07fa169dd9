import { seededRandom } from "../../src/cli/world.ts";
import { BettingProcess } from "../../src/stats/betting.ts";
import { exactNonInferiority } from "../../src/stats/exact.ts";
import { futileBinary, futileGraded } from "../../src/stats/futility.ts";
import { bettingShare, type Look, lookPlan } from "../../src/stats/looks.ts";

export const EVALUATIONS = 2_000;
/** 2,000 evaluations at 5 %, and 3.2 standard errors: more approvals of a true null are a defect. */
export const MOST_FALSE = 131;
export const ALPHA = 0.05;
export const MARGIN = 0.05;

/** One row of the tables. */
export interface Row {
  readonly scenario: string;
  readonly approved: number;
  /** Mean units used and units planned, where collecting may stop early. */
  readonly used?: { readonly mean: number; readonly planned: number };
  /** Approvals allowed; `null` for a row that shows what we do not do. */
  readonly most?: number | null;
  readonly least?: number;
  readonly mostUsed?: number;
}

export interface Outcome {
  readonly approved: boolean;
  readonly used?: number;
}

type Stream = () => number;

/** Runs a scenario 2,000 times, with a stream that its name seeds. */
export function simulate(
  scenario: string,
  once: (random: Stream) => Outcome,
  bounds: Pick<Row, "most" | "least" | "mostUsed"> & { readonly planned?: number } = { most: MOST_FALSE },
): Row {
  const random = seededRandom("bench:decisions")(scenario);
  let approved = 0;
  let used = 0;
  for (let evaluation = 0; evaluation < EVALUATIONS; evaluation++) {
    const outcome = once(random);
    if (outcome.approved) approved++;
    used += outcome.used ?? 0;
  }
  const { planned, ...limits } = bounds;
  return {
    scenario,
    approved,
    ...limits,
    ...(planned === undefined ? {} : { used: { mean: used / EVALUATIONS, planned } }),
  };
}

const known = new Map<string, number>();

/** Test A, remembered: 2,000 runs meet the same counts again and again. */
export function exactP(counts: { wins: number; losses: number; n: number }, margin = MARGIN): number {
  const key = `${counts.wins} ${counts.losses} ${counts.n} ${margin}`;
  const p = known.get(key) ?? exactNonInferiority({ ...counts, margin });
  known.set(key, p);
  return p;
}

/** A pair: 1 won, -1 lost, 0 tied. */
export function pair(win: number, loss: number, random: Stream): number {
  const drawn = random();
  return drawn < win ? 1 : drawn < win + loss ? -1 : 0;
}

/** Counts of the first n pairs. */
export function countsOf(pairs: readonly number[], n = pairs.length) {
  let wins = 0;
  let losses = 0;
  for (let at = 0; at < n; at++) {
    if (pairs[at] === 1) wins++;
    else if (pairs[at] === -1) losses++;
  }
  return { wins, losses, n };
}

/** The exact test at its looks, stopping at the first that approves, or (every ten pairs from 20) where it is futile. */
export function runExact(
  random: Stream,
  plan: {
    readonly win: number;
    readonly loss: number;
    readonly n: number;
    readonly looks?: readonly Look[];
    readonly stops?: boolean;
  },
): Outcome {
  const { win, loss, n, looks = lookPlan(n), stops = true } = plan;
  const pairs: number[] = [];
  const due = new Map(looks.map((look) => [look.n, look.share]));
  while (pairs.length < n) {
    pairs.push(pair(win, loss, random));
    const counts = countsOf(pairs);
    const share = due.get(pairs.length);
    if (share !== undefined && exactP(counts) <= ALPHA * share) return { approved: true, used: pairs.length };
    if (stops && pairs.length >= 20 && pairs.length % 10 === 0 && futileBinary({ ...counts, margin: MARGIN })) break;
  }
  return { approved: false, used: pairs.length };
}

/** The betting test over n units, stopping where it approves or is futile. */
export function runBetting(
  random: Stream,
  plan: { readonly draw: (random: Stream) => number; readonly n: number; readonly stops?: boolean },
): Outcome {
  const { draw, n, stops = false } = plan;
  const process = new BettingProcess({ margin: MARGIN, plannedN: n, alpha: ALPHA });
  const needed = -Math.log(ALPHA * bettingShare(n));
  const seen: number[] = [];
  while (seen.length < n) {
    const d = draw(random);
    seen.push(d);
    if (process.add(d) >= needed) return { approved: true, used: seen.length };
    if (stops && seen.length >= 20 && seen.length % 10 === 0 && futileGraded(seen, MARGIN)) break;
  }
  return { approved: false, used: seen.length };
}

/** Tiny gains and six total failures in a hundred: mean -0.05. */
export const rareFailures = (random: Stream): number => (random() < 0.06 ? -1 : 0.01 / 0.94);
/** Gains of 0.1 in 85 of a hundred, losses of 0.9 in the others: mean -0.05. */
export const skewed = (random: Stream): number => (random() < 0.85 ? 0.1 : -0.9);
/** Rubric scores in steps of a quarter: mean -0.05. */
export const rubric = (random: Stream): number => {
  const drawn = random();
  return drawn < 0.1 ? 0.25 : drawn < 0.38 ? -0.25 : drawn < 0.385 ? -1 : 0;
};
/** About normal. */
export function gauss(random: Stream): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

import type { Trust } from "../domain/decision.ts";
import { hasSay } from "../domain/quality.ts";
import type { PlannedRoute, Run } from "../domain/run.ts";
import { agreement, type Rated } from "../stats/agreement.ts";
import type { Estimate } from "../stats/interval.ts";
import { type Calibrated, calibrate, type LabelStratum } from "../stats/ppi.ts";
import {
  commonVote,
  type JudgedPair,
  judgedPairs,
  labelsOf,
  type PairClass,
  type PairQuestion,
} from "./label-pairs.ts";
import type { QualityResult } from "./quality.ts";

/** Fewer labels than this calibrate nothing. */
const LEAST_LABELS = 100;
/** What a judge must reach to be listened to (docs/judges.md). */
const LEAST = { ac1: 0.6, correlation: 0.5, swap: 0.8 } as const;
/** Labels are looked at once: of alpha, a fifth is left for a look that is never taken. */
const LOOK_FACTOR = 1.25;

/** Quality of one comparison as people see it: their net preference, from -1 to 1. */
export interface Calibration {
  readonly trust: Trust;
  /** Estimate and p at a two-sided level; null where there are too few labels for one. */
  readonly at: (level: number) => Calibrated | null;
  /** Whether going on is pointless, even if all that is missing had gone the candidate's way. */
  readonly futile: boolean;
}

/** Whether people's labels carry the verdict. */
export function carries(calibration: Calibration | undefined): calibration is Calibration {
  return calibration !== undefined && calibration.trust.problems.length === 0;
}

/** What the labels prove: one look, with its share of alpha. */
export function calibratedQuality({ trust, at }: Calibration): QualityResult {
  const p = at(0.9)?.p ?? 1;
  return { p: Math.min(1, LOOK_FACTOR * p), looks: [{ n: trust.labels, share: 1 / LOOK_FACTOR, p }], path: [] };
}

/** The net preference, with the interval that agrees with the test at the one-sided level `alpha`. */
export function calibratedEstimate({ at }: Calibration, alpha: number): Estimate | null {
  return at(1 - (2 * alpha) / LOOK_FACTOR)?.estimate ?? null;
}

/** Whether a label is any use to this run: simulated verdicts stay simulated, exact scores need no people. */
export function needsPeople({ manifest }: Pick<Run, "manifest">): boolean {
  return (
    manifest.source !== "simulated" && manifest.scorers.some((scorer) => hasSay(scorer) && scorer.certainty !== "exact")
  );
}

/**
 * What labels say of one comparison. Undefined where the run has none, or where its cases hang together in clusters
 * (labels on cases of one document are no independent draws).
 * @param collected the cases that the verdict rests on, in test order
 */
export function calibrationOf(
  run: Run,
  route: PlannedRoute,
  pair: Pick<PairQuestion, "incumbentIndex" | "candidateIndex"> & { readonly collected: readonly number[] },
): Calibration | undefined {
  const question = { ...pair, caseIndices: pair.collected, margin: route.policy.margin };
  if (!needsPeople(run) || run.people === undefined || hangTogether(run, pair.collected)) return undefined;
  const trust = trustOf(run, question, route.policy.alpha);
  if (trust.labels === 0) return undefined;
  const margin = route.policy.objective === "best-within-budget" ? 0 : route.policy.margin;
  const strata = strataOf(run, question, -1);
  const at = (level: number) => calibrate(strata, { margin, level });
  const hopeful = calibrate(strataOf(run, question, 1), { margin, level: 0.9 });
  const result = at(0.9);
  const problems = result === null ? [...trust.problems, "some kinds of pairs have no labels yet"] : trust.problems;
  return {
    trust: { ...trust, problems },
    at,
    futile: (hopeful?.estimate.interval?.high ?? 1) < -margin,
  };
}

/** How far people and scores agree, over the labels that were drawn at random, each weighing as many pairs as it stands for. */
export function trustOf(run: Run, question: PairQuestion, alpha: number): Trust {
  const { margin } = question;
  const { rated, open } = ratedPairs(run, question);
  const labelsNeeded = Math.max(LEAST_LABELS, Math.ceil(Math.log(alpha) / Math.log(1 - margin)));
  const ofAgreement = (measure: "ac1" | "kappa") => {
    const estimate = agreement(rated, { measure, categories: 3, level: 0.95 });
    return estimate === null || estimate.interval !== null
      ? estimate
      : { ...estimate, why: "the labels show no spread" };
  };
  const facts = {
    labels: rated.length,
    labelsNeeded,
    ac1: ofAgreement("ac1"),
    kappa: ofAgreement("kappa"),
    correlation: correlation(rated),
    bias: rated.length === 0 ? null : weightedMean(rated.map(({ f, y, weight }) => ({ value: f - y, weight }))),
    swap: run.people?.swap ?? null,
  };
  const kin = run.manifest.judge?.related === true ? ["the judge is of a compared model's family"] : [];
  return { ...facts, problems: [...kin, ...problemsOf(facts, { margin, open })] };
}

/** A pair that people voted on and that was drawn at random. */
export interface RatedPair extends Rated {
  readonly caseIndex: number;
  /** The run's own verdict. */
  readonly f: PairClass;
  /** Mean of people's votes. */
  readonly y: number;
  /** How many pairs of its stratum it stands for. */
  readonly weight: number;
}

/** The drawn pairs with the run's verdict and people's, each as 0, 1 or 2: loss, tie or win. `open`: how many could be asked about. */
export function ratedPairs(run: Run, question: PairQuestion): { readonly rated: RatedPair[]; readonly open: number } {
  const pairs = judgedPairs(run, question).filter(({ known }) => known === null);
  const labels = labelsOf(run.people, question);
  const drawn = pairs.flatMap((pair) => {
    const label = labels.get(pair.caseIndex);
    return label?.drawn === true ? [{ pair, votes: label.votes }] : [];
  });
  const sizes = countBy(pairs);
  const heard = countBy(drawn.map(({ pair }) => pair));
  const rated = drawn.map(({ pair, votes }) => ({
    caseIndex: pair.caseIndex,
    f: pair.judged,
    y: mean(votes),
    weight: (sizes.get(pair.stratum) ?? 0) / (heard.get(pair.stratum) ?? 1),
    ratings: [pair.judged + 1, commonVote(votes) + 1],
  }));
  return { rated, open: pairs.length };
}

function problemsOf(
  { labels, labelsNeeded, ac1, correlation, bias, swap }: Omit<Trust, "problems">,
  { margin, open }: { readonly margin: number; readonly open: number },
): string[] {
  const decimals = (value: number) => value.toFixed(2);
  const order =
    swap === null || swap.kept >= LEAST.swap * swap.of
      ? []
      : [`only ${swap.kept} of ${swap.of} verdicts stay when the answers change places`];
  const few =
    labels >= labelsNeeded
      ? []
      : open < labelsNeeded
        ? [`${labelsNeeded} labels are needed, and only ${open} pairs of the run can be told apart`]
        : [`${labelsNeeded - labels} more labels are needed (${labels} of ${labelsNeeded})`];
  // Of nothing, nothing more can be said.
  if (labels === 0) return [...few, ...order];
  return [
    ...few,
    ...(ac1 !== null && ac1.value >= LEAST.ac1
      ? []
      : [`agreement with people (AC1) is ${ac1 === null ? "unknown" : decimals(ac1.value)}, below ${LEAST.ac1}`]),
    ...(correlation !== null && correlation >= LEAST.correlation
      ? []
      : [
          `correlation with people is ${correlation === null ? "unknown" : decimals(correlation)}, below ${LEAST.correlation}`,
        ]),
    ...(bias !== null && Math.abs(bias) <= margin / 2
      ? []
      : [
          `it favours one side by ${bias === null ? "an unknown amount" : `${(100 * Math.abs(bias)).toFixed(1)} points`}, more than half the margin`,
        ]),
    ...order,
  ];
}

/** The pairs by stratum. What is missing counts as `missing` says: -1 against the candidate, 1 for it. */
function strataOf(run: Run, question: PairQuestion, missing: -1 | 1): LabelStratum[] {
  const labels = labelsOf(run.people, question);
  const groups = Map.groupBy(judgedPairs(run, question), ({ stratum }) => stratum);
  return [...groups.values()].map((pairs) => {
    const labelled: { y: number; f: number }[] = [];
    const unlabelled: number[] = [];
    for (const pair of pairs) {
      const label = labels.get(pair.caseIndex);
      const y = pair.missing ? missing : (pair.known ?? (label?.drawn === true ? mean(label.votes) : null));
      if (y === null) unlabelled.push(pair.judged);
      else labelled.push({ y, f: pair.missing ? missing : pair.judged });
    }
    return { labelled, unlabelled };
  });
}

function hangTogether({ cases }: Run, caseIndices: readonly number[]): boolean {
  const clusters = caseIndices.flatMap((index) => cases.at(index)?.clusterId ?? []);
  return new Set(clusters).size < clusters.length;
}

function countBy(pairs: readonly JudgedPair[]): Map<JudgedPair["stratum"], number> {
  return new Map([...Map.groupBy(pairs, ({ stratum }) => stratum)].map(([stratum, of]) => [stratum, of.length]));
}

interface Weighted {
  readonly value: number;
  readonly weight: number;
}

function weightedMean(values: readonly Weighted[]): number {
  const total = values.reduce((sum, { weight }) => sum + weight, 0);
  return values.reduce((sum, { value, weight }) => sum + value * weight, 0) / total;
}

// Pearson's, weighted. Null where one of the two never changes.
function correlation(
  rated: readonly { readonly f: number; readonly y: number; readonly weight: number }[],
): number | null {
  if (rated.length < 2) return null;
  const middleF = weightedMean(rated.map(({ f, weight }) => ({ value: f, weight })));
  const middleY = weightedMean(rated.map(({ y, weight }) => ({ value: y, weight })));
  const over = (of: (each: { f: number; y: number }) => number) =>
    weightedMean(rated.map(({ f, y, weight }) => ({ value: of({ f: f - middleF, y: y - middleY }), weight })));
  const spread = Math.sqrt(over(({ f }) => f * f) * over(({ y }) => y * y));
  return spread < 1e-12 ? null : over(({ f, y }) => f * y) / spread;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

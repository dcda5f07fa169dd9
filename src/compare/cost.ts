import type { Condition, Estimate } from "../domain/decision.ts";
import type { Policy } from "../domain/policy.ts";
import { costOf } from "../domain/price.ts";
import type { PlannedCandidate } from "../domain/run.ts";
import { type Look, sequentialP } from "../stats/looks.ts";
import { clusteredMean, sumOf } from "../stats/mean.ts";
import { fieller, type PairedCosts, savingTester } from "../stats/ratio.ts";
import { keep } from "./columns.ts";
import { FAIL_LEVEL } from "./conditions.ts";
import { orWhy } from "./estimates.ts";
import { countUpTo, type PairedUnits } from "./pairs.ts";
import { isAnswer } from "./table.ts";

const RATIO_LEVEL = 0.9;
const MONTHLY_LEVEL = 0.95;
const DAYS_A_MONTH = 30;

/** What a switch costs: the condition, the ratio of means, and the saving a month at the route's volume. */
export interface CostResult {
  readonly condition: Condition;
  /** The condition at each of the other savings that were asked for. */
  readonly atSavings: readonly Condition[];
  readonly ratio: Estimate | null;
  readonly monthlySaving: Estimate | null;
}

/** Least fall of mean cost that the policy asks for; negative where it allows a rise. */
function leastSaving(policy: Policy): number {
  return policy.objective === "best-within-budget" ? 1 - (policy.maxCostRatio ?? 1) : policy.minSaving;
}

/** Tests that the candidate's mean cost has fallen enough, at the declared looks. Never says `holds`: that takes the Holm level. */
export function judgeCost(
  units: PairedUnits,
  plan: {
    readonly looks: readonly Look[];
    readonly policy: Policy;
    readonly candidate: PlannedCandidate;
    /** Calls a day. */
    readonly volume: number | null;
    /** Other least savings that are asked about. */
    readonly savings?: readonly number[];
  },
): CostResult {
  const { savings = [] } = plan;
  const unknown = (why: string) => {
    const condition: Condition = { name: "cost", state: "unknown", p: null, why };
    return { condition, atSavings: savings.map(() => condition), ratio: null, monthlySaving: null };
  };
  const costs = costsOf(units);
  const n = costs.candidate.length;
  if (n === 0) return unknown("no answers");
  let unpriced = 0;
  for (const [at, usd] of costs.candidate.entries()) {
    if (Number.isNaN(usd) || Number.isNaN(costs.incumbent[at])) unpriced += 1;
  }
  if (unpriced > 0) return unknown(`${unpriced} of ${n} cases have no known cost`);
  const { value, interval } = fieller({ ...costs, level: RATIO_LEVEL });
  const test = costTest(units, costs, plan);
  const tested =
    test === undefined
      ? unknown("it reasons or was cut off, and no token limit with a price says what an answer can cost")
      : { condition: test(leastSaving(plan.policy)), atSavings: savings.map(test) };
  return {
    ...tested,
    ratio: value === null ? null : ratioOf(value, interval, n),
    monthlySaving: plan.volume === null ? null : savingPerMonth(units, plan.volume),
  };
}

function ratioOf(value: number, interval: Estimate["interval"], n: number): Estimate {
  if (interval !== null) return { value, interval, n };
  return { value, interval, n, why: n < 2 ? "a single pair" : "the incumbent's mean cost could be 0" };
}

interface Costs extends PairedCosts {
  readonly candidate: Float64Array;
  readonly incumbent: Float64Array;
}

/** Costs of the units with answers of both models, in test order; the columns themselves where all have. Read only. */
function costsOf({ answered, candidateUsd, incumbentUsd }: PairedUnits): Costs {
  if (!answered.includes(0)) return { candidate: candidateUsd, incumbent: incumbentUsd };
  const isAnswered = (_: number, unit: number) => (answered[unit] as number) > 0;
  return { candidate: keep(candidateUsd, isAnswered), incumbent: keep(incumbentUsd, isAnswered) };
}

/** Those of the first so many units. */
function costsUpTo({ answered }: PairedUnits, { candidate, incumbent }: Costs, units: number): Costs {
  let count = 0;
  for (let unit = 0; unit < units; unit++) if ((answered[unit] as number) > 0) count += 1;
  return { candidate: candidate.subarray(0, count), incumbent: incumbent.subarray(0, count) };
}

/** The condition at any least saving: what the tests read is gathered once. Undefined where it cannot be tested. */
function costTest(
  units: PairedUnits,
  costs: Costs,
  plan: { readonly looks: readonly Look[]; readonly candidate: PlannedCandidate },
): ((minSaving: number) => Condition) | undefined {
  const guard = heavyTail(units, costs.incumbent, plan.candidate);
  if (guard === "unknown") return undefined;
  const samples = plan.looks.flatMap(({ n, share }) => {
    const seen = costsUpTo(units, costs, countUpTo(units.places, n));
    if (seen.candidate.length < 2) return [];
    return [{ tester: savingTester(guard === undefined ? seen : withPair(seen, guard)), share }];
  });
  const all = savingTester(costs);
  return (minSaving) => {
    const tested = samples.map(({ tester, share }) => ({ p: tester.saves(minSaving), share }));
    // What the policy allows lies below what the candidate costs.
    const fails = all.exceeds(minSaving) <= 1 - FAIL_LEVEL;
    return { name: "cost", state: fails ? "fails" : "open", p: sequentialP(tested) };
  };
}

function withPair({ candidate, incumbent }: Costs, pair: PseudoPair): Costs {
  return { candidate: appended(candidate, pair.candidateUsd), incumbent: appended(incumbent, pair.incumbentUsd) };
}

function appended(values: Float64Array, value: number): Float64Array {
  const longer = new Float64Array(values.length + 1);
  longer.set(values);
  longer[values.length] = value;
  return longer;
}

interface PseudoPair {
  readonly candidateUsd: number;
  readonly incumbentUsd: number;
}

// A model that reasons, or is cut off, can cost far more than any answer seen so far: one pseudo-pair stands for it, a unit
// whose every answer runs to the token limit.
function heavyTail(
  units: PairedUnits,
  incumbent: Float64Array,
  candidate: PlannedCandidate,
): PseudoPair | "unknown" | undefined {
  let isHeavy = false;
  const inputs = { sum: 0, count: 0 };
  for (let unit = 0; unit < units.length; unit++) {
    if (units.answered[unit] === 0) continue;
    for (const trial of units.candidateTrials(unit)) {
      if (!isAnswer(trial)) continue;
      if (trial.capped || (trial.reasoningTokens ?? 0) > 0) isHeavy = true;
      if (trial.inputTokens === null) continue;
      inputs.sum += trial.inputTokens;
      inputs.count += 1;
    }
  }
  if (!isHeavy) return undefined;
  const { maxTokens } = candidate.params;
  if (maxTokens === undefined) return "unknown";
  const freshInput = Math.ceil(inputs.sum / Math.max(1, inputs.count));
  const atCap = costOf({ freshInput, visibleOutput: maxTokens }, candidate.model);
  if (atCap === undefined) return "unknown";
  const cases = units.answered.reduce((sum, answered) => sum + answered, 0);
  const incumbentUsd = sumOf(incumbent) / incumbent.length;
  return { candidateUsd: (atCap * cases) / incumbent.length, incumbentUsd };
}

function savingPerMonth({ length, answered, candidateUsd, incumbentUsd }: PairedUnits, volume: number): Estimate {
  const calls = volume * DAYS_A_MONTH;
  // Every call of a unit at the unit's mean: the mean over calls and its clustered error come out the same.
  const savings = Array.from({ length }, (_, unit) => {
    const of = answered[unit] as number;
    const saved = (incumbentUsd[unit] as number) - (candidateUsd[unit] as number);
    return new Array<number>(of).fill(saved / of);
  });
  const { value, interval, n } = clusteredMean(
    savings.filter(({ length }) => length > 0),
    MONTHLY_LEVEL,
  );
  const scale = (bound: number | null) => (bound === null ? null : bound * calls);
  return orWhy({
    value: value * calls,
    interval: interval === null ? null : { ...interval, low: scale(interval.low), high: scale(interval.high) },
    n,
  });
}

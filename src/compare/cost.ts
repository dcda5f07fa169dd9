import type { Condition, Estimate } from "../domain/decision.ts";
import type { Policy } from "../domain/policy.ts";
import { costOf } from "../domain/price.ts";
import type { PlannedCandidate } from "../domain/run.ts";
import { type Look, sequentialP } from "../stats/looks.ts";
import { clusteredMean } from "../stats/mean.ts";
import { fieller, savingTest, savingTester } from "../stats/ratio.ts";
import { FAIL_LEVEL } from "./conditions.ts";
import { candidateTrials, type Unit } from "./pairs.ts";
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
  units: readonly Unit[],
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
  const answered = units.filter((unit) => unit.answered > 0);
  const priced = answered.filter(isPriced);
  const unknown = (why: string) => {
    const condition: Condition = { name: "cost", state: "unknown", p: null, why };
    return { condition, atSavings: savings.map(() => condition), ratio: null, monthlySaving: null };
  };
  if (answered.length === 0) return unknown("no answers");
  if (priced.length < answered.length) {
    return unknown(`${answered.length - priced.length} of ${answered.length} cases have no known cost`);
  }
  const { value, interval } = fieller({ ...costsOf(priced), level: RATIO_LEVEL });
  const test = costTest(priced, plan);
  const tested =
    test === undefined
      ? unknown("it reasons or was cut off, and no token limit with a price says what an answer can cost")
      : { condition: test(leastSaving(plan.policy)), atSavings: savings.map(test) };
  return {
    ...tested,
    ratio: value === null ? null : ratioOf(value, interval, priced.length),
    monthlySaving: plan.volume === null ? null : savingPerMonth(priced, plan.volume),
  };
}

function ratioOf(value: number, interval: Estimate["interval"], n: number): Estimate {
  if (interval !== null) return { value, interval, n };
  return { value, interval, n, why: n < 2 ? "a single pair" : "the incumbent's mean cost could be 0" };
}

type PricedUnit = Unit & { readonly candidateUsd: number; readonly incumbentUsd: number };

function isPriced(unit: Unit): unit is PricedUnit {
  return unit.candidateUsd !== null && unit.incumbentUsd !== null;
}

function costsOf(units: readonly PricedUnit[]): { candidate: number[]; incumbent: number[] } {
  return {
    candidate: units.map(({ candidateUsd }) => candidateUsd),
    incumbent: units.map(({ incumbentUsd }) => incumbentUsd),
  };
}

/** The condition at any least saving: what the tests read is gathered once. Undefined where it cannot be tested. */
function costTest(
  units: readonly PricedUnit[],
  { looks, candidate: model }: { readonly looks: readonly Look[]; readonly candidate: PlannedCandidate },
): ((minSaving: number) => Condition) | undefined {
  const guard = heavyTail(units, model);
  if (guard === "unknown") return undefined;
  const { candidate, incumbent } = costsOf(units);
  const samples = looks.flatMap(({ n, share }) => {
    const seen = costsOf(units.filter(({ place }) => place <= n));
    if (seen.candidate.length < 2) return [];
    if (guard !== undefined) {
      seen.candidate.push(guard.candidateUsd);
      seen.incumbent.push(guard.incumbentUsd);
    }
    return [{ test: savingTester(seen), share }];
  });
  return (minSaving) => {
    const tested = samples.map(({ test, share }) => ({ p: test(minSaving), share }));
    const allowed = incumbent.map((cost) => (1 - minSaving) * cost);
    // The same test with the sides exchanged: what the policy allows lies below what the candidate costs.
    const fails = savingTest({ candidate: allowed, incumbent: candidate, minSaving: 0 }) <= 1 - FAIL_LEVEL;
    return { name: "cost", state: fails ? "fails" : "open", p: sequentialP(tested) };
  };
}

interface PseudoPair {
  readonly candidateUsd: number;
  readonly incumbentUsd: number;
}

// A model that reasons, or is cut off, can cost far more than any answer seen so far: one pseudo-pair stands for it, a unit
// whose every answer runs to the token limit.
function heavyTail(units: readonly PricedUnit[], candidate: PlannedCandidate): PseudoPair | "unknown" | undefined {
  let isHeavy = false;
  const inputs = { sum: 0, count: 0 };
  for (const trial of candidateTrials(units)) {
    if (!isAnswer(trial)) continue;
    if (trial.capped || (trial.reasoningTokens ?? 0) > 0) isHeavy = true;
    if (trial.inputTokens === null) continue;
    inputs.sum += trial.inputTokens;
    inputs.count += 1;
  }
  if (!isHeavy) return undefined;
  const { maxTokens } = candidate.params;
  if (maxTokens === undefined) return "unknown";
  const freshInput = Math.ceil(inputs.sum / Math.max(1, inputs.count));
  const atCap = costOf({ freshInput, visibleOutput: maxTokens }, candidate.model);
  if (atCap === undefined) return "unknown";
  const cases = units.reduce((sum, { answered }) => sum + answered, 0);
  const incumbentUsd = units.reduce((sum, unit) => sum + unit.incumbentUsd, 0) / units.length;
  return { candidateUsd: (atCap * cases) / units.length, incumbentUsd };
}

function savingPerMonth(units: readonly PricedUnit[], volume: number): Estimate {
  const calls = volume * DAYS_A_MONTH;
  // Every call of a unit at the unit's mean: the mean over calls and its clustered error come out the same.
  const { value, interval, n } = clusteredMean(
    units.map(({ candidateUsd, incumbentUsd, answered }) =>
      new Array<number>(answered).fill((incumbentUsd - candidateUsd) / answered),
    ),
    MONTHLY_LEVEL,
  );
  const scale = (bound: number | null) => (bound === null ? null : bound * calls);
  return {
    value: value * calls,
    interval: interval === null ? null : { ...interval, low: scale(interval.low), high: scale(interval.high) },
    n,
  };
}

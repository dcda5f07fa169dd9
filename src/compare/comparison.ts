import type { Comparison, Condition, Estimate } from "../domain/decision.ts";
import { Growing } from "../domain/growing.ts";
import type { Policy } from "../domain/policy.ts";
import type { PlannedRoute, Run, TrialNumbers } from "../domain/run.ts";
import type { CellStops, StopGrid } from "../domain/stops.ts";
import type { Random } from "../ports.ts";
import { sumOf } from "../stats/mean.ts";
import { quantile, quantileRatioInterval } from "../stats/quantile.ts";
import { type Calibration, calibratedEstimate, calibratedQuality, calibrationOf, carries } from "./calibration.ts";
import { judgeErrors, judgeLatency } from "./conditions.ts";
import { type CostResult, judgeCost } from "./cost.ts";
import { type Groups, groupCases } from "./groups.ts";
import { estimateQuality } from "./interval.ts";
import type { LookPlan } from "./ledger.ts";
import { cellPlan, type Ledger } from "./ledger-entries.ts";
import { isHopeless, qualityAtMargins } from "./margins.ts";
import { moreCases } from "./more-cases.ts";
import { casesOf, collectedOf, imputed, type PairedUnits, pairUnits } from "./pairs.ts";
import { unrelatedRows } from "./panel.ts";
import { countPairs, type QualityResult, testQuality } from "./quality.ts";
import { largestP, settle } from "./settle.ts";
import type { Standing } from "./standings.ts";
import { mean, type Table } from "./table.ts";
import { testPlanOf } from "./test-plan.ts";

/** True mean quality of every candidate on every case, by candidate id: known for a simulated fleet alone. */
export type Truth = ReadonlyMap<string, ArrayLike<number>>;

/** One cell of the family: a route and a candidate for it, with everything that does not depend on the others. */
export interface Cell {
  readonly route: PlannedRoute;
  readonly candidate: string;
  readonly plan: LookPlan;
  /** Shows its units, which are made anew at each call and released after it: those of one comparison at a time are enough to hold. */
  readonly units: <T>(read: (units: PairedUnits) => T) => T;
  /** All its units, collected or not; made anew at each call. */
  readonly groups: () => Groups;
  /** How many cases these are of. */
  readonly cases: number;
  readonly quality: QualityResult;
  /** What people's labels say of it; undefined where there are none. */
  readonly calibration: Calibration | undefined;
  /** p with everything that is missing counted against the candidate. */
  readonly pessimisticP: number;
  readonly cost: CostResult;
  /** All but quality. */
  readonly others: readonly Condition[];
  /** What enters Holm: the largest p of the conditions; 1 where one is unknown or does not hold. */
  readonly p: number;
  /** The same question at other margins and savings, where these were asked about. */
  readonly stops: CellStops | undefined;
}

/** What cells are made of. */
interface CellSource {
  readonly run: Run;
  readonly table: Table;
  readonly ledger: Ledger | undefined;
  /** Other margins and savings that are asked about. */
  readonly grid?: StopGrid | undefined;
  /** Sizes the bets where the family is not that of the run. */
  readonly plannedAlpha?: number;
}

/** The cells of a route, one for each candidate; none where the incumbent does not run. */
export function cellsOf(route: PlannedRoute, source: CellSource): Cell[] {
  const { run, table, ledger, grid, plannedAlpha } = source;
  const { candidates } = run.manifest;
  const caseIndices = casesOf(run, route.slice);
  const incumbentAt = candidates.findIndex(({ id }) => id === route.incumbent);
  if (table[incumbentAt] === undefined) return [];
  const planned = testPlanOf(run, route, caseIndices);
  const fresh = { ...planned, plannedAlpha: plannedAlpha ?? planned.plannedAlpha };
  const { policy, volume } = route;
  return candidates.flatMap((candidate, at) => {
    const rows = unrelatedRows(run, table, { ours: at, theirs: incumbentAt });
    if (at === incumbentAt || rows === undefined) return [];
    const { ours: row, theirs: incumbent } = rows;
    const declared = cellPlan({ run, table, ledger }, { route, candidate: candidate.id, caseIndices, fresh });
    const collected = collectedOf(caseIndices, row);
    const looks = declared.looks.filter(({ n }) => n <= collected.length);
    const plan = { ...declared, looks };
    const groups = () => groupCases(run.cases, caseIndices);
    const units: Cell["units"] = (read) => reading(pairUnits(run, collected, row, incumbent), read);
    const pair = { incumbentIndex: incumbentAt, candidateIndex: at, collected };
    const calibration = calibrationOf(run, route, pair);
    const facts = { route, candidate: candidate.id, plan, units, groups, cases: caseIndices.length, calibration };
    return units((paired): Cell => {
      const quality = carries(calibration) ? calibratedQuality(calibration) : testQuality(paired, plan);
      const anyMissing = paired.missing.size > 0 && !carries(calibration);
      const pessimisticP = anyMissing ? testQuality(imputed(paired, -1), plan).p : quality.p;
      const cost = judgeCost(paired, { looks, policy, candidate, volume, savings: savingsOf(policy, grid) });
      const latency = judgeLatency(paired, looks, policy);
      const rest = [...(latency === undefined ? [] : [latency]), judgeErrors(paired, policy)];
      const others = [cost.condition, ...rest];
      const p = largestP([quality.p, pessimisticP], others);
      const stops = grid && {
        candidate: candidate.id,
        quality: marginsOf(policy, grid).map(qualityAtMargins({ run, route, units: paired, plan, pair })),
        cost: [cost.condition, ...cost.atSavings],
        rest,
        costRatio: cost.ratio?.value ?? null,
      };
      return { ...facts, quality, pessimisticP, cost, others, p, stops };
    });
  });
}

function reading<T>(units: PairedUnits, read: (units: PairedUnits) => T): T {
  try {
    return read(units);
  } finally {
    units.release();
  }
}

// A route that has to be better, within a budget, has neither margin nor saving: nothing moves them.
function marginsOf({ objective, margin }: Policy, grid: StopGrid): readonly number[] {
  return objective === "best-within-budget" ? [0] : [margin, ...grid.margins];
}

function savingsOf({ objective }: Policy, grid: StopGrid | undefined): readonly number[] {
  return grid === undefined || objective === "best-within-budget" ? [] : grid.savings;
}

/** What a cell comes to at a level of Holm's: whether quality is shown, or hopeless, and what the other conditions say. */
export function outcomeAt(
  cell: Cell,
  units: PairedUnits,
  level: number,
): { readonly outcome: Comparison["outcome"]; readonly conditions: readonly Condition[] } {
  const { plan, quality, calibration, others, p } = cell;
  const futile = carries(calibration) ? calibration.futile : isHopeless(units, plan);
  return settle({ quality: { p: quality.p, futile }, others, p }, level);
}

interface ComparisonNeeds {
  readonly random: Random;
  readonly truth: Truth | undefined;
  /** False where the outcome alone is wanted: the interval of quality takes the most time. */
  readonly described?: boolean;
}

/** What one cell says, given its standing in the family. */
export function comparisonOf(cell: Cell, standing: Standing, needs: ComparisonNeeds): Comparison {
  return cell.units((units) => comparisonOver(units, cell, standing, needs));
}

function comparisonOver(
  units: PairedUnits,
  cell: Cell,
  standing: Standing,
  { random, truth, described = true }: ComparisonNeeds,
): Comparison {
  const { plan, route, quality, calibration, pessimisticP, cost } = cell;
  const { level, pHolm } = standing;
  const byPeople = carries(calibration) ? calibration : undefined;
  const { outcome, conditions } = outcomeAt(cell, units, level);
  const unknown = conditions.some(({ state }) => state === "unknown");
  const estimate = !described
    ? null
    : byPeople === undefined
      ? estimateQuality(units, plan, level)
      : calibratedEstimate(byPeople, level);
  const { wins, losses, n } = countPairs(units);
  const low = estimate?.interval?.low ?? null;
  // More cases settle what quality leaves open; nothing that is unknown becomes known by them.
  const helped = outcome === "open" && !unknown && byPeople === undefined && Math.max(quality.p, pessimisticP) > level;
  return {
    candidate: cell.candidate,
    incumbent: route.incumbent,
    n,
    cases: sumOf(units.cases),
    wins,
    losses,
    ties: n - wins - losses,
    missing: countMissing(units),
    quality: estimate,
    ...(calibration === undefined ? {} : { calibration: calibration.trust }),
    test: plan.test,
    look: { ...plan.look, recorded: plan.recorded },
    looks: quality.looks.map((look) => ({ ...look, needed: level * look.share })),
    path: quality.path,
    pathNeeded: plan.test === "betting" && plan.bettingShare > 0 ? -Math.log(level * plan.bettingShare) : null,
    collected: collectionOf(cell, units, outcome, conditions),
    conditions: [...conditions],
    p: unknown ? null : cell.p,
    pHolm: unknown ? null : pHolm,
    costRatio: cost.ratio,
    latencyRatio: p95Ratio(units),
    superiorityP: n === 0 ? null : plan.margin === 0 ? quality.p : testQuality(units, { ...plan, margin: 0 }).p,
    missingMatters: quality.p <= level && pessimisticP > level,
    outcome,
    moreCases: helped ? moreCases(units, plan, level, random(`more ${route.route} ${cell.candidate}`)) : null,
    resolvableMargin: low === null || low <= -1 ? null : Math.max(0, -low),
    truth: truth === undefined ? null : trueDifference(cell, truth),
  };
}

// Why collecting stopped follows from what was collected: nothing else is remembered of it.
function collectionOf(
  { plan, cases: ofRoute }: Cell,
  units: PairedUnits,
  outcome: Comparison["outcome"],
  conditions: readonly Condition[],
): Comparison["collected"] {
  const cases = sumOf(units.cases);
  const planned = Math.max(plan.plannedCases, ofRoute);
  if (cases >= planned) return { cases, planned, stopped: null };
  const futile = conditions.some(({ name, state }) => name === "quality" && state === "fails");
  return { cases, planned, stopped: outcome === "open" ? "budget" : futile ? "futile" : "decided" };
}

function countMissing({ missing }: PairedUnits): Record<string, number> {
  return Object.fromEntries([...missing].sort(([one], [other]) => (one < other ? -1 : 1)));
}

const RATIO_LEVEL = 0.9;

function p95Ratio(units: PairedUnits): Estimate | null {
  const sortedTimes = (trialsOf: (unit: number) => Iterable<TrialNumbers>) => {
    const known = new Growing((buffer) => new Float64Array(buffer));
    for (let unit = 0; unit < units.length; unit++) {
      for (const { latencyMs } of trialsOf(unit)) if (latencyMs !== null) known.push(latencyMs);
    }
    return known.values.subarray(0, known.length).sort();
  };
  const ours = sortedTimes((unit) => units.timedCandidateTrials(unit));
  const theirs = sortedTimes((unit) => units.timedIncumbentTrials(unit));
  if (ours.length === 0 || theirs.length === 0) return null;
  const today = quantile(theirs, 0.95);
  if (today === 0) return null;
  const value = quantile(ours, 0.95) / today;
  const n = units.length;
  if (Math.max(ours.length, theirs.length) > n) {
    return { value, interval: null, n, why: "answers of one unit depend on each other" };
  }
  const interval = quantileRatioInterval(ours, theirs, { q: 0.95, level: RATIO_LEVEL });
  if (interval.low !== null && interval.high !== null) return { value, interval, n };
  const lacking = interval.low !== null ? "upper bound" : interval.high !== null ? "lower bound" : undefined;
  const why = `so few answers give no ${lacking ?? "bounds"}`;
  return { value, interval: lacking === undefined ? null : interval, n, why };
}

function trueDifference({ candidate, route, groups: groupsOf }: Cell, truth: Truth): Estimate | null {
  const groups = groupsOf();
  const differenceOf = (index: number): number | null => {
    const ours = truth.get(candidate)?.[index];
    const theirs = truth.get(route.incumbent)?.[index];
    return ours === undefined || theirs === undefined ? null : ours - theirs;
  };
  let sum = 0;
  for (const { members } of groups) {
    const known = Array.from(members, differenceOf).filter((difference) => difference !== null);
    if (known.length === 0 || known.length < members.length) return null;
    sum += mean(known);
  }
  return groups.length === 0
    ? null
    : {
        value: sum / groups.length,
        interval: null,
        n: groups.length,
        why: "known, not estimated: the fleet states its skill",
      };
}

import type { Comparison, Decision, Estimate, Grade, RouteDecision } from "../domain/decision.ts";
import type { PlannedRoute, Run } from "../domain/run.ts";
import type { Random } from "../ports.ts";
import { holm, holmLevels } from "../stats/holm.ts";
import { lookPlan } from "../stats/looks.ts";
import { quantile } from "../stats/quantile.ts";
import { type CostResult, judgeCost, judgeErrors, judgeLatency } from "./conditions.ts";
import { moreCases } from "./more-cases.ts";
import { casesOf, imputed, pairUnits, type Table, tabulate, type Unit } from "./pairs.ts";
import { countPairs, estimateQuality, isFutile, type QualityResult, type TestPlan, testQuality } from "./quality.ts";
import { summarise } from "./summary.ts";

/** True mean quality of every candidate on every case, by candidate id: known for a simulated fleet alone. */
export type Truth = ReadonlyMap<string, readonly number[]>;

/** One cell of the family: a route and a candidate for it, with everything that does not depend on the others. */
interface Cell {
  readonly route: PlannedRoute;
  readonly candidate: string;
  readonly plan: TestPlan;
  readonly units: readonly Unit[];
  readonly caseIndices: readonly number[];
  readonly quality: QualityResult;
  /** p with every missing case counted against the candidate. */
  readonly pessimisticP: number;
  readonly cost: CostResult;
  readonly conditions: Comparison["conditions"];
  /** What enters Holm: the largest p of the conditions; 1 where one is unknown or does not hold. */
  readonly p: number;
}

/**
 * Decides every route of a run. A pure function: the same run gives the same decision, byte for byte.
 * @param random seeds the simulation behind "about N more cases"
 */
export function decide(run: Run, random: Random, truth?: Truth): Decision {
  const table = tabulate(run);
  const cells = run.manifest.routes.flatMap((route) => cellsOf(route, run, table));
  const ps = cells.map(({ p }) => p);
  const adjusted = holm(ps);
  const strictest = Math.min(...run.manifest.routes.map(({ policy }) => policy.alpha));
  const levels = cells.length === 0 ? [] : holmLevels(ps, strictest);
  const comparisons = cells.map((cell, index) =>
    comparisonOf(
      cell,
      { pHolm: adjusted[index] as number, level: levels[index] as number, alpha: strictest },
      random,
      truth,
    ),
  );
  return {
    version: 1,
    suite: run.manifest.suite.id,
    simulated: run.manifest.source === "simulated",
    seed: run.manifest.seed,
    cases: run.cases.length,
    repeats: run.manifest.repeats,
    family: cells.length,
    models: summarise(run, table),
    routes: run.manifest.routes.map((route) =>
      routeOf(
        route,
        cells.flatMap((cell, index) =>
          cell.route === route ? [{ cell, comparison: comparisons[index] as Comparison }] : [],
        ),
        run,
      ),
    ),
  };
}

/** How a route will be tested: fixed by the plan alone, never by the answers. */
export function testPlanOf(
  run: Pick<Run, "cases" | "manifest">,
  route: PlannedRoute,
  caseIndices: readonly number[],
): TestPlan {
  const sizes = new Map<string, number>();
  for (const index of caseIndices) {
    const { id, clusterId } = run.cases[index] as Run["cases"][number];
    const key = clusterId ?? `case ${id}`;
    sizes.set(key, (sizes.get(key) ?? 0) + 1);
  }
  const largestUnit = Math.max(1, ...sizes.values());
  const { suite, repeats, routes, candidates } = run.manifest;
  const exact = suite.scale === "binary" && repeats === 1 && largestUnit === 1 && caseIndices.length <= 500;
  const family = routes.length * Math.max(1, candidates.length - 1);
  const margin = route.policy.objective === "best-within-budget" ? 0 : route.policy.margin;
  return {
    test: exact ? "exact" : "betting",
    margin,
    plannedN: sizes.size,
    looks: caseIndices.length === 0 ? [] : lookPlan(caseIndices.length),
    plannedAlpha: route.policy.alpha / family,
    largestUnit,
  };
}

function cellsOf(route: PlannedRoute, run: Run, table: Table): Cell[] {
  const { candidates } = run.manifest;
  const caseIndices = casesOf(run, route.slice);
  const incumbentAt = candidates.findIndex(({ id }) => id === route.incumbent);
  const incumbent = table[incumbentAt];
  if (incumbent === undefined) return [];
  const plan = testPlanOf(run, route, caseIndices);
  return candidates.flatMap((candidate, at) => {
    if (at === incumbentAt) return [];
    const units = pairUnits(run, caseIndices, table[at] ?? [], incumbent);
    const quality = testQuality(units, plan);
    const anyMissing = units.some(({ missing }) => missing.length > 0);
    const pessimisticP = anyMissing ? testQuality(imputed(units, -1), plan).p : quality.p;
    const cost = judgeCost(units, plan.looks, route.policy, candidate, route.volume);
    const latency = judgeLatency(units, plan.looks, route.policy);
    const errors = judgeErrors(units, route.policy);
    const others = [cost.condition, ...(latency === undefined ? [] : [latency]), errors];
    const p = others.some(({ state }) => state === "unknown")
      ? 1
      : Math.max(
          quality.p,
          pessimisticP,
          ...others.map((condition) => condition.p ?? (condition.state === "holds" ? 0 : 1)),
        );
    return [
      { route, candidate: candidate.id, plan, units, caseIndices, quality, pessimisticP, cost, conditions: others, p },
    ];
  });
}

function comparisonOf(
  cell: Cell,
  family: { readonly pHolm: number; readonly level: number; readonly alpha: number },
  random: Random,
  truth: Truth | undefined,
): Comparison {
  const { units, plan, route, quality, pessimisticP, cost } = cell;
  const futile = isFutile(units, plan) && isFutile(imputed(units, 1), plan);
  const conditions: Comparison["conditions"] = [
    { name: "quality", state: futile ? "fails" : quality.p <= family.level ? "holds" : "open", p: quality.p },
    ...cell.conditions,
  ];
  const passes = family.pHolm <= family.alpha && conditions.every(({ state }) => state === "holds");
  const fails = conditions.some(({ state }) => state === "fails");
  const outcome = passes ? "passes" : fails ? "fails" : "open";
  const estimate = estimateQuality(units, plan, family.level);
  const { wins, losses, n } = countPairs(units);
  const low = estimate?.interval?.low ?? null;
  return {
    candidate: cell.candidate,
    incumbent: route.incumbent,
    n,
    cases: units.reduce((sum, unit) => sum + unit.cases, 0),
    wins,
    losses,
    ties: n - wins - losses,
    missing: countMissing(units),
    quality: estimate,
    test: plan.test,
    looks: quality.looks,
    path: quality.path,
    conditions,
    p: cell.p,
    pHolm: family.pHolm,
    costRatio: cost.ratio,
    latencyRatio: p95Ratio(units),
    missingMatters: quality.p <= family.level && pessimisticP > family.level,
    outcome,
    moreCases:
      outcome === "open" ? moreCases(units, plan, family.level, random(`more ${route.route} ${cell.candidate}`)) : null,
    resolvableMargin: low === null || low <= -1 ? null : Math.max(0, -low),
    truth: truth === undefined ? null : trueDifference(cell, truth),
  };
}

function p95Ratio(units: readonly Unit[]): number | null {
  const p95 = (pick: (unit: Unit) => Unit["candidateTrials"]) => {
    const times = units
      .flatMap(pick)
      .map(({ latencyMs }) => latencyMs)
      .filter((time) => time !== null);
    return times.length === 0
      ? null
      : quantile(
          times.sort((a, b) => a - b),
          0.95,
        );
  };
  const ours = p95(({ candidateTrials }) => candidateTrials);
  const theirs = p95(({ incumbentTrials }) => incumbentTrials);
  return ours === null || theirs === null || theirs === 0 ? null : ours / theirs;
}

function countMissing(units: readonly Unit[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const reason of units.flatMap(({ missing }) => missing).sort()) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
}

function trueDifference(cell: Cell, truth: Truth): Estimate | null {
  const ours = truth.get(cell.candidate);
  const theirs = truth.get(cell.route.incumbent);
  if (ours === undefined || theirs === undefined) return null;
  const differences = cell.caseIndices.map((index) => (ours[index] ?? 0) - (theirs[index] ?? 0));
  if (differences.length === 0) return null;
  const value = differences.reduce((sum, difference) => sum + difference, 0) / differences.length;
  return { value, interval: null, n: differences.length };
}

interface Contender {
  readonly cell: Cell;
  readonly comparison: Comparison;
}

function routeOf(route: PlannedRoute, contenders: readonly Contender[], run: Run): RouteDecision {
  const passing = contenders.filter(({ comparison }) => comparison.outcome === "passes");
  const open = contenders.filter(({ comparison }) => comparison.outcome === "open");
  const best = route.policy.objective === "best-within-budget" ? highestQuality(passing) : lowestCost(passing);
  const verdict = best !== undefined ? "switch" : open.length > 0 || contenders.length === 0 ? "inconclusive" : "keep";
  const shown = best ?? nearest(open) ?? highestQuality(contenders);
  const { grade, reason } = gradeOf(run);
  return {
    route: route.route,
    slice: route.slice,
    incumbent: route.incumbent,
    verdict,
    grade,
    gradeReason: reason,
    candidate: shown?.comparison.candidate ?? null,
    comparisons: contenders.map(({ comparison }) => comparison),
    policy: route.policy,
    volume: route.volume,
    monthlySaving: shown?.cell.cost.monthlySaving ?? null,
  };
}

function lowestCost(list: readonly Contender[]): Contender | undefined {
  const cost = ({ comparison }: Contender) => comparison.costRatio?.value ?? Number.POSITIVE_INFINITY;
  return list.toSorted((a, b) => cost(a) - cost(b))[0];
}

function highestQuality(list: readonly Contender[]): Contender | undefined {
  const quality = ({ comparison }: Contender) => comparison.quality?.value ?? -1;
  return list.toSorted((a, b) => quality(b) - quality(a))[0];
}

function nearest(list: readonly Contender[]): Contender | undefined {
  return list.toSorted((a, b) => a.cell.p - b.cell.p || a.cell.quality.p - b.cell.quality.p)[0];
}

/** How far a verdict of this run can be trusted, whatever its numbers. */
export function gradeOf(run: Pick<Run, "manifest">): { grade: Grade; reason: string } {
  const { source, scorers, judge } = run.manifest;
  if (source === "simulated") return { grade: "simulated", reason: "the models are simulated" };
  const judged = scorers.filter(({ certainty }) => certainty !== "exact").map(({ name }) => name);
  if (judged.length === 0) return { grade: "certified", reason: "every score is an exact rule's" };
  const related = judge?.related === true ? "; the judge is of a compared model's family" : "";
  return { grade: "advisory", reason: `${judged.join(", ")} not calibrated by people's labels${related}` };
}

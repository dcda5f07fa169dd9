import type { Comparison, Decision, Grade, RouteDecision, Verdict } from "../domain/decision.ts";
import { hasSay } from "../domain/quality.ts";
import type { PlannedRoute, Run } from "../domain/run.ts";
import type { RunStops, StopGrid } from "../domain/stops.ts";
import type { Random } from "../ports.ts";
import { carries } from "./calibration.ts";
import { cascadesOf } from "./cascade.ts";
import { type Cell, cellsOf, comparisonOf, type Truth } from "./comparison.ts";
import { forecastOf } from "./forecast.ts";
import type { Ledger } from "./ledger-entries.ts";
import { type Standing, standingsOf } from "./standings.ts";
import { gatherStops, NO_STOPS } from "./stops.ts";
import { summarise } from "./summary.ts";
import { tabulate } from "./table.ts";
import { familyOf, withSlices } from "./test-plan.ts";
import { type Contestant, verdictOver } from "./verdict.ts";

export type { Truth } from "./comparison.ts";

/** What a decision may know besides the run. */
interface Known {
  /** Of a simulated fleet. */
  readonly truth?: Truth | undefined;
  /** The looks made before: without it, this is the first. */
  readonly ledger?: Ledger | undefined;
}

/**
 * Decides every route of a run. A pure function: the same run gives the same decision, byte for byte.
 * @param random seeds the simulation behind "about N more cases"
 */
export function decide(run: Run, random: Random, known: Known = {}): Decision {
  return decideWithStops(run, random, known).decision;
}

/** The same, and what its comparisons say at other margins and savings, with the looks that it was decided with. */
export function decideWithStops(
  run: Run,
  random: Random,
  { truth, ledger, grid }: Known & { readonly grid?: StopGrid },
): { readonly decision: Decision; readonly stops: RunStops } {
  const { manifest, cases } = run;
  const table = tabulate(run);
  const parts = new Map(manifest.routes.map((route) => [route, withSlices(route)]));
  const cells = [...parts.values()].flat().flatMap((route) => cellsOf(route, { run, table, ledger, grid }));
  const family = familyOf(manifest);
  const standings = standingsOf(
    cells.map(({ p }) => p),
    family.alpha,
  );
  const contenders = cells.map((cell, index): Contender => {
    const comparison = comparisonOf(cell, standings[index] as Standing, { random, truth });
    const { conditions, outcome, quality, costRatio } = comparison;
    const values = { quality: quality?.value ?? null, costRatio: costRatio?.value ?? null };
    return { cell, comparison, conditions, outcome, p: cell.p, qualityP: cell.quality.p, ...values };
  });
  const of = (route: PlannedRoute) => contenders.filter(({ cell }) => cell.route === route);
  const routes = manifest.routes.map((route) => {
    const [whole = route, ...slices] = parts.get(route) ?? [];
    return routeOf(whole, of(whole), {
      run,
      slices: (route.slices ?? []).map((slice, at) => sliceOf(slice, slices[at] ?? route, of)),
    });
  });
  const decision: Decision = {
    version: 1,
    suite: manifest.suite.id,
    simulated: manifest.source === "simulated",
    seed: manifest.seed,
    cases: cases.length,
    repeats: manifest.repeats,
    family: family.size,
    calls: callsOf(run),
    models: summarise(run, table),
    routes,
    cascades: cascadesOf(run, random),
    forecast: forecastOf(run, table, routes),
  };
  return { decision, stops: gatherStops(run, { parts: [...parts.values()], cells, grid: grid ?? NO_STOPS }) };
}

function callsOf({ manifest, cases, trials }: Run): Decision["calls"] {
  const planned = cases.length * manifest.candidates.length * manifest.repeats;
  const untilDecided = manifest.untilDecided === true;
  return { planned, made: trials.size, saved: untilDecided ? planned - trials.size : 0, untilDecided };
}

interface Contender extends Contestant {
  readonly cell: Cell;
  readonly comparison: Comparison;
}

function routeOf(
  route: PlannedRoute,
  contenders: readonly Contender[],
  { run, slices }: { readonly run: Run; readonly slices: RouteDecision["slices"] },
): RouteDecision {
  const { verdict, shown } = verdictOver(contenders, route.policy.objective);
  const { grade, reason } = routeGrade(run, contenders, { shown, verdict });
  return {
    route: route.route,
    slice: route.slice,
    incumbent: route.incumbent,
    verdict,
    grade,
    gradeReason: reason,
    candidate: shown?.comparison.candidate ?? null,
    comparisons: contenders.map(({ comparison }) => comparison),
    slices,
    policy: route.policy,
    volume: route.volume,
    monthlySaving: shown?.cell.cost.monthlySaving ?? null,
  };
}

function sliceOf(
  slice: PlannedRoute["slice"],
  route: PlannedRoute,
  of: (route: PlannedRoute) => readonly Contender[],
): RouteDecision["slices"][number] {
  const contenders = of(route);
  const { verdict, shown } = verdictOver(contenders, route.policy.objective);
  return {
    slice,
    verdict,
    candidate: shown?.comparison.candidate ?? null,
    comparisons: contenders.map(({ comparison }) => comparison),
  };
}

// A switch rests on one comparison; any other verdict on all of them.
function routeGrade(
  run: Run,
  contenders: readonly Contender[],
  { shown, verdict }: { readonly shown: Contender | undefined; readonly verdict: Verdict },
): { grade: Grade; reason: string } {
  const graded = gradeOf(run);
  if (graded.grade !== "advisory") return graded;
  const decisive = verdict === "switch" && shown !== undefined ? [shown] : contenders;
  const open = decisive.find(({ cell }) => !carries(cell.calibration));
  const trust = (open ?? shown)?.cell.calibration?.trust;
  if (trust === undefined) return graded;
  if (open !== undefined) {
    return { grade: "advisory" as const, reason: `people's labels do not carry it yet: ${trust.problems.join("; ")}` };
  }
  return { grade: "calibrated" as const, reason: `${trust.labels} labels of people carry it` };
}

/** How far a verdict of this run can be trusted, whatever its numbers. */
export function gradeOf(run: Pick<Run, "manifest">): { grade: Grade; reason: string } {
  const { source, scorers, judge } = run.manifest;
  if (source === "simulated") return { grade: "simulated", reason: "the models are simulated" };
  const judged = scorers.filter((scorer) => hasSay(scorer) && scorer.certainty !== "exact").map(({ name }) => name);
  if (judged.length === 0) return { grade: "certified", reason: "every score is an exact rule's" };
  const related = judge?.related === true ? "; the judge is of a compared model's family" : "";
  return { grade: "advisory", reason: `${judged.join(", ")} not calibrated by people's labels${related}` };
}

import type { Estimate, Forecast, RouteDecision } from "../domain/decision.ts";
import type { Run } from "../domain/run.ts";
import { sumOf, weightedTotal } from "../stats/mean.ts";
import { orWhy } from "./estimates.ts";
import { groupCases } from "./groups.ts";
import { casesOf } from "./pairs.ts";
import { isAnswer, type Row, type Table } from "./table.ts";

const LEVEL = 0.95;
const DAYS_A_MONTH = 30;

/**
 * What the routes of a run cost a month at their volumes: as they are served today, and with every switch made. Answers of
 * one case to several routes hang together, so the error is that of the whole sum, by unit.
 * @returns null where no route states a volume
 */
export function forecastOf(run: Run, table: Table, routes: readonly RouteDecision[]): Forecast | null {
  const withVolume = routes.filter(({ volume }) => volume !== null);
  if (withVolume.length === 0) return null;
  const rowOf = (id: string) => table[run.manifest.candidates.findIndex((each) => each.id === id)];
  const priced = withVolume.flatMap((route) => {
    const served = rowOf(route.incumbent);
    const next = route.verdict === "switch" && route.candidate !== null ? rowOf(route.candidate) : served;
    if (served === undefined || next === undefined) return [];
    const costs = costsOf(casesOf(run, route.slice), served, next);
    return costs === undefined ? [] : [{ route, costs }];
  });
  if (priced.length === 0) return null;
  const unitOf = unitsOf(run);
  const total = (pick: (costs: Costs, at: number) => number): Estimate => {
    const residuals = new Map<number, number>();
    let value = 0;
    for (const { route, costs } of priced) {
      const calls = (route.volume ?? 0) * DAYS_A_MONTH;
      const picked = costs.today.map((_, at) => pick(costs, at));
      const average = sumOf(picked) / picked.length;
      value += calls * average;
      for (const [at, usd] of picked.entries()) {
        const unit = unitOf[costs.cases[at] as number] as number;
        residuals.set(unit, (residuals.get(unit) ?? 0) + (calls * (usd - average)) / picked.length);
      }
    }
    return orWhy(weightedTotal(value, [...residuals.values()], LEVEL));
  };
  const today = (costs: Costs, at: number) => costs.today[at] as number;
  const after = (costs: Costs, at: number) => costs.after[at] as number;
  const counted = new Set(priced.map(({ route }) => route.route));
  return {
    today: total(today),
    after: total(after),
    saving: total((costs, at) => today(costs, at) - after(costs, at)),
    routes: priced.length,
    leftOut: routes.map(({ route }) => route).filter((route) => !counted.has(route)),
    traffic: `the volumes of the routing table, ${DAYS_A_MONTH} days, calls like the cases of the suite, at the prices of the run`,
  };
}

/** USD of the cases that both models have answered, mean over repeats. */
interface Costs {
  readonly cases: Uint32Array;
  readonly today: Float64Array;
  readonly after: Float64Array;
}

/**
 * What has not been asked says nothing.
 * @returns undefined where there are no answers, and where one has no price: the route's cost is then unknown
 */
function costsOf(indices: readonly number[], served: Row, next: Row): Costs | undefined {
  const cases = Uint32Array.from(indices).filter(
    (index) => served.at(index).trials.some(isAnswer) && next.at(index).trials.some(isAnswer),
  );
  const usdOf = (row: Row) => Float64Array.from(cases, (index) => row.at(index).costUsd ?? Number.NaN);
  const costs = { cases, today: usdOf(served), after: usdOf(next) };
  const isKnown = [costs.today, costs.after].every((column) => !column.some(Number.isNaN));
  return isKnown && cases.length > 0 ? costs : undefined;
}

/** The independent unit of every case of a run. */
function unitsOf(run: Run): Uint32Array {
  const units = new Uint32Array(run.cases.length);
  let unit = 0;
  for (const { members } of groupCases(run.cases, [...run.cases.keys()])) {
    for (const index of members) units[index] = unit;
    unit += 1;
  }
  return units;
}

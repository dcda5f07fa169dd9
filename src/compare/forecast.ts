import type { Estimate, Forecast, RouteDecision } from "../domain/decision.ts";
import type { Run } from "../domain/run.ts";
import { weightedTotal } from "../stats/mean.ts";
import { casesOf, groupCases } from "./pairs.ts";
import { isAnswer, mean, type Table } from "./table.ts";

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
    const costs = casesOf(run, route.slice).flatMap((index) => {
      const [today, after] = [served, next].map((row) => row.at(index));
      // What has not been asked says nothing; what was asked and has no price makes the route's cost unknown.
      if (today === undefined || after === undefined) return [];
      if (!today.trials.some(isAnswer) || !after.trials.some(isAnswer)) return [];
      return [{ index, today: today.costUsd, after: after.costUsd }];
    });
    const known = costs.every(({ today, after }) => today !== null && after !== null);
    return known && costs.length > 0 ? [{ route, costs }] : [];
  });
  if (priced.length === 0) return null;
  const unitOf = new Map(
    groupCases(run.cases, [...run.cases.keys()]).flatMap(({ members }, unit) =>
      members.map((index) => [index, unit] as const),
    ),
  );
  const total = (pick: (cost: { today: number | null; after: number | null }) => number): Estimate => {
    const residuals = new Map<number, number>();
    let value = 0;
    for (const { route, costs } of priced) {
      const calls = (route.volume ?? 0) * DAYS_A_MONTH;
      const average = mean(costs.map(pick));
      value += calls * average;
      for (const cost of costs) {
        const unit = unitOf.get(cost.index) ?? -1;
        residuals.set(unit, (residuals.get(unit) ?? 0) + (calls * (pick(cost) - average)) / costs.length);
      }
    }
    return weightedTotal(value, [...residuals.values()], LEVEL);
  };
  const counted = new Set(priced.map(({ route }) => route.route));
  return {
    today: total(({ today }) => today ?? 0),
    after: total(({ after }) => after ?? 0),
    saving: total(({ today, after }) => (today ?? 0) - (after ?? 0)),
    routes: priced.length,
    leftOut: routes.map(({ route }) => route).filter((route) => !counted.has(route)),
    traffic: `the volumes of the routing table, ${DAYS_A_MONTH} days, calls like the cases of the suite, at the prices of the run`,
  };
}

import type { Decision, RouteDecision } from "../domain/decision.ts";
import type { ReportInput } from "../domain/detail.ts";
import { type CascadeTable, cascadeTable, cascadeTexts } from "./cascades.ts";
import { count, plural, points, seconds, usd, withRange } from "./numbers.ts";
import { remarkTexts, sliceTexts } from "./parts-of-routes.ts";
import {
  ADD_A_KEY,
  conditionText,
  headline,
  incompleteText,
  SIMULATED_NOTICE,
  savingText,
  shownComparison,
  truthText,
  verdictSentence,
} from "./sentences.ts";

/** A route in words. */
export interface RouteOverview {
  readonly route: string;
  readonly verdict: RouteDecision["verdict"];
  readonly grade: string;
  readonly reason: string;
  readonly sentence: string;
  readonly conditions: readonly string[];
  readonly saving: string;
  /** Known in simulations only. */
  readonly truth: string | undefined;
  /** Verdicts on the slices that the route names, a sentence each. */
  readonly slices: readonly string[];
  /** The best cascade of the route, and what became of the others. */
  readonly cascades: readonly string[];
  readonly cascadeTable: CascadeTable | undefined;
}

/** What every output of words shows of a run, in the same words. None adds a number of its own. */
export interface Overview {
  readonly headline: string;
  readonly incomplete: string | undefined;
  /** Of a simulated run; nothing for any other. */
  readonly simulated: { readonly notice: string; readonly addKey: string } | undefined;
  readonly routes: readonly RouteOverview[];
  readonly columns: readonly string[];
  /** A row of the models' table each. */
  readonly models: readonly (readonly string[])[];
  /** Who serves by exception, what a month costs, calls that were not needed, scorers and models that took no part. */
  readonly remarks: readonly string[];
  readonly foot: string;
}

/** The words of a run. */
export function overviewOf({ run, decision }: ReportInput): Overview {
  const { manifest } = run;
  return {
    headline: headline(decision),
    incomplete: incompleteText(run),
    simulated: decision.simulated ? { notice: SIMULATED_NOTICE, addKey: ADD_A_KEY } : undefined,
    routes: decision.routes.map((route) => routeOf(route, decision)),
    columns: ["model", "quality (95 %)", "USD per 1,000 calls (95 %)", "p50", "p95", "errors, %", "trials"],
    models: decision.models.map((model) => [
      model.candidate,
      withRange(model.quality, points),
      withRange(model.costPer1000, usd),
      withRange(model.latencyP50Ms, seconds),
      withRange(model.latencyP95Ms, seconds),
      withRange(model.errors, points),
      count(model.trials),
    ]),
    remarks: [
      ...remarkTexts({ run, decision }),
      ...manifest.dropped.map(({ name, reason }) => `Not scored with "${name}": ${reason}.`),
      ...manifest.skipped.map(({ model, reason }) => `Skipped ${model}: ${reason}.`),
    ],
    foot: `Suite ${manifest.suite.id}, ${plural(decision.cases, "case")}, ${plural(decision.models.length, "model")}, ${plural(decision.repeats, "repeat")}, seed ${decision.seed}, run ${manifest.runId}.`,
  };
}

function routeOf(route: RouteDecision, decision: Decision): RouteOverview {
  const comparison = shownComparison(route);
  return {
    route: route.route,
    verdict: route.verdict,
    grade: route.grade,
    reason: route.gradeReason,
    sentence: verdictSentence(route),
    conditions: comparison?.conditions.map((condition) => conditionText(condition, comparison, route.policy)) ?? [],
    saving: savingText(route),
    truth: comparison === undefined ? undefined : truthText(comparison, route.policy),
    slices: sliceTexts(route),
    cascades: cascadeTexts(decision, route),
    cascadeTable: cascadeTable(decision, route),
  };
}

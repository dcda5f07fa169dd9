import type { RouteDecision } from "../../domain/decision.ts";
import type { ReportInput } from "../../domain/detail.ts";
import { cascadeTable, cascadeTexts } from "../cascades.ts";
import { count } from "../numbers.ts";
import { remarkTexts, sliceTexts } from "../parts-of-routes.ts";
import { conditionText, savingText, shownComparison, truthText, verdictSentence } from "../sentences.ts";
import { strip } from "./charts/strip.ts";
import { differenceDomain, marginOf } from "./limits.ts";
import { type Cast, pips, stateMark, track } from "./marks.ts";
import { capital, sentenceParts } from "./text.ts";

const WORDS = { switch: "Switch", keep: "Keep", inconclusive: "Inconclusive" } as const;

/** Part 1: a row for each route. */
export function answerView({ decision, run }: ReportInput, cast: Cast) {
  const domain = differenceDomain(decision);
  const simulated = run.manifest.source === "simulated";
  return {
    routes: decision.routes.map((route, index) => {
      const shown = shownComparison(route);
      const margin = marginOf(route.policy);
      const truth = shown === undefined ? undefined : truthText(shown, route.policy);
      return {
        id: `route-${index}`,
        route: route.route,
        scope: scopeOf(route),
        word: WORDS[route.verdict],
        track: track(route.verdict),
        pips: pips(route.grade),
        grade: route.grade,
        sentence: sentenceParts(verdictSentence(route), namesOf(route)),
        conditions:
          shown === undefined
            ? []
            : shown.conditions.map((condition) =>
                conditionView(conditionText(condition, shown, route.policy), condition.state),
              ),
        reason: `${capital(route.grade)}: ${route.gradeReason}.`,
        truth: truth === undefined ? null : `${capital(truth)}.`,
        strip:
          shown === undefined
            ? null
            : strip(`strip-${index}`, { comparison: shown, mark: cast.markOf(shown.candidate), margin, domain }),
        saving: savingText(route),
        parts: [...sliceTexts(route), ...cascadeTexts(decision, route)],
        cascades: cascadeTable(decision, route),
      };
    }),
    remarks: remarkTexts({ run, decision }),
    foot: simulated
      ? "Points are hundredths of the quality scale. A simulation saves nothing, so no saving is claimed."
      : "Points are hundredths of the quality scale. Savings rest on the calls a day that routing.yaml states, 30 days a month, and on list prices.",
  };
}

// `quality holds: −0.7 points, asked above −5` reads as a heading and what stands behind it.
function conditionView(text: string, state: string) {
  const cut = text.indexOf(": ");
  return { mark: stateMark(state), head: capital(text.slice(0, cut)), facts: text.slice(cut + 2) };
}

function scopeOf(route: RouteDecision): string {
  const slice = Object.entries(route.slice).map(([tag, value]) => `${tag}=${value}`);
  const cases = Math.max(0, ...route.comparisons.map((comparison) => comparison.cases));
  return `${slice.length === 0 ? "whole suite" : slice.join(", ")}, ${count(cases)} cases`;
}

function namesOf(route: RouteDecision): string[] {
  return [route.incumbent, ...(route.candidate === null ? [] : [route.candidate])];
}

import type { ReportInput } from "../domain/detail.ts";
import { code, text } from "./markdown-text.ts";
import { points, seconds, usd, withRange } from "./numbers.ts";
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

const MOST_ROUTES = 40;

/** `summary.md`: for a step summary or a comment on a pull request. */
export function renderMarkdown({ run, decision }: ReportInput): string {
  const { manifest } = run;
  const incomplete = incompleteText(run);
  const shown = decision.routes.slice(0, MOST_ROUTES);
  const routes = shown.flatMap((route) => {
    const comparison = shownComparison(route);
    const truth = comparison === undefined ? undefined : truthText(comparison, route.policy);
    return [
      `### ${code(route.route)}: ${route.verdict} (${route.grade})`,
      "",
      text(verdictSentence(route)),
      "",
      ...(comparison?.conditions.map((condition) => `- ${text(conditionText(condition, comparison, route.policy))}`) ??
        []),
      `- ${text(savingText(route))}`,
      ...(truth === undefined ? [] : [`- known because simulated: ${truth}`]),
      "",
    ];
  });
  const rows = decision.models.map(
    (model) =>
      `| ${text(model.candidate)} | ${withRange(model.quality, points)} | ${withRange(model.costPer1000, usd)} | ${withRange(model.latencyP50Ms, seconds)} | ${withRange(model.latencyP95Ms, seconds)} | ${withRange(model.errors, points)} | ${model.trials} |`,
  );
  return [
    `## ${text(headline(decision))}`,
    "",
    ...(incomplete === undefined ? [] : [`> ${incomplete}`, ""]),
    ...(decision.simulated ? [`> ${SIMULATED_NOTICE}`, ">", `> ${ADD_A_KEY}`, ""] : []),
    ...routes,
    ...(decision.routes.length > shown.length
      ? [`${decision.routes.length - shown.length} more routes are in decision.json.`, ""]
      : []),
    "| model | quality, points (95 %) | USD per 1,000 calls (95 %) | latency p50 | latency p95 | errors, % (95 %) | trials |",
    "|---|---|---|---|---|---|---|",
    ...rows,
    "",
    `Suite ${code(manifest.suite.id)}, ${decision.cases} cases x ${decision.models.length} models, ${decision.repeats} repeat(s), seed ${code(decision.seed)}, run ${code(manifest.runId)}.`,
    "",
  ].join("\n");
}

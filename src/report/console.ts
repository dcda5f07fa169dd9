import { stripVTControlCharacters } from "node:util";
import type { Decision } from "../domain/decision.ts";
import type { ReportInput } from "../domain/detail.ts";
import { points, seconds, usd, withRange } from "./numbers.ts";
import {
  ADD_A_KEY,
  incompleteText,
  SIMULATED_NOTICE,
  savingText,
  shownComparison,
  truthText,
  verdictSentence,
} from "./sentences.ts";

/** What `eval` prints when it is done: per route one sentence with verdict, differences and intervals, then the models. */
export function renderConsole({ run, decision }: ReportInput): string {
  const lines: string[] = [];
  const incomplete = incompleteText(run);
  if (incomplete !== undefined) lines.push(incomplete, "");
  if (decision.simulated) lines.push(SIMULATED_NOTICE, "");
  for (const route of decision.routes) {
    const comparison = shownComparison(route);
    const truth = comparison === undefined ? undefined : truthText(comparison, route.policy);
    lines.push(`${route.route}: ${route.verdict.toUpperCase()} (${route.grade}: ${route.gradeReason})`);
    lines.push(`  ${verdictSentence(route)}`);
    lines.push(`  ${savingText(route)}${truth === undefined ? "" : `; known because simulated: ${truth}`}`);
    lines.push("");
  }
  lines.push(...modelTable(decision), "");
  for (const { name, reason } of run.manifest.dropped) lines.push(`Not scored with "${name}": ${reason}.`);
  for (const { model, reason } of run.manifest.skipped) lines.push(`Skipped ${model}: ${reason}.`);
  if (decision.simulated) lines.push(ADD_A_KEY);
  return `${clean(lines.join("\n").trimEnd())}\n`;
}

function modelTable(decision: Decision): string[] {
  const rows = [
    ["model", "quality (95 %)", "USD per 1,000 calls (95 %)", "p50", "p95", "errors, %", "trials"],
    ...decision.models.map((model) => [
      model.candidate,
      withRange(model.quality, points),
      withRange(model.costPer1000, usd),
      withRange(model.latencyP50Ms, seconds),
      withRange(model.latencyP95Ms, seconds),
      withRange(model.errors, points),
      String(model.trials),
    ]),
  ];
  const widths = (rows[0] as string[]).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] as string).length)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] as number))
      .join("  ")
      .trimEnd(),
  );
}

// Reasons may quote a provider: no escape sequence of its may reach the terminal.
function clean(text: string): string {
  return stripVTControlCharacters(text).replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, "");
}

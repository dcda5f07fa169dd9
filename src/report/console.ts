import { stripVTControlCharacters } from "node:util";
import type { ReportInput } from "../domain/detail.ts";
import { type Overview, overviewOf } from "./overview.ts";

/** What `eval` prints when it is done: per route one sentence with verdict, differences and intervals, then the models. */
export function renderConsole(input: ReportInput): string {
  const overview = overviewOf(input);
  const { incomplete, simulated, routes, remarks } = overview;
  const lines: string[] = [];
  if (incomplete !== undefined) lines.push(incomplete, "");
  if (simulated !== undefined) lines.push(simulated.notice, "");
  for (const { route, verdict, grade, reason, sentence, saving, truth, slices, cascades } of routes) {
    lines.push(`${route}: ${verdict.toUpperCase()} (${grade}: ${reason})`);
    lines.push(`  ${sentence}`);
    lines.push(`  ${saving}${truth === undefined ? "" : `; known because simulated: ${truth}`}`);
    for (const part of [...slices, ...cascades]) lines.push(`  ${part}`);
    lines.push("");
  }
  lines.push(...modelTable(overview), "", ...remarks);
  if (simulated !== undefined) lines.push(simulated.addKey);
  return `${clean(lines.join("\n").trimEnd())}\n`;
}

function modelTable({ columns, models }: Overview): string[] {
  const rows = [columns, ...models];
  const widths = columns.map((_, column) => Math.max(...rows.map((row) => (row[column] as string).length)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] as number))
      .join("  ")
      .trimEnd(),
  );
}

// Reasons may quote a provider: no escape sequence of its may reach the terminal, and no mark that reorders its neighbours.
function clean(text: string): string {
  return stripVTControlCharacters(text)
    .toWellFormed()
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, "");
}

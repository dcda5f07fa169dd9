import type { ReportInput } from "../domain/detail.ts";
import type { CascadeTable } from "./cascades.ts";
import { code, text } from "./markdown-text.ts";
import { count } from "./numbers.ts";
import { overviewOf, type RouteOverview } from "./overview.ts";

/** What a comment on a pull request may hold; a step summary may hold more. */
const MOST_CHARACTERS = 65_536;
/** For the lines that say what was left out. */
const RESERVE = 400;

/** `summary.md`: for a step summary or a comment on a pull request. Never longer than either may be: what does not fit is counted. */
export function renderMarkdown(input: ReportInput): string {
  const { headline, incomplete, simulated, routes, columns, models, remarks, foot } = overviewOf(input);
  const head = [
    `## ${cut(text(headline), 1_000)}`,
    "",
    ...(incomplete === undefined ? [] : [`> ${incomplete}`, ""]),
    ...(simulated === undefined ? [] : [`> ${simulated.notice}`, ">", `> ${simulated.addKey}`, ""]),
  ];
  const table = tableLines(columns, models);
  const end = ["", ...remarks.map((remark) => `- ${text(remark)}`), "", text(foot), ""];
  // First what decides, route by route; the table takes at most half of what is left, and the remarks the rest.
  let room = MOST_CHARACTERS - RESERVE - lengthOf(head);
  const rows = fitting(table, Math.floor(room / 2));
  room -= lengthOf(rows);
  const closing = fitting(end, Math.floor(room / 4));
  room -= lengthOf(closing);
  const shown = fitting(routes.map(routeText), room);
  const left = (what: string, total: number, kept: number) =>
    kept < total ? [`${count(total - kept)} more ${what} are in decision.json.`, ""] : [];
  return [
    ...head,
    ...shown,
    ...left("routes", routes.length, shown.length),
    ...rows,
    "",
    ...left("models", table.length, rows.length),
    ...closing,
  ].join("\n");
}

function routeText({
  route,
  verdict,
  grade,
  sentence,
  conditions,
  saving,
  truth,
  slices,
  cascades,
  cascadeTable,
}: RouteOverview): string {
  return [
    `### ${code(route)}: ${verdict} (${grade})`,
    "",
    text(sentence),
    "",
    ...conditions.map((condition) => `- ${text(condition)}`),
    `- ${text(saving)}`,
    ...(truth === undefined ? [] : [`- known because simulated: ${truth}`]),
    ...[...slices, ...cascades].map((part) => `- ${text(part)}`),
    "",
    ...(cascadeTable === undefined ? [] : cascadeLines(cascadeTable)),
  ].join("\n");
}

function cascadeLines({ title, columns, rows, left }: CascadeTable): string[] {
  return [`${text(title)}:`, "", ...tableLines(columns, rows), "", ...(left === undefined ? [] : [text(left), ""])];
}

function tableLines(columns: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return [
    `| ${columns.join(" | ")} |`,
    `|${"---|".repeat(columns.length)}`,
    ...rows.map((cells) => `| ${cells.map(text).join(" | ")} |`),
  ];
}

function lengthOf(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + line.length + 1, 0);
}

/** The first lines that fit. */
function fitting(lines: readonly string[], room: number): string[] {
  let length = 0;
  return lines.filter((line) => {
    length += line.length + 1;
    return length <= room;
  });
}

function cut(line: string, most: number): string {
  return line.length <= most ? line : `${line.slice(0, most - 1).replace(/\\$/, "")}…`;
}

import type { GateFinding, GateReport } from "../../domain/gate.ts";
import { code, text } from "../markdown-text.ts";
import { change, signedPoints, withRange } from "../numbers.ts";
import { headOf, tally, worstFirst } from "./text.ts";

/** Marks the one comment of a gate on a pull request; not shown. Several gates on one have a name each. */
export function commentMarker(name: string | undefined): string {
  return name === undefined ? "<!-- signalbox gate -->" : `<!-- signalbox gate: ${name} -->`;
}

const WORDS = {
  pass: "✅ pass",
  reject: "❌ reject",
  inconclusive: "❓ inconclusive",
  error: "⛔ not judged",
} as const;

/** The gate as Markdown: for a step summary or a comment, the worst first, cut at a whole finding where it would be longer than `most` characters. */
export function renderGateMarkdown(
  report: GateReport,
  { name, most = 65_000 }: { readonly name?: string | undefined; readonly most?: number } = {},
): string {
  const { findings, overrides, before, after } = report;
  const head = [
    commentMarker(name),
    `## Routing gate${name === undefined ? "" : ` ${text(name)}`}: ${tally(findings)}`,
    "",
    ...(before === null || after === null ? [] : [`${code(before)} → ${code(after)}`, ""]),
    ...overridesTable(overrides),
  ].join("\n");
  let body = head;
  const sorted = worstFirst(findings);
  for (const [index, finding] of sorted.entries()) {
    const block = `\n${blockOf(finding)}\n`;
    const rest = `\n${sorted.length - index} more are in the job's log.\n`;
    if (body.length + block.length + rest.length > most) return body + rest;
    body += block;
  }
  return `${body}\n`;
}

function blockOf(finding: GateFinding): string {
  const { outcome, reason, notes, command, file, line, quality, costRatio } = finding;
  const place = file === null ? "" : ` (${code(line === null ? file : `${file}:${line}`)})`;
  const facts = [
    ...(quality === null ? [] : [`quality ${text(withRange(quality, signedPoints))} points`]),
    ...(costRatio === null ? [] : [`cost ${text(withRange(costRatio, change))}`]),
  ];
  return [
    `### ${WORDS[outcome]}: ${text(headOf(finding))}${place}`,
    "",
    text(reason),
    ...(facts.length === 0 ? [] : ["", `${facts.join("; ")}.`]),
    ...notes.map((note) => `\n> ${text(note)}`),
    ...(command === null ? [] : ["", "To settle it:", "", `    ${command.replace(/\s+/g, " ")}`]),
  ].join("\n");
}

function overridesTable(overrides: GateReport["overrides"]): string[] {
  if (overrides.length === 0) return [];
  return [
    "| exception | what | by | until | why |",
    "|---|---|---|---|---|",
    ...overrides.map(
      ({ route, what, by, until, reason, expired }) =>
        `| ${text(route)}${expired ? " (**expired**)" : ""} | ${text(what)} | ${text(by)} | ${until} | ${text(reason)} |`,
    ),
    "",
  ];
}

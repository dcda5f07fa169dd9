import { stripVTControlCharacters } from "node:util";
import type { GateFinding, GateReport } from "../../domain/gate.ts";

/** What a finding is about, `ticket_triage: a -> b`, or `ticket_triage, fallback c`. */
export function headOf({ route, about, from, to }: GateFinding): string {
  if (about === "fallback") return `${route}, fallback ${to}`;
  if (about === "parameters" || about === "policy" || about === "suite") return `${route}, ${about}`;
  if (about === "audit") return `audit of ${route}`;
  if (about === "override") return `${route}, exception`;
  return from !== null && to !== null && from !== to ? `${route}: ${from} -> ${to}` : route;
}

/** Findings with the worst first, else in the table's order. */
export function worstFirst(findings: readonly GateFinding[]): GateFinding[] {
  const rank = { error: 0, reject: 1, inconclusive: 2, pass: 3 } as const;
  return findings.toSorted((a, b) => rank[a.outcome] - rank[b.outcome]);
}

/** What the gate says, in a few words: `1 rejected, 2 inconclusive, 3 pass`. */
export function tally(findings: readonly GateFinding[]): string {
  const count = (outcome: GateFinding["outcome"]) => findings.filter((each) => each.outcome === outcome).length;
  const parts = [
    [count("error"), "not judged"],
    [count("reject"), "rejected"],
    [count("inconclusive"), "inconclusive"],
    [count("pass"), "pass"],
  ] as const;
  const shown = parts.filter(([number]) => number > 0).map(([number, word]) => `${number} ${word}`);
  return shown.length === 0 ? "No route changed: nothing to judge" : shown.join(", ");
}

/** The gate on a terminal: a block for each finding, then the exceptions in force. */
export function renderGate({ findings, overrides }: GateReport): string {
  const lines = findings.length === 0 ? ["No route changed: nothing to judge."] : [];
  for (const { route, what, by, reason, until, expired } of overrides) {
    lines.push(`${expired ? "EXPIRED" : "EXCEPTION"} ${route}: ${what}, by ${by} until ${until}: ${reason}`);
  }
  return renderFindings(findings) + printable(lines.map((line) => `${line}\n`).join(""));
}

/** A block for each finding. */
export function renderFindings(findings: readonly GateFinding[]): string {
  const lines = findings.flatMap((finding) => [
    `${finding.outcome.toUpperCase()} ${headOf(finding)}`,
    `  ${finding.reason}`,
    ...finding.notes.map((note) => `  Note: ${note}`),
    ...(finding.command === null ? [] : [`  To settle it: ${finding.command}`]),
  ]);
  return printable(lines.map((line) => `${line}\n`).join(""));
}

/** Names and reasons come from files: no escape sequence of theirs may reach the terminal. */
export function printable(text: string): string {
  return stripVTControlCharacters(text).replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, "");
}

import { asksEvidence, fallbackChange } from "../compare/gate-fallbacks.ts";
import { type Commands, type RouteNeeds, settlingCommands } from "../compare/settling.ts";
import type { GateFinding } from "../domain/gate.ts";
import type { RouteChange } from "../routing/diff.ts";
import type { JudgedCatalog } from "./gate-catalog.ts";

/** What of the flags of a command `eval` has to be given as well, for it to read the same files. */
export function flagsGiven(options: {
  readonly catalog: string;
  readonly table: string;
  readonly out?: string | undefined;
}): Readonly<Record<string, string | undefined>> {
  const { catalog, table, out } = options;
  return {
    catalog: catalog === "models.yaml" ? undefined : catalog,
    routing: table === "routing.yaml" ? undefined : table,
    out,
  };
}

/** The commands that settle a suite's changed routes: those that the evidence of today carries are in it, for it is replaced. */
export function commandsBySuite(
  changes: readonly RouteChange[],
  given: {
    readonly changedModels: ReadonlyMap<string, string>;
    readonly gone: JudgedCatalog["gone"];
    readonly flags: ReturnType<typeof flagsGiven>;
  },
): (suite: string) => Commands {
  const { flags } = given;
  const needs = new Map<string, RouteNeeds[]>();
  for (const { route, before, after } of changes) {
    if (before === undefined || after === undefined) continue;
    const change = { before, after, changedModels: given.changedModels };
    if (!asksEvidence(change)) continue;
    const { model: incumbent } = before;
    const models = [after.model, ...fallbackChange(change).asked];
    const isGone = given.gone(incumbent) !== undefined;
    needs.set(after.suite, [...(needs.get(after.suite) ?? []), { route, incumbent, isGone, models }]);
  }
  const known = new Map<string, Commands>();
  return (suite) => {
    const commands = known.get(suite) ?? settlingCommands(suite, needs.get(suite) ?? [], flags);
    known.set(suite, commands);
    return commands;
  };
}

/** Where one route of a suite needs fresh answers, the others are given the same command: it settles them, too. */
export function freshTogether(findings: readonly GateFinding[]): GateFinding[] {
  const given = new Set(findings.map(({ command }) => command));
  return findings.map((finding) => {
    const fresh = `${finding.command} --fresh`;
    return given.has(fresh) ? { ...finding, command: fresh } : finding;
  });
}

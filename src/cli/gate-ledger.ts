import { relative, resolve } from "node:path";
import type { Ledger } from "../compare/ledger-entries.ts";
import { firstRewrittenLine } from "../compare/ledger-lines.ts";
import type { GateFinding } from "../domain/gate.ts";
import { UserError } from "../errors.ts";
import { EMPTY_FINDING } from "./gate-overrides.ts";
import type { Base } from "./git.ts";
import { ledgerFile, ledgerOf } from "./ledger.ts";
import { readNow } from "./routing-source.ts";

/** The ledger as a gate reads it: undefined where it cannot be trusted, and then why. */
export interface ReadLooks {
  readonly ledger: Ledger | undefined;
  readonly findings: readonly GateFinding[];
}

/** The ledger, and what is wrong with it: it may only grow. */
export function readLooks(root: string, reports: string, base: Base | undefined): ReadLooks {
  const file = relative(root, resolve(ledgerFile(reports)));
  const complain = (reason: string, line: number): ReadLooks => ({
    ledger: undefined,
    findings: [{ ...EMPTY_FINDING, route: file, about: "ledger", outcome: "reject", reason, file, line }],
  });
  const now = textOrNothing(root, file);
  const then = base?.show(file) ?? "";
  const rewritten = firstRewrittenLine(then, now);
  if (rewritten !== null) {
    return complain(
      `The ledger of looks was rewritten from line ${rewritten}: it may only be added to. Restore it.`,
      rewritten,
    );
  }
  try {
    return { ledger: ledgerOf(now, file), findings: [] };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { what, remedy, where } = error.complaint;
    return complain(`${what} ${remedy}`, Number(where?.split(":").at(-1) ?? 1));
  }
}

function textOrNothing(root: string, file: string): string {
  try {
    return readNow(root)(file);
  } catch {
    return "";
  }
}

import { createHash } from "node:crypto";
import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Ledger } from "../compare/ledger-entries.ts";
import { ledgerLine, readLedger } from "../compare/ledger-lines.ts";
import type { Decision } from "../domain/decision.ts";
import type { Run } from "../domain/run.ts";
import { UserError } from "../errors.ts";
import { lockFolder } from "./lock.ts";
import type { World } from "./world.ts";

const WAIT_MS = 60_000;

/** The ledger of looks below a folder of reports: committed, and only ever added to. */
export function ledgerFile(reports: string): string {
  return join(reports, "evidence", "ledger.jsonl");
}

/** The ledger of what nobody counts: simulated runs. */
export const NO_LOOKS: Ledger = { entries: [], digest };

/** The looks made so far. @throws UserError with file and line for a ledger that cannot be read */
export function loadLedger(reports: string, shownAs: string = ledgerFile(reports)): Ledger {
  const file = ledgerFile(reports);
  return ledgerOf(existsSync(file) ? readFileSync(file, "utf8") : "", shownAs);
}

/** A ledger from its text. @throws UserError with file and line */
export function ledgerOf(text: string, shownAs: string): Ledger {
  const read = readLedger(text);
  if (read.state === "read") return { entries: read.entries, digest };
  const remedy =
    "Restore it (git checkout). Where two branches have both added looks, take one side whole and run the other's suite again.";
  throw new UserError({
    where: `${shownAs}:${read.line}`,
    what: `The ledger of looks is broken: ${read.problem}.`,
    remedy,
  });
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** The ledger while a run is decided: nobody else looks meanwhile, and what was seen is written down before it is shown. */
export interface Looks {
  readonly ledger: Ledger;
  record(run: Run, decision: Decision): void;
  close(): void;
}

/** Opens the ledger for a look. Close it, whatever happens. @throws UserError when it is broken, or somebody holds it for a minute */
export async function openLooks(reports: string, { clock }: Pick<World, "clock">): Promise<Looks> {
  const { newEntries } = await import("../compare/ledger-entries.ts");
  const file = ledgerFile(reports);
  mkdirSync(dirname(file), { recursive: true });
  const unlock = await lockFolder(dirname(file), clock, WAIT_MS);
  try {
    const ledger = loadLedger(reports);
    return {
      ledger,
      record: (run, decision) => {
        const lines = newEntries(run, ledger, decision).map(ledgerLine).join("");
        if (lines !== "") appendFileSync(file, lines);
      },
      close: unlock,
    };
  } catch (error) {
    unlock();
    throw error;
  }
}

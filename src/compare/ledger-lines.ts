import { type LedgerEntry, LedgerEntrySchema } from "../domain/ledger.ts";

/** A ledger that was read, or the line that cannot be. */
export type LedgerText =
  | { readonly state: "read"; readonly entries: readonly LedgerEntry[] }
  | { readonly state: "broken"; readonly line: number; readonly problem: string };

/** An entry as a line of JSON, keys in the schema's order and a line feed at the end: the same entry, the same bytes. */
export function ledgerLine(entry: LedgerEntry): string {
  return `${JSON.stringify(LedgerEntrySchema.parse(entry))}\n`;
}

/** Reads a ledger, one entry a line. An empty text is an empty ledger. Line numbers count from 1. */
export function readLedger(text: string): LedgerText {
  const entries: LedgerEntry[] = [];
  const counts = new Map<string, number>();
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  for (const [index, line] of lines.entries()) {
    const broken = (problem: string): LedgerText => ({ state: "broken", line: index + 1, problem });
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      return broken("not JSON");
    }
    const parsed = LedgerEntrySchema.safeParse(value);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      return broken(`${issue?.path.join(".") ?? "entry"}: ${issue?.message ?? "not an entry"}`);
    }
    if (JSON.stringify(parsed.data) !== line) return broken("not in the form that Signalbox writes");
    const problem = disorder(counts, parsed.data);
    if (problem !== undefined) return broken(problem);
    entries.push(parsed.data);
  }
  return { state: "read", entries };
}

// Two branches that both looked have both counted on from the same entry: one of them has to be counted again.
function disorder(counts: Map<string, number>, entry: LedgerEntry): string | undefined {
  const { kind, j } = entry;
  const key = keyOf(entry);
  const last = counts.get(key) ?? 0;
  counts.set(key, Math.max(last, j));
  if (kind === "planned") return j === 0 ? undefined : "a planned look is counted 0";
  if (kind === "confirm" && j === last && j > 0) return undefined;
  if (j === last + 1) return undefined;
  return `${kind} ${j} of ${entry.route} (${entry.candidate}) follows number ${last}: looks are counted one by one`;
}

// Confirmations are counted by themselves.
function keyOf({ suite, route, incumbent, candidate, kind }: LedgerEntry): string {
  return JSON.stringify([suite, route, incumbent, candidate, kind === "confirm"]);
}

/**
 * Whether a ledger only grew: the base's text must be the beginning of the head's.
 * @returns the first line (from 1) that differs or is gone, or null
 */
export function firstRewrittenLine(base: string, head: string): number | null {
  const [before, after] = [base.split("\n"), head.split("\n")];
  if (before.at(-1) === "") before.pop();
  const at = before.findIndex((line, index) => after[index] !== line);
  return at === -1 ? null : at + 1;
}

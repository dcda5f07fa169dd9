import type { Run } from "../domain/run.ts";
import { lookPlan } from "../stats/looks.ts";
import { type Cell, cellsOf, outcomeAt } from "./comparison.ts";
import type { Ledger } from "./ledger-entries.ts";
import { casesOf } from "./pairs.ts";
import { standingsOf } from "./standings.ts";
import { tabulate } from "./table.ts";
import { familyOf, withSlices } from "./test-plan.ts";

/** The futility rule is asked every ten cases from 20; of a long plan, fifty times. */
const FIRST = 20;
const EVERY = 10;
const MOST_QUESTIONS = 50;

/** A point at which a run that collects until decided asks whom to go on with. */
export interface Checkpoint {
  /** Cases of the run's order that have been asked by then. */
  readonly cases: number;
  /** Whether a look was declared here: money, latency and errors are judged at looks alone. */
  readonly look: boolean;
}

/** Where a run may stop asking: every ten cases of each route (and named slice) from 20, and at their declared looks. */
export function checkpointsOf(run: Pick<Run, "cases" | "manifest">): Checkpoint[] {
  const found = new Map<number, boolean>();
  for (const route of run.manifest.routes.flatMap(withSlices)) {
    const indices = casesOf(run, route.slice);
    if (indices.length === 0) continue;
    const at = (n: number, look: boolean) => {
      const cases = (indices[n - 1] as number) + 1;
      found.set(cases, look || found.get(cases) === true);
    };
    const step = Math.max(EVERY, Math.ceil(indices.length / MOST_QUESTIONS));
    for (let n = FIRST; n < indices.length; n += step) at(n, false);
    for (const { n } of lookPlan(indices.length)) at(n, true);
  }
  return [...found].map(([cases, look]) => ({ cases, look })).sort((a, b) => a.cases - b.cases);
}

/**
 * The candidates that a run still has to ask: those with an open comparison, and the incumbents of these. A comparison is
 * settled once it passes at its Holm level (which only rises), or is futile; at a declared look also where money, latency or
 * errors speak against it. Stopping is part of the declared procedure: looks that are not made spend nothing.
 */
export function stillOpen(
  run: Run,
  { ledger, look }: { readonly ledger: Ledger | undefined; readonly look: boolean },
): ReadonlySet<string> {
  const table = tabulate(run);
  const cells = run.manifest.routes.flatMap(withSlices).flatMap((route) => cellsOf(route, { run, table, ledger }));
  const standings = standingsOf(
    cells.map(({ p }) => p),
    familyOf(run.manifest).alpha,
  );
  const open = cells.filter((cell, index) => !isSettled(cell, standings[index]?.level ?? 0, look));
  return new Set(open.flatMap(({ candidate, route }) => [candidate, route.incumbent]));
}

function isSettled(cell: Cell, level: number, look: boolean): boolean {
  const { outcome, conditions } = cell.units((units) => outcomeAt(cell, units, level));
  if (outcome === "passes") return true;
  if (outcome === "open") return false;
  return look || conditions.some(({ name, state }) => name === "quality" && state === "fails");
}

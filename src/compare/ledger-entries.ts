import type { Decision } from "../domain/decision.ts";
import type { LedgerEntry, LedgerKey } from "../domain/ledger.ts";
import type { PlannedRoute, Run } from "../domain/run.ts";
import { type LookData, type LookPlan, planLook } from "./ledger.ts";
import { casesOf, collectedOf } from "./pairs.ts";
import { type Row, type Table, tabulate } from "./table.ts";
import { type TestPlan, testPlanOf } from "./test-plan.ts";

/** The looks made so far, oldest first, and the hash that its entries use: sha256 of a text, in hex. */
export interface Ledger {
  readonly entries: readonly LedgerEntry[];
  readonly digest: (text: string) => string;
}

/** A cell of a run's family, and what it would be tested by at a first look. */
interface CellPlace {
  readonly route: PlannedRoute;
  readonly candidate: string;
  readonly caseIndices: readonly number[];
  readonly fresh: TestPlan;
}

interface Source {
  readonly run: Run;
  readonly table: Table;
  readonly ledger: Ledger | undefined;
}

/** The plan of one cell of a run's family, given the looks that its key has had. Without a ledger it is the first. */
export function cellPlan(source: Source, place: CellPlace): LookPlan {
  const { run, ledger } = source;
  const { route, candidate, fresh } = place;
  const key = { suite: run.manifest.suite.id, route: route.route, incumbent: route.incumbent, candidate };
  const past = (ledger?.entries ?? []).filter((entry) => sameKey(entry, key));
  return planLook(past, fresh, lookData(source, place));
}

/**
 * What a decided run adds to the ledger: an entry for each comparison that saw answers, but for those that the ledger holds
 * already. Append them before anybody reads the verdict.
 * @param ledger the one that the run was decided with
 */
export function newEntries(run: Run, ledger: Ledger, decision: Decision): LedgerEntry[] {
  const table = tabulate(run);
  return decision.routes.flatMap(({ route: name, incumbent, comparisons }) => {
    const route = run.manifest.routes.find((each) => each.route === name && each.incumbent === incumbent);
    if (route === undefined) return [];
    const caseIndices = casesOf(run, route.slice);
    const fresh = testPlanOf(run, route, caseIndices);
    return comparisons.flatMap(({ candidate, n, outcome, p }): LedgerEntry[] => {
      const place = { route, candidate, caseIndices, fresh };
      const plan = cellPlan({ run, table, ledger }, place);
      if (plan.recorded || n === 0) return [];
      const { cases, policy, answers } = lookData({ run, table, ledger }, place);
      const { test, plannedCases, plannedN: plannedUnits, plannedAlpha: alpha } = plan;
      return [
        {
          suite: run.manifest.suite.id,
          route: name,
          incumbent,
          candidate,
          ...plan.look,
          cases,
          policy,
          dataset: run.manifest.suite.datasetSha256,
          answers: answers(cases),
          plan: { test, plannedCases, plannedUnits, alpha, seed: run.manifest.seed },
          p,
          outcome,
          run: run.manifest.runId,
        },
      ];
    });
  });
}

// What a run says about one key. Hashes are made when they are asked for.
function lookData({ run, table, ledger }: Source, { route, candidate, caseIndices }: CellPlace): LookData {
  const { manifest, cases } = run;
  const digest = (text: string) => short(ledger?.digest(text) ?? "");
  const rowOf = (id: string) => table[manifest.candidates.findIndex((each) => each.id === id)];
  const [ours, theirs] = [rowOf(candidate), rowOf(route.incumbent)];
  const lineOf = (index: number) =>
    JSON.stringify([
      cases.at(index)?.id,
      cases.at(index)?.clusterId ?? null,
      numbersOf(ours, index),
      numbersOf(theirs, index),
    ]);
  const known = new Map<number, string>();
  const { objective, alpha, margin, minSaving, maxCostRatio, maxErrorRate, p95LatencyMs } = route.policy;
  const { scale } = manifest.suite;
  const rules = [
    scale,
    manifest.repeats,
    objective,
    alpha,
    margin,
    minSaving,
    maxCostRatio ?? null,
    maxErrorRate,
    p95LatencyMs ?? null,
  ];
  return {
    cases: ours === undefined ? 0 : collectedOf(caseIndices, ours).length,
    policy: digest(JSON.stringify([...rules, Object.entries(route.slice).sort()])),
    answers(count) {
      const hash = known.get(count) ?? digest(caseIndices.slice(0, count).map(lineOf).join("\n"));
      known.set(count, hash);
      return hash;
    },
    confirms: manifest.confirms !== undefined,
  };
}

function numbersOf(row: Row | undefined, index: number): unknown[] | undefined {
  const trials = row?.at(index).trials;
  return trials?.map(({ repeat, state, quality, costUsd, latencyMs }) => [repeat, state, quality, costUsd, latencyMs]);
}

// 128 bits are plenty against accident, and keep a line of the ledger readable.
function short(hash: string): string {
  return hash.slice(0, 32);
}

function sameKey(a: LedgerKey, b: LedgerKey): boolean {
  return a.suite === b.suite && a.route === b.route && a.incumbent === b.incumbent && a.candidate === b.candidate;
}

import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Manifest, PlannedRoute, RunFile } from "../domain/run.ts";
import type { Suite } from "../domain/suite.ts";
import { UserError } from "../errors.ts";
import { evidenceFile, readEvidence } from "./evidence.ts";
import { loadLedger } from "./ledger.ts";
import { readRun, savedRuns } from "./saved-runs.ts";

/**
 * Cases that a candidate was looked at with before, by id: a confirmation asks others.
 * @throws UserError where the ledger knows of a look whose cases nobody here knows
 */
export function usedCases(
  reports: string,
  suite: string,
  { candidate, resume }: { readonly candidate: string; readonly resume: boolean },
): ReadonlySet<string> {
  const folder = join(reports, suite);
  const runs = savedRuns(folder).map((name) => readRun(join(folder, name)));
  // A confirmation that is gone on with asks its own cases.
  const own = ({ status, manifest }: RunFile) => resume && status !== "complete" && manifest.confirms === candidate;
  const saved = runs.filter((run) => !own(run)).map(({ manifest }) => manifest);
  const file = evidenceFile(reports, suite);
  const evidence = existsSync(file) ? readEvidence(file) : undefined;
  if (typeof evidence === "string") {
    throw new UserError({ where: file, what: `It cannot be read: ${evidence}.`, remedy: "Restore it (git checkout)." });
  }
  const manifests: Pick<Manifest, "runId" | "order" | "candidates">[] = [...saved];
  if (evidence !== undefined) manifests.push({ ...evidence.manifest, order: evidence.cases.map(([id]) => id) });
  const known = new Set([...runs.map(({ manifest }) => manifest.runId), ...manifests.map(({ runId }) => runId)]);
  const lost = loadLedger(reports).entries.find(
    (entry) => entry.suite === suite && entry.candidate === candidate && !known.has(entry.run),
  );
  if (lost !== undefined) {
    const what = `The ledger knows of a look at ${candidate} (run ${lost.run}), but not which cases it used.`;
    const remedy = `Restore that run below ${folder}, or its evidence.`;
    throw new UserError({ where: "--confirm", what, remedy });
  }
  const asked = manifests.filter(({ candidates }) => candidates.some(({ id }) => id === candidate));
  return new Set(asked.flatMap(({ order }) => order));
}

/**
 * The order of the cases at the last look at a suite that was counted, by id: what has come since is appended, so that the
 * looks and bets of then can go on. Undefined where there was none, or nobody here knows it.
 */
export function lastOrder(reports: string, suite: string): readonly string[] | undefined {
  const folder = join(reports, suite);
  const looks = loadLedger(reports).entries.filter((entry) => entry.suite === suite && entry.kind !== "confirm");
  if (looks.length === 0) return undefined;
  const saved = new Set(savedRuns(folder));
  const file = evidenceFile(reports, suite);
  const evidence = existsSync(file) ? readEvidence(file) : undefined;
  for (const { run } of looks.toReversed()) {
    if (saved.has(run)) return readRun(join(folder, run)).manifest.order;
    if (typeof evidence === "object" && evidence.manifest.runId === run) return evidence.cases.map(([id]) => id);
  }
  return undefined;
}

/** Cases in a known order first, as far as they are drawn, and the others behind them as they were. */
export function appended(drawn: Uint32Array, known: readonly number[]): Uint32Array {
  if (known.length === 0) return drawn;
  const all = new Set(drawn);
  const first = new Set(known.filter((place) => all.has(place)));
  return Uint32Array.from([...first, ...drawn.filter((place) => !first.has(place))]);
}

/** What to say where every case was used. */
export function nothingUnused({ id, dataset }: Suite, candidate: string, used: number): UserError {
  const what = `All ${used} cases of "${id}" were used by earlier looks at ${candidate}, so there is nothing to confirm it with.`;
  return new UserError({ where: "--confirm", what, remedy: `Add cases to ${dataset} that no run has seen.` });
}

/** @throws UserError where the candidate to be confirmed serves every route already */
export function checkConfirmed(routes: readonly PlannedRoute[], candidate: string | undefined): void {
  if (candidate === undefined || routes.some(({ incumbent }) => incumbent !== candidate)) return;
  const remedy = "Name the candidate that is to take its place.";
  throw new UserError({ where: "--confirm", what: `${candidate} serves the task today.`, remedy });
}

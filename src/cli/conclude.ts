import { join } from "node:path";
import { decide, type Truth } from "../compare/decide.ts";
import type { Case } from "../domain/case.ts";
import type { ReportInput } from "../domain/detail.ts";
import type { Run, RunFile } from "../domain/run.ts";
import { UserError } from "../errors.ts";
import { renderCsv } from "../report/csv.ts";
import { renderHtml } from "../report/html.ts";
import { renderMarkdown } from "../report/markdown.ts";
import { assembleRun, type Spent } from "../run/assemble.ts";
import { readJournal } from "../run/journal.ts";
import { assembleDetails } from "./details.ts";
import type { Keys } from "./keys.ts";
import type { Looks } from "./ledger.ts";
import { seededRandom } from "./world.ts";
import { writeJson, writeWhole } from "./write.ts";

/** Paths of what a run leaves behind, in its folder. */
export const OUTPUTS = {
  journal: "journal.jsonl",
  run: "run.json",
  decision: "decision.json",
  csv: "results.csv",
  html: "report.html",
  markdown: "summary.md",
} as const;

/**
 * Decides a run from its journal and writes every report. Calls nobody: the same journal gives the same bytes.
 * @throws UserError when a suite that declares right-or-wrong scores gave a grade in between
 */
export async function conclude(options: {
  readonly directory: string;
  readonly run: RunFile;
  readonly cases: readonly Case[];
  readonly truth: Truth | undefined;
  readonly keys: Keys;
  /** The looks made before; with `record`, this one is added. */
  readonly looks: Pick<Looks, "ledger"> & { readonly record?: Looks["record"] };
}): Promise<ReportInput> {
  const { directory, run, cases, truth, keys, looks } = options;
  const journal = join(directory, OUTPUTS.journal);
  const facts = cases.map(({ id, tags, clusterId }) => ({ id, tags, clusterId }));
  const assembly = await assembleRun(run.manifest, facts, readJournal(journal));
  const numbers = assembly.run;
  checkScale(numbers);
  const decision = decide(numbers, seededRandom(run.manifest.seed), { truth, ledger: looks.ledger });
  looks.record?.(numbers, decision);
  const details = await assembleDetails(run.manifest, cases, readJournal(journal));
  const finished: RunFile = { ...run, totals: totalsOf(numbers, assembly.spent, run) };
  const input: ReportInput = { run: finished, decision, cases: details };
  writeJson(join(directory, OUTPUTS.run), finished, keys.scrub);
  writeJson(join(directory, OUTPUTS.decision), decision, keys.scrub);
  writeWhole(join(directory, OUTPUTS.csv), keys.scrub(renderCsv(input)));
  writeWhole(join(directory, OUTPUTS.html), keys.scrub(renderHtml(input)));
  writeWhole(join(directory, OUTPUTS.markdown), keys.scrub(renderMarkdown(input)));
  return input;
}

function checkScale(run: Run): void {
  const { suite } = run.manifest;
  if (suite.scale !== "binary") return;
  for (const { caseIndex, quality } of run.trials) {
    if (quality === null || quality === 0 || quality === 1) continue;
    const what = `The suite declares scale "binary", but case "${run.cases[caseIndex]?.id}" has quality ${quality}.`;
    const remedy = 'Declare scale: "graded", or use scorers that give 0 or 1.';
    throw new UserError({ where: `evals/${suite.id}.ts`, what, remedy });
  }
}

function totalsOf({ manifest, trials }: Run, spent: Spent, file: RunFile): NonNullable<RunFile["totals"]> {
  const { order, candidates, repeats } = manifest;
  // A run that was killed wrote no totals: what it planned follows from its manifest.
  const planned = file.totals?.planned ?? order.length * candidates.length * repeats;
  const counts = { completed: 0, failed: 0, missing: 0 };
  for (const { state } of trials) counts[state] += 1;
  return {
    planned,
    completed: counts.completed,
    failed: counts.failed,
    missing: planned - trials.size,
    knownUsd: spent.answersUsd,
    judgeUsd: spent.judgeUsd,
    judgeUnpriced: spent.unpricedJudgements,
    unpricedTrials: spent.unpricedAnswers,
    resumed: file.totals?.resumed ?? 0,
  };
}

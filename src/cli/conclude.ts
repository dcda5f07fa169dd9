import { join } from "node:path";
import { decideWithStops, type Truth } from "../compare/decide.ts";
import { STOP_GRID } from "../compare/stops.ts";
import type { ReportInput } from "../domain/detail.ts";
import type { Run, RunFile } from "../domain/run.ts";
import { UserError } from "../errors.ts";
import { BYTE_ORDER_MARK } from "../report/csv.ts";
import { renderJunit } from "../report/junit.ts";
import { renderMarkdown } from "../report/markdown.ts";
import { renderModelsCsv } from "../report/models-csv.ts";
import type { Spent } from "../run/assemble.ts";
import type { Cases } from "../suite/cases.ts";
import type { BegunOutputs } from "./begun-outputs.ts";
import { CaseOutputs, frameOf } from "./case-outputs.ts";
import { type Counted, countJournal } from "./counted.ts";
import { caseDetails } from "./details.ts";
import { keepHeapSmall } from "./heap.ts";
import type { Keys } from "./keys.ts";
import { withPeople } from "./label-facts.ts";
import type { Looks } from "./ledger.ts";
import { OUTPUTS } from "./outputs.ts";
import { peopleReports } from "./people-reports.ts";
import { seededRandom } from "./world.ts";
import { writeJson, writeWhole } from "./write.ts";

/**
 * Decides a run from its journal and writes every report. Calls nobody: the same journal and labels give the same bytes. Answers
 * are never held: they are read for their numbers, unless these were counted while the journal was written, and read to be
 * written case by case.
 * @throws UserError when a suite that declares right-or-wrong scores gave a grade in between
 */
export async function conclude(options: {
  readonly directory: string;
  /** The project, where people's labels are. */
  readonly root: string;
  readonly run: RunFile;
  readonly cases: Cases;
  readonly truth: Truth | undefined;
  /** What the journal comes to, where this process has written it; left out, it is read. */
  readonly counted?: Counted | undefined;
  readonly keys: Keys;
  /** The looks made before; with `record`, this one is added. */
  readonly looks: Pick<Looks, "ledger"> & { readonly record?: Looks["record"] };
  /** Write the page as a folder, its answers as scripts beside it. */
  readonly bundle?: boolean;
  /** Start CSV files with a byte order mark: Excel reads them as UTF-8 only so. */
  readonly byteOrderMark?: boolean;
  /** Outputs that were begun while the run went on. They know of no labels. */
  readonly begun?: BegunOutputs | undefined;
}): Promise<ReportInput> {
  const { directory, root, run, cases, truth, keys, looks } = options;
  const file = join(directory, OUTPUTS.journal);
  const { manifest } = run;
  keepHeapSmall(manifest.order.length * manifest.candidates.length * manifest.repeats);
  const { assembly, tally } = options.counted ?? countJournal(manifest, cases.facts, file);
  const numbers = withPeople(assembly.run, { root, cases, journal: file });
  checkScale(numbers);
  const known = { truth, ledger: looks.ledger, grid: STOP_GRID };
  const { decision, stops } = decideWithStops(numbers, seededRandom(manifest.seed), known);
  // An unfinished run is no look yet: what is missing now would change every number that the ledger had hashed.
  if (run.status === "complete") looks.record?.(numbers, decision);
  const finished: RunFile = { ...run, totals: totalsOf(numbers, assembly.spent, run) };
  const frame = frameOf(manifest, cases.facts);
  const counted = { ...tally.facts(numbers), tags: frame.tags };
  const people = peopleReports(numbers, decision, { root, cases, journal: file });
  const input: ReportInput = { run: finished, decision, facts: counted, numbers, stops, people };
  writeJson(join(directory, OUTPUTS.run), finished, keys.scrub);
  writeJson(join(directory, OUTPUTS.decision), decision, keys.scrub);
  writeWhole(join(directory, OUTPUTS.markdown), keys.scrub(renderMarkdown(input)));
  writeWhole(join(directory, OUTPUTS.junit), keys.scrub(renderJunit(input)));
  const mark = options.byteOrderMark === true ? BYTE_ORDER_MARK : "";
  writeWhole(join(directory, OUTPUTS.models), mark + keys.scrub(renderModelsCsv(input)));
  const begun = options.begun?.take();
  if (begun !== undefined && numbers.people === undefined) await begun.write(input);
  else {
    begun?.close();
    const details = caseDetails({ manifest, cases, file, assembly, people: numbers.people });
    const { bundle, byteOrderMark } = options;
    await new CaseOutputs({ frame, directory, keys, details, bundle, byteOrderMark }).write(input);
  }
  return input;
}

function checkScale(run: Run): void {
  const { suite } = run.manifest;
  if (suite.scale !== "binary") return;
  for (const { caseIndex, quality } of run.trials) {
    if (quality === null || quality === 0 || quality === 1) continue;
    const what = `The suite declares scale "binary", but case "${run.cases.at(caseIndex)?.id}" has quality ${quality}.`;
    const remedy = 'Declare scale: "graded", or use scorers that give 0 or 1.';
    throw new UserError({ where: `evals/${suite.id}.ts`, what, remedy });
  }
}

function totalsOf({ manifest, trials }: Run, spent: Spent, file: RunFile): NonNullable<RunFile["totals"]> {
  const { order, candidates, repeats } = manifest;
  // A run that was killed wrote no totals: what it planned follows from its manifest.
  const planned = file.totals?.planned ?? order.length * candidates.length * repeats;
  const counts = { completed: 0, failed: 0, missing: 0 };
  let unscored = 0;
  for (const { state, quality } of trials) {
    counts[state] += 1;
    if (state === "completed" && quality === null) unscored += 1;
  }
  return {
    planned,
    completed: counts.completed,
    unscored,
    failed: counts.failed,
    missing: planned - trials.size,
    knownUsd: spent.answersUsd,
    judgeUsd: spent.judgeUsd,
    judgeUnpriced: spent.unpricedJudgements,
    unpricedTrials: spent.unpricedAnswers,
    cached: spent.cached,
    cachedUsd: spent.cachedUsd,
    ...(spent.cachedSince === null ? {} : { cachedSince: spent.cachedSince }),
    resumed: file.totals?.resumed ?? null,
  };
}

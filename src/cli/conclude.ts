import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { decideWithStops, type Truth } from "../compare/decide.ts";
import { STOP_GRID } from "../compare/stops.ts";
import type { CaseDetail, Growing, Piece, ReportInput } from "../domain/detail.ts";
import type { CaseFacts, Run, RunFile } from "../domain/run.ts";
import { UserError } from "../errors.ts";
import { BYTE_ORDER_MARK, csvReport } from "../report/csv.ts";
import { htmlReport } from "../report/html.ts";
import { renderJunit } from "../report/junit.ts";
import { renderMarkdown } from "../report/markdown.ts";
import { renderModelsCsv } from "../report/models-csv.ts";
import type { Spent } from "../run/assemble.ts";
import type { Cases } from "../suite/cases.ts";
import { type Counted, countJournal } from "./counted.ts";
import { caseDetails } from "./details.ts";
import { keepHeapSmall } from "./heap.ts";
import type { Keys } from "./keys.ts";
import { withPeople } from "./label-facts.ts";
import type { Looks } from "./ledger.ts";
import { BUNDLE, OUTPUTS } from "./outputs.ts";
import { peopleReports } from "./people-reports.ts";
import { seededRandom } from "./world.ts";
import { openDraft, PieceWriter, writeJson, writeWhole } from "./write.ts";

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
  const counted = { ...tally.facts(numbers), tags: tagsOf(cases.facts) };
  const people = peopleReports(numbers, decision, { root, cases, journal: file });
  const input: ReportInput = { run: finished, decision, facts: counted, numbers, stops, people };
  writeJson(join(directory, OUTPUTS.run), finished, keys.scrub);
  writeJson(join(directory, OUTPUTS.decision), decision, keys.scrub);
  writeWhole(join(directory, OUTPUTS.markdown), keys.scrub(renderMarkdown(input)));
  writeWhole(join(directory, OUTPUTS.junit), keys.scrub(renderJunit(input)));
  const mark = options.byteOrderMark === true ? BYTE_ORDER_MARK : "";
  writeWhole(join(directory, OUTPUTS.models), mark + keys.scrub(renderModelsCsv(input)));
  const details = caseDetails({ manifest, cases, file, assembly, people: numbers.people });
  await writeGrowing(details, [
    { file: join(directory, OUTPUTS.csv), report: marked(csvReport(input), mark), scrub: keys.scrub },
    options.bundle === true ? bundled(input, directory, keys) : inOneFile(input, directory, keys),
  ]);
  return input;
}

function marked(report: Growing, mark: string): Growing {
  return { ...report, start: () => mark + report.start() };
}

interface Output {
  readonly file: string;
  readonly report: Growing;
  readonly scrub: (text: string) => string;
}

function inOneFile(input: ReportInput, directory: string, { scrub }: Keys): Output {
  return { file: join(directory, OUTPUTS.html), report: htmlReport(input, { scrub }), scrub };
}

function bundled(input: ReportInput, directory: string, { scrub }: Keys): Output {
  mkdirSync(join(directory, BUNDLE.shards), { recursive: true });
  const writeShard = (name: string, text: string) => writeWhole(join(directory, BUNDLE.shards, name), text);
  return { file: join(directory, BUNDLE.page), report: htmlReport(input, { scrub, writeShard }), scrub };
}

/** Walks the cases once for all outputs that grow with them. */
async function writeGrowing(cases: Iterable<CaseDetail>, outputs: readonly Output[]): Promise<void> {
  const drafts = outputs.map(({ file, report, scrub }) => {
    const draft = openDraft(file);
    const writer = new PieceWriter(draft);
    // What comes as a promise is packed, and was scrubbed before.
    return {
      draft,
      report,
      writer,
      put: (piece: Piece) => writer.put(typeof piece === "string" ? scrub(piece) : piece),
    };
  });
  try {
    for (const { report, put } of drafts) await put(report.start());
    for (const item of cases) for (const { report, put } of drafts) await put(report.add(item));
    for (const { report, put } of drafts) await put(report.end());
    for (const { writer } of drafts) await writer.end();
  } catch (error) {
    for (const { draft } of drafts) draft.discard();
    throw error;
  }
  for (const { draft } of drafts) draft.commit();
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

function tagsOf(cases: CaseFacts): Record<string, string[]> {
  const seen = new Map<string, Set<string>>();
  for (const { tags } of cases) {
    for (const [tag, value] of Object.entries(tags)) {
      const values = seen.get(tag) ?? new Set<string>();
      seen.set(tag, values.add(value));
    }
  }
  return Object.fromEntries([...seen].map(([tag, values]) => [tag, [...values].sort()]));
}

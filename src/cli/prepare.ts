import { join, resolve } from "node:path";
import { type Candidate, type Catalog, endpointOf, type Model } from "../domain/model.ts";
import type { PlannedTrial } from "../domain/plan.ts";
import type { CaseFact, Manifest, PlannedRoute } from "../domain/run.ts";
import { inSlice } from "../domain/slice.ts";
import type { Suite } from "../domain/suite.ts";
import type { Random } from "../ports.ts";
import type { AnswerEntry } from "../providers/answer-book.ts";
import { PromptIndex, type Recording } from "../providers/replay.ts";
import { isJudged } from "../scorers/rules.ts";
import { type Cases, openCases } from "../suite/cases.ts";
import { type DatasetLine, fileSha256 } from "../suite/dataset.ts";
import { drawCases, effectiveParams, ORDER_SEED, planTrials, suiteHash, withVerdictsBy } from "../suite/plan.ts";
import { loadSuite } from "../suite/project.ts";
import { compilePrompt, type Renderer, TemplateCheck } from "../suite/render.ts";
import type { Store } from "../suite/store.ts";
import { openAnswerBook } from "./answer-book.ts";
import { chooseCandidates } from "./candidates.ts";
import { appended, checkConfirmed, lastOrder, nothingUnused, usedCases } from "./confirm.ts";
import { gitState, packageVersions } from "./facts.ts";
import { type Bench, benchFact, chooseBench } from "./judges.ts";
import { type Keys, readKeys } from "./keys.ts";
import type { RunOptions } from "./options.ts";
import { openRecording, recordedCatalog, recordedModelId } from "./recording.ts";
import { readRubrics } from "./rubrics.ts";
import { codeOf } from "./suite-files.ts";
import { checkSlices, chooseTables, routesOf } from "./tables.ts";
import { seededRandom, type World } from "./world.ts";

/** A run that is ready to start, and everything it rests on. Nothing has been called or written. */
export interface Prepared {
  readonly suite: Suite;
  readonly suiteFile: string;
  readonly catalog: Catalog;
  readonly keys: Keys;
  readonly random: Random;
  /** In test order. */
  readonly cases: Cases;
  readonly candidates: readonly Candidate[];
  readonly bench: Bench | undefined;
  /** Why there is no judge. */
  readonly noJudge: string;
  readonly book: Store<AnswerEntry> | undefined;
  readonly recording: Recording | undefined;
  readonly manifest: Manifest;
  /** Trials by candidate. */
  readonly planned: ReadonlyMap<string, number>;
  /** The trials, made anew at each call; of the cases from one place of the order to before another, if asked. */
  readonly trials: (part?: { readonly from: number; readonly to: number }) => Iterable<PlannedTrial>;
  /** The trials of the first repeat of at most so many cases. */
  readonly sample: (cases: number) => Iterable<PlannedTrial>;
}

/** Loads and checks everything that a run of a suite needs. @throws UserError for anything the user can mend. */
export async function prepare(world: World, name: string, options: RunOptions): Promise<Prepared> {
  const root = world.cwd;
  const git = gitState(root);
  const keys = readKeys(world);
  const { suite, file: suiteFile } = await loadSuite(root, name);
  const prompts = new PromptIndex();
  const dataset = readCases(root, suite, suiteFile, ({ item }) => {
    if (options.replay !== undefined) prompts.add(item);
  });
  const recording = options.replay === undefined ? undefined : openRecording(root, options.replay, dataset, prompts);
  const chosen = chooseTables(root, options, keys, recording !== undefined);
  const base = chosen.catalog();
  const catalog = recording === undefined ? base : { ...base, value: recordedCatalog(base.value, recording) };
  const routes = routesOf({
    root,
    suite,
    catalog,
    base,
    options,
    routing: chosen.routing,
    now: world.clock.now(),
  });
  checkConfirmed(routes, options.confirm);
  const { candidates, skipped } = chooseCandidates({
    catalog,
    suite,
    suiteFile,
    routes,
    asked: askedModels(options, recording),
    keys,
    now: world.clock.now(),
  });
  checkSlices(routes, dataset.facts, chosen.routing);
  const source = recording !== undefined ? "recorded" : simulated(catalog.value, candidates) ? "simulated" : "live";
  const reports = resolve(root, options.out ?? "reports");
  const cases = casesAsked(dataset, { suite, routes, recording, source, reports, options });
  const book =
    source === "simulated" && suite.answers !== undefined ? openAnswerBook(root, suite.answers, cases) : undefined;
  const allowRelated = options.allowRelatedJudge === true;
  const { bench, reason: noJudge } = suite.scorers.some(isJudged)
    ? chooseBench({
        catalog: catalog.value,
        suite,
        candidates,
        keys,
        allowRelated,
        asked: options.judge,
        now: world.clock.now(),
      })
    : { bench: undefined, reason: "" };
  const random = seededRandom(options.seed);
  const repeats = options.repeats ?? suite.repeats;
  const manifest: Manifest = {
    version: 1,
    runId: runIdOf(world),
    suite: {
      id: suite.id,
      title: suite.title,
      scale: suite.scale,
      hash: suiteHash(suite, readRubrics(root, suite), codeOf(root, suite)),
      dataset: suite.dataset,
      datasetSha256: fileSha256(join(root, suite.dataset)),
      maxPerCluster: suite.maxPerCluster,
    },
    scorers: [],
    dropped: [],
    judge: benchFact(bench),
    candidates: candidates.map(({ id, model, variant }) => ({
      id,
      model,
      variant,
      params: effectiveParams(suite.params, model),
      endpoint: endpointOf(model, catalog.value),
    })),
    skipped,
    routes: routes.map((route) => withVerdictsBy(route, suite.verdictsBy, cases.facts)),
    order: [...cases.facts.values().map(({ id }) => id)],
    plannedN: Math.max(1, cases.length),
    ...(options.confirm === undefined ? {} : { confirms: options.confirm }),
    ...(options.fresh === true ? { fresh: true } : {}),
    ...(options.untilDecided === true ? { untilDecided: true } : {}),
    repeats,
    seed: options.seed,
    source,
    startedAt: new Date(world.clock.now()).toISOString(),
    ...(await git),
    versions: packageVersions(),
    command: commandOf(world, name),
  };
  const renderers = compileAll(suite, suiteFile, candidates);
  const plan = { suite, candidates, renderers, endpointOf: (model: Model) => endpointOf(model, catalog.value) };
  const trials: Prepared["trials"] = (part) => {
    const some = () => cases.between(part?.from ?? 0, part?.to ?? cases.length);
    return recordedOnly(planTrials({ ...plan, cases: some, repeats, random: random("interleave") }), recording);
  };
  const sample = (most: number) => {
    const some = () => cases.between(0, most);
    return recordedOnly(planTrials({ ...plan, cases: some, repeats: 1, random: random("sample") }), recording);
  };
  return {
    suite,
    suiteFile,
    catalog: catalog.value,
    keys,
    random,
    cases,
    candidates,
    bench,
    noJudge,
    book,
    recording,
    manifest,
    planned: new Map(
      candidates.map((candidate) => [candidate.id, plannedOf(candidate, { cases, repeats, recording })]),
    ),
    trials,
    sample,
  };
}

/**
 * The cases of a run, in test order. Of those that are not asked nothing is kept: closures of a function share what they hold,
 * so the whole dataset must not be in reach of those that live as long as the run.
 * @throws UserError where all cases were used before
 */
function casesAsked(
  dataset: Cases,
  run: {
    readonly suite: Suite;
    readonly routes: readonly PlannedRoute[];
    readonly recording: Recording | undefined;
    readonly source: Manifest["source"];
    readonly reports: string;
    readonly options: RunOptions;
  },
): Cases {
  const { suite, routes, recording, source, reports, options } = run;
  const { confirm, limit, resume = false } = options;
  const used = confirm === undefined ? NONE_USED : usedCases(reports, suite.id, { candidate: confirm, resume });
  // A call whose answer no route would use is money for nothing.
  const isAsked = ({ id, tags }: CaseFact) =>
    routes.some(({ slice }) => inSlice(tags, slice)) && recording?.cases.has(id) !== false && !used.has(id);
  const { maxPerCluster } = suite;
  const drawn = drawCases(dataset, { isAsked, maxPerCluster }, seededRandom(ORDER_SEED)(`order ${suite.id}`));
  if (drawn.length === 0 && used.size > 0) throw nothingUnused(suite, confirm ?? "", used.size);
  // A simulated run is no look, and goes on with none.
  const before = source === "simulated" || confirm !== undefined ? undefined : lastOrder(reports, suite.id);
  const known = before?.flatMap((id) => dataset.indexOf(id) ?? []) ?? [];
  return dataset.pick(appended(drawn, known).subarray(0, limit));
}

const NONE_USED: ReadonlySet<string> = new Set();

/** How many trials a candidate has: one for each case and repeat, or for each that is recorded. */
function plannedOf(
  { model }: Candidate,
  plan: { readonly cases: Cases; readonly repeats: number; readonly recording: Recording | undefined },
): number {
  const { cases, repeats, recording } = plan;
  if (recording === undefined) return cases.length * repeats;
  let count = 0;
  for (const { id } of cases.facts) {
    for (let repeat = 0; repeat < repeats; repeat++) if (recording.has(model.model, id, repeat)) count += 1;
  }
  return count;
}

/** Reads the dataset through: every case is checked against every prompt. */
function readCases(root: string, suite: Suite, suiteFile: string, visit: (line: DatasetLine) => void): Cases {
  const checks = Object.values(suite.prompts).map((prompt) => new TemplateCheck(prompt, suite.data, suiteFile));
  const cases = openCases(join(root, suite.dataset), suite.dataset, (line) => {
    for (const check of checks) check.see(line);
    visit(line);
  });
  for (const check of checks) check.finish();
  return cases;
}

function askedModels(options: RunOptions, recording: Recording | undefined): readonly string[] | undefined {
  if (options.confirm !== undefined) return [options.confirm];
  return options.models ?? recording?.models.map(recordedModelId);
}

function simulated(catalog: Catalog, candidates: readonly Candidate[]): boolean {
  return candidates.some(({ model }) => catalog.providers[model.provider]?.dialect === "simulated");
}

function compileAll(suite: Suite, file: string, candidates: readonly Candidate[]): Map<string, Renderer> {
  const variants = new Set(candidates.map(({ variant }) => variant));
  return new Map(
    [...variants].map((variant) => [
      variant,
      compilePrompt(suite.prompts[variant] as Suite["prompts"][string], suite.data, file),
    ]),
  );
}

function* recordedOnly(trials: Iterable<PlannedTrial>, recording: Recording | undefined): Generator<PlannedTrial> {
  for (const trial of trials) {
    const { candidate, item, repeat } = trial;
    if (recording === undefined || recording.has(candidate.model.model, item.id, repeat)) yield trial;
  }
}

/** The command that makes the run again, as one types it. */
function commandOf({ argv }: World, name: string): string {
  const flags = argv.slice(1).filter((word) => word !== name);
  return [`npm run eval ${name}`, ...(flags.length > 0 ? ["--", ...flags] : [])].join(" ");
}

function runIdOf(world: World): string {
  const stamp = new Date(world.clock.now()).toISOString().replace(/[-:]/g, "").replace("T", "-").slice(0, 15);
  return `${stamp}-${Math.floor((world.clock.monotonic() * 1_000) % 0x10000)
    .toString(16)
    .padStart(4, "0")}`;
}

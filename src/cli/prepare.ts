import { existsSync, readFileSync } from "node:fs";
import { isAbsolute, join, relative } from "node:path";
import type { Case } from "../domain/case.ts";
import type { Candidate, Catalog, Model } from "../domain/model.ts";
import type { PlannedTrial } from "../domain/plan.ts";
import type { Manifest, PlannedRoute } from "../domain/run.ts";
import type { Suite } from "../domain/suite.ts";
import { UserError } from "../errors.ts";
import type { Random } from "../ports.ts";
import type { AnswerEntry } from "../providers/answer-book.ts";
import type { Recording } from "../providers/replay.ts";
import { suggest } from "../suite/complain.ts";
import { type DatasetLine, fileSha256, readDataset } from "../suite/dataset.ts";
import { drawCases, effectiveParams, plannedRoutes, planTrials, suiteHash, suitePolicy } from "../suite/plan.ts";
import { loadCatalog, loadRouting, loadSuite, suiteNames } from "../suite/project.ts";
import { checkTemplate, compilePrompt, type Renderer } from "../suite/render.ts";
import type { YamlFile } from "../suite/yaml.ts";
import { loadAnswerBook } from "./answer-book.ts";
import { chooseCandidates, chooseJudge } from "./candidates.ts";
import { gitState, packageVersions } from "./facts.ts";
import { type Keys, readKeys } from "./keys.ts";
import type { RunOptions } from "./options.ts";
import { loadRecording, recordedCatalog, recordedModelId } from "./recording.ts";
import { readRubrics } from "./rubrics.ts";
import { seededRandom, type World } from "./world.ts";

/** The order of the cases is drawn once and for all: no run can fish for a kinder one. */
const ORDER_SEED = "signalbox";
const LIVE = { catalog: "models.yaml", routing: "routing.yaml" };
const DEMO = { catalog: "evals/demo/models.yaml", routing: "evals/demo/routing.yaml" };

/** A run that is ready to start, and everything it rests on. Nothing has been called or written. */
export interface Prepared {
  readonly suite: Suite;
  readonly suiteFile: string;
  readonly catalog: Catalog;
  readonly keys: Keys;
  readonly random: Random;
  /** Cases in test order. */
  readonly cases: readonly Case[];
  readonly lines: ReadonlyMap<string, DatasetLine>;
  readonly candidates: readonly Candidate[];
  readonly judge: { readonly model: Model; readonly related: boolean } | undefined;
  readonly book: ReadonlyMap<string, AnswerEntry> | undefined;
  readonly recording: Recording | undefined;
  readonly manifest: Manifest;
  /** The trials, made anew at each call. */
  readonly trials: () => Iterable<PlannedTrial>;
}

/** Loads and checks everything that a run of a suite needs. @throws UserError for anything the user can mend. */
export async function prepare(world: World, name: string, options: RunOptions): Promise<Prepared> {
  const root = world.cwd;
  const keys = readKeys(world);
  const { suite, suiteFile } = await load(root, name);
  const lines = await readCases(root, suite);
  for (const prompt of Object.values(suite.prompts)) checkTemplate(prompt, suite.data, lines, suiteFile);
  const allCases = lines.map(({ item }) => item);
  const recording = options.replay === undefined ? undefined : await loadRecording(root, options.replay, allCases);
  const chosen = chooseFiles(root, options, keys, recording !== undefined);
  const base = loadCatalog(root, chosen.catalog);
  const catalog = recording === undefined ? base : { ...base, value: recordedCatalog(base.value, recording) };
  const routes = routesOf({ root, suite, catalog, options, routing: chosen.routing });
  const { candidates, skipped } = chooseCandidates({
    catalog,
    suite,
    suiteFile,
    routes,
    asked: askedModels(options, recording),
    keys,
  });
  checkSlices(routes, allCases, chosen.routing);
  const served = allCases.filter(({ tags }) => routes.some(({ slice }) => carries(tags, slice)));
  const usable = recording === undefined ? served : served.filter(({ id }) => recording.cases.has(id));
  const cases = drawCases(usable, suite, seededRandom(ORDER_SEED)(`order ${suite.id}`), options.limit);
  const source = recording !== undefined ? "recorded" : simulated(catalog.value, candidates) ? "simulated" : "live";
  const book =
    source === "simulated" && suite.answers !== undefined ? await loadAnswerBook(root, suite.answers) : undefined;
  const judged = suite.scorers.some(({ rule }) => rule === "judge");
  const judge = judged ? chooseJudge(catalog.value, candidates, keys, options.allowRelatedJudge === true) : undefined;
  const random = seededRandom(options.seed);
  const repeats = options.repeats ?? suite.repeats;
  const params = { ...suite.params };
  const manifest: Manifest = {
    version: 1,
    runId: runIdOf(world),
    suite: {
      id: suite.id,
      title: suite.title,
      scale: suite.scale,
      hash: suiteHash(suite, readRubrics(root, suite)),
      dataset: suite.dataset,
      datasetSha256: await fileSha256(join(root, suite.dataset)),
      maxPerCluster: suite.maxPerCluster,
    },
    scorers: [],
    dropped: [],
    judge: judge === undefined ? null : { model: judge.model.id, family: judge.model.family, related: judge.related },
    candidates: candidates.map(({ id, model, variant }) => ({
      id,
      model,
      variant,
      params: effectiveParams(params, model),
    })),
    skipped,
    routes,
    order: cases.map(({ id }) => id),
    plannedN: Math.max(1, cases.length),
    repeats,
    seed: options.seed,
    source,
    startedAt: new Date(world.clock.now()).toISOString(),
    ...gitState(root),
    versions: packageVersions(),
    command: commandOf(world, name),
  };
  const renderers = compileAll(suite, suiteFile, candidates);
  const trials = () =>
    recordedOnly(planTrials({ suite, cases, candidates, renderers, repeats, random: random("interleave") }), recording);
  return {
    suite,
    suiteFile,
    catalog: catalog.value,
    keys,
    random,
    cases,
    lines: new Map(lines.map((line) => [line.item.id, line])),
    candidates,
    judge,
    book,
    recording,
    manifest,
    trials,
  };
}

async function load(root: string, name: string): Promise<{ suite: Suite; suiteFile: string }> {
  const { suite, file } = await loadSuite(root, name);
  return { suite, suiteFile: file };
}

async function readCases(root: string, suite: Suite): Promise<DatasetLine[]> {
  const lines: DatasetLine[] = [];
  for await (const line of readDataset(join(root, suite.dataset), suite.dataset)) lines.push(line);
  return lines;
}

function chooseFiles(root: string, options: RunOptions, keys: Keys, recorded: boolean): typeof LIVE {
  const live = existsSync(join(root, LIVE.catalog)) ? loadCatalog(root, LIVE.catalog).value : undefined;
  const demo = existsSync(join(root, DEMO.catalog)) ? loadCatalog(root, DEMO.catalog).value : undefined;
  const asked = [...(options.models ?? []), ...(options.incumbent ?? [])].map((name) => name.split("#")[0] ?? name);
  const names = (catalog: Catalog | undefined) => catalog?.models.map(({ id }) => id) ?? [];
  const isDemo = asked.length > 0 && asked.every((id) => names(demo).includes(id) && !names(live).includes(id));
  const isLive = asked.some((id) => names(live).includes(id));
  const hasKey = live?.models.some((model) => keys.of(model, live) !== undefined) === true;
  const pair = !isDemo && (recorded || isLive || hasKey || demo === undefined) ? LIVE : DEMO;
  return {
    catalog: pathFrom(root, options.catalog) ?? pair.catalog,
    routing: pathFrom(root, options.routing) ?? pair.routing,
  };
}

function pathFrom(root: string, file: string | undefined): string | undefined {
  return file !== undefined && isAbsolute(file) ? relative(root, file) : file;
}

function askedModels(options: RunOptions, recording: Recording | undefined): readonly string[] | undefined {
  return options.models ?? recording?.models.map(recordedModelId);
}

function routesOf(given: {
  readonly root: string;
  readonly suite: Suite;
  readonly catalog: YamlFile<Catalog>;
  readonly options: RunOptions;
  readonly routing: string;
}): PlannedRoute[] {
  const { root, suite, catalog, options } = given;
  const models = catalog.value.models.map(({ id }) => id);
  if (options.incumbent !== undefined) {
    return options.incumbent.map((incumbent) => {
      if (!models.includes(incumbent)) {
        throw new UserError({
          where: "--incumbent",
          what: `There is no model "${incumbent}".`,
          remedy: suggest(incumbent, models),
        });
      }
      const route = options.incumbent?.length === 1 ? suite.id : `${suite.id}:${incumbent}`;
      return { route, incumbent, slice: {}, policy: suitePolicy(suite), volume: null };
    });
  }
  const suites = suiteNames(root);
  const remedy = "Name the model that serves the task today: --incumbent <model>.";
  if (!existsSync(join(root, given.routing))) {
    throw new UserError({ where: given.routing, what: "There is no routing table.", remedy });
  }
  const recorded = options.replay !== undefined;
  const { value: table } = loadRouting(root, given.routing, {
    models: recorded ? [...models, ...anyModel(root, given.routing)] : models,
    suites,
  });
  const routes = plannedRoutes(table, suite).filter(({ incumbent }) => !recorded || models.includes(incumbent));
  if (routes.length > 0) return routes;
  const what = `No route rests on the suite "${suite.id}"${recorded ? " and is served by a recorded model" : ""}, so there is nothing to compare with.`;
  throw new UserError({ where: given.routing, what, remedy });
}

// With recorded answers the table's own models may well be absent: that is no mistake of the table's.
function anyModel(root: string, routing: string): string[] {
  return [...readFileSync(join(root, routing), "utf8").matchAll(/model:\s*["']?([\w./:#-]+)/g)].map(
    (hit) => hit[1] as string,
  );
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
    if (recording === undefined || recording.find(candidate.model.model, item.id, repeat) !== undefined) yield trial;
  }
}

function carries(tags: Case["tags"], slice: PlannedRoute["slice"]): boolean {
  return Object.entries(slice).every(([tag, value]) => tags[tag] === value);
}

// A call whose answer no route would use is money for nothing, and so is a route that no case serves.
function checkSlices(routes: readonly PlannedRoute[], cases: readonly Case[], file: string): void {
  const empty = routes.find(({ slice }) => !cases.some(({ tags }) => carries(tags, slice)));
  if (empty === undefined) return;
  const wanted = Object.entries(empty.slice)
    .map(([tag, value]) => `${tag}=${value}`)
    .join(", ");
  const remedy = "Mend the slice, or tag the cases.";
  throw new UserError({
    where: file,
    what: `No case carries the slice of route "${empty.route}" (${wanted}).`,
    remedy,
  });
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

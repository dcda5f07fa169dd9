import { existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Ledger } from "../compare/ledger-entries.ts";
import type { Manifest, RunFile } from "../domain/run.ts";
import { UserError } from "../errors.ts";
import type { Journal } from "../ports.ts";
import type { RunAssembly } from "../run/assemble.ts";
import { type AnswerCache, openAnswerCache } from "../run/cache.ts";
import { openJournal } from "../run/journal.ts";
import { worstOf } from "../run/one-trial.ts";
import type { LeftUndone } from "../run/trials.ts";
import { drainText, givenUpText, lostText } from "./after-run.ts";
import { type Counted, countJournal } from "./counted.ts";
import type { Equipment } from "./equip.ts";
import { keepHeapSmall } from "./heap.ts";
import { lockRun } from "./lock.ts";
import type { Prepared } from "./prepare.ts";
import { createProgress, silentProgress } from "./progress.ts";
import { runAll, type Stopping } from "./run-all.ts";
import { scorerFacts } from "./scoring.ts";
import type { World } from "./world.ts";
import { writeJson } from "./write.ts";

/** A run that is going on. */
export interface Going {
  readonly manifest: Manifest;
  /** Where its journal is. */
  readonly journal: string;
  /** What that holds so far. */
  readonly counted: Counted;
}

export interface Execution {
  readonly run: RunFile;
  /** What its journal held before, and what was added to it. */
  readonly counted: Counted;
  readonly undone: readonly LeftUndone[];
  readonly interrupted: boolean;
}

/** Runs and scores what a journal does not hold yet. The first Ctrl-C drains calls in flight, the second gives them up. */
export async function execute(
  prepared: Prepared,
  equipment: Equipment,
  world: World,
  options: {
    readonly quiet: boolean;
    readonly directory: string;
    readonly ledger?: Ledger;
    /** As the run was left that is gone on with. */
    readonly before?: RunFile | undefined;
    /** What is done beside the calls; returns what stops it. */
    readonly beside?: (going: Going) => () => void;
  },
): Promise<Execution> {
  const { scoring, budget } = equipment;
  const manifest = manifestOf(prepared, scoring);
  const inFlight = equipment.mostInFlight;
  const planned = [...prepared.planned.values()].reduce((sum, count) => sum + count, 0);
  keepHeapSmall(planned);
  const started: RunFile = { manifest, status: "running", finishedAt: null, inFlight, totals: null };
  createDirectory(options.directory);
  const unlock = lockRun(options.directory);
  const journalFile = join(options.directory, "journal.jsonl");
  let journal: Journal | undefined;
  let cache: AnswerCache | undefined;
  try {
    const counted = countJournal(manifest, prepared.cases.facts, journalFile);
    const { assembly } = counted;
    const resumed = assembly.run.trials.size;
    const lost = options.before && lostText(options.before);
    if (lost !== undefined && !options.quiet) world.stderr(`${lost}\n`);
    budget.spend(spentBefore(assembly, prepared));
    writeJson(join(options.directory, "run.json"), started, prepared.keys.scrub);
    journal = openJournal(journalFile, prepared.keys.scrub);
    cache = openCache(prepared, world);
    const progress = options.quiet ? silentProgress : createProgress(world, prepared.planned);
    const stopping = listenForStop(world, equipment.calls);
    const stopBeside = options.beside?.({ manifest, journal: journalFile, counted });
    let undone: readonly LeftUndone[];
    try {
      const { ledger } = options;
      undone = await runAll({
        prepared,
        equipment,
        journal,
        journalFile,
        counted,
        cache,
        fresh: manifest.fresh === true,
        ledger,
        progress,
        world,
        stopping,
      });
      await journal.flush();
    } finally {
      stopBeside?.();
      progress.end();
      stopping.stopListening();
    }
    const left = undone.reduce((sum, { count }) => sum + count, 0);
    const run: RunFile = {
      manifest,
      status: left === 0 ? "complete" : "incomplete",
      finishedAt: new Date(world.clock.now()).toISOString(),
      ...(stopping.givenUp() > 0 ? { inFlight: stopping.givenUp() } : {}),
      totals: {
        planned: manifest.untilDecided === true ? assembly.run.trials.size + left : planned,
        resumed,
        completed: 0,
        unscored: 0,
        failed: 0,
        missing: left,
        knownUsd: 0,
        judgeUsd: 0,
        unpricedTrials: 0,
        cached: 0,
        cachedUsd: 0,
      },
    };
    return { run, counted, undone, interrupted: stopping.drain.aborted };
  } finally {
    cache?.close();
    await journal?.close();
    await scoring.close();
    unlock();
  }
}

/** The manifest with what scoring turned out to be. */
function manifestOf({ manifest, suite }: Prepared, { scorers, dropped }: Equipment["scoring"]): Manifest {
  const serving = new Set(suite.scorers.filter(({ atServing }) => atServing === true).map(({ name }) => name));
  const facts = scorerFacts(scorers).map((fact) => (serving.has(fact.name) ? { ...fact, atServing: true } : fact));
  const usesJudge = scorers.some(({ certainty }) => certainty === "judge");
  return { ...manifest, scorers: facts, dropped, judge: usesJudge ? manifest.judge : null };
}

// An answer whose cost nobody knows counts as the most it can have cost, as it did when the money was set aside.
function spentBefore({ spent }: RunAssembly, prepared: Prepared): number {
  const known = spent.answersUsd + spent.judgeUsd;
  if (spent.unpricedAnswers === 0) return known;
  let most = 0;
  for (const planned of prepared.trials()) most = Math.max(most, worstOf(planned));
  return known + most * spent.unpricedAnswers;
}

/** The cache of a live run. What is simulated or recorded costs nothing to have again. */
function openCache({ manifest, keys }: Prepared, world: World): AnswerCache | undefined {
  if (manifest.source !== "live") return undefined;
  return openAnswerCache(join(world.cwd, CACHE, manifest.suite.id), manifest.runId, keys.scrub);
}

const CACHE = ".signalbox/cache";

interface Listening extends Stopping {
  readonly stopListening: () => void;
  /** Calls that were in flight when they were given up. */
  readonly givenUp: () => number;
}

function listenForStop(world: World, calls: { readonly inFlight: number }): Listening {
  const drain = new AbortController();
  const abort = new AbortController();
  let givenUp = 0;
  const stopListening = world.onInterrupt(() => {
    if (!drain.signal.aborted) world.stderr(`\nStopping: ${drainText(calls.inFlight)}\n`);
    else if (!abort.signal.aborted) {
      givenUp = calls.inFlight;
      world.stderr(`\n${givenUpText(givenUp)}\n`);
      abort.abort(new Error("stopped by the user"));
    }
    drain.abort();
  });
  return { drain: drain.signal, abort: abort.signal, stopListening, givenUp: () => givenUp };
}

// Step by step: `recursive` goes round and round where the system says that a parent is not there (/proc).
function createDirectory(directory: string): void {
  if (existsSync(directory)) return;
  createDirectory(dirname(directory));
  try {
    mkdirSync(directory);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Another run was faster.
    if (code === "EEXIST") return;
    const remedy = "Check its permissions, or give another with --out.";
    throw new UserError({ where: directory, what: `The folder cannot be made (${code}).`, remedy });
  }
}

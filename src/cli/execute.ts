import { existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import pLimit from "p-limit";
import type { PlannedTrial } from "../domain/plan.ts";
import type { Manifest, RunFile } from "../domain/run.ts";
import type { Trial } from "../domain/trial.ts";
import { UserError } from "../errors.ts";
import type { Journal, Provider } from "../ports.ts";
import { assembleRun, type RunAssembly } from "../run/assemble.ts";
import { DEFAULT_RETRY, worstCaseOf } from "../run/attempt.ts";
import { openJournal, openRecords, readJournal } from "../run/journal.ts";
import { scoreTrial } from "../run/score.ts";
import { type LeftUndone, runTrials } from "../run/trials.ts";
import type { Equipment } from "./equip.ts";
import { lockRun } from "./lock.ts";
import type { Prepared } from "./prepare.ts";
import { createProgress, type Progress, silentProgress } from "./progress.ts";
import { rivalsOf } from "./rivals.ts";
import { scorerFacts } from "./scoring.ts";
import type { World } from "./world.ts";
import { writeJson } from "./write.ts";

export interface Execution {
  readonly run: RunFile;
  /** The numbers of the run: what its journal held before, and what was added to it. */
  readonly assembly: RunAssembly;
  readonly undone: readonly LeftUndone[];
  readonly interrupted: boolean;
}

const SCORING_AT_ONCE = 8;

/** Runs and scores what a journal does not hold yet. The first Ctrl-C drains calls in flight, the second gives them up. */
export async function execute(
  prepared: Prepared,
  equipment: Equipment,
  world: World,
  options: { readonly quiet: boolean; readonly directory: string },
): Promise<Execution> {
  const { scoring, budget } = equipment;
  const manifest = manifestOf(prepared, scoring);
  const started: RunFile = { manifest, status: "running", finishedAt: null, totals: null };
  createDirectory(options.directory);
  const unlock = lockRun(options.directory);
  const journalFile = join(options.directory, "journal.jsonl");
  let journal: Journal | undefined;
  try {
    const assembly = await assembleRun(manifest, prepared.cases.facts, readJournal(journalFile));
    const resumed = assembly.run.trials.size;
    budget.spend(spentBefore(assembly, prepared));
    writeJson(join(options.directory, "run.json"), started, prepared.keys.scrub);
    journal = openJournal(journalFile, prepared.keys.scrub);
    const progress = options.quiet ? silentProgress : createProgress(world, prepared.planned);
    const stopping = listenForStop(world);
    let undone: readonly LeftUndone[];
    try {
      undone = await runAll({ prepared, equipment, journal, journalFile, assembly, progress, world, ...stopping });
      progress.end();
      await journal.flush();
    } finally {
      stopping.stopListening();
    }
    const left = undone.reduce((sum, { count }) => sum + count, 0);
    const run: RunFile = {
      manifest,
      status: left === 0 ? "complete" : "incomplete",
      finishedAt: new Date(world.clock.now()).toISOString(),
      totals: {
        planned: [...prepared.planned.values()].reduce((sum, count) => sum + count, 0),
        resumed,
        completed: 0,
        failed: 0,
        missing: left,
        knownUsd: 0,
        judgeUsd: 0,
        unpricedTrials: 0,
      },
    };
    return { run, assembly, undone, interrupted: stopping.drain.aborted };
  } finally {
    await journal?.close();
    await scoring.close();
    unlock();
  }
}

/** The manifest with what scoring turned out to be. */
function manifestOf({ manifest }: Prepared, { scorers, dropped }: Equipment["scoring"]): Manifest {
  const usesJudge = scorers.some(({ certainty }) => certainty === "judge");
  return { ...manifest, scorers: scorerFacts(scorers), dropped, judge: usesJudge ? manifest.judge : null };
}

// An answer whose cost nobody knows counts as the most it can have cost, as it did when the money was set aside.
function spentBefore({ spent }: RunAssembly, prepared: Prepared): number {
  const known = spent.answersUsd + spent.judgeUsd;
  if (spent.unpricedAnswers === 0) return known;
  let most = 0;
  for (const { candidate, item, messages, params } of prepared.trials()) {
    most = Math.max(most, worstCaseOf({ model: candidate.model, messages, tools: item.tools ?? [], params }) ?? 0);
  }
  return known + most * spent.unpricedAnswers;
}

interface Stopping {
  /** Nothing new is started. */
  readonly drain: AbortSignal;
  /** Calls in flight are given up. */
  readonly abort: AbortSignal;
  readonly stopListening: () => void;
}

function listenForStop(world: World): Stopping {
  const drain = new AbortController();
  const abort = new AbortController();
  const stopListening = world.onInterrupt(() => {
    if (drain.signal.aborted) abort.abort(new Error("stopped by the user"));
    else world.stderr("\nStopping: calls in flight are awaited and saved. Ctrl-C again gives them up.\n");
    drain.abort();
  });
  return { drain: drain.signal, abort: abort.signal, stopListening };
}

async function runAll(
  work: {
    readonly prepared: Prepared;
    readonly equipment: Equipment;
    readonly journal: Journal;
    readonly journalFile: string;
    readonly assembly: RunAssembly;
    readonly progress: Progress;
    readonly world: World;
  } & Stopping,
): Promise<LeftUndone[]> {
  const { prepared, journal, assembly, progress, world, drain, abort } = work;
  const { providers, budget, concurrencyOf, scoring } = work.equipment;
  const scoringLimit = pLimit(SCORING_AT_ONCE);
  const saved = openRecords(work.journalFile);
  const rivals = rivalsOf(prepared.manifest, scoring.scorers, { assembly, saved });
  const score = (trial: Trial, planned: PlannedTrial) =>
    scoringLimit(async () => {
      const rival = rivals?.of(trial);
      const scores = await scoreTrial(trial, { ...planned, rival }, scoring.scorers, abort);
      const record = { type: "scores" as const, scores };
      assembly.add(record, journal.append(record));
    });
  const rescoring = new Set<Promise<void>>();
  /** Scores an answer that an earlier part of the run left unscored; resolves once few enough of them are waiting. */
  const rescore = async (planned: PlannedTrial, at: number): Promise<void> => {
    const record = saved.at(at);
    if (record.type !== "trial") throw new Error(`${work.journalFile}, byte ${at}: no answer stands there`);
    const scored = score(record.trial, planned).finally(() => rescoring.delete(scored));
    // Awaited only after the calls: until then a rejection must not count as unhandled.
    scored.catch(() => {});
    rescoring.add(scored);
    if (rescoring.size > SCORING_AT_ONCE) await Promise.race(rescoring);
  };
  async function* open(): AsyncGenerator<PlannedTrial> {
    for (const planned of prepared.trials()) {
      const { key, item, candidate, repeat } = planned;
      const address = { key, caseId: item.id, candidate: candidate.id, repeat };
      const state = assembly.stateOf(address);
      if (state === "open") {
        yield planned;
        continue;
      }
      progress.resumed(candidate.id);
      const at = assembly.whereIs(address).trial;
      if (state === "unscored" && at !== undefined && rivals === undefined) await rescore(planned, at);
    }
  }
  // Scorers that compare wait until every answer is there: a trial that waited for another would hold its place.
  const compare = async () => {
    for (const planned of prepared.trials()) {
      if (drain.aborted) return;
      const { key, item, candidate, repeat } = planned;
      const address = { key, caseId: item.id, candidate: candidate.id, repeat };
      const at = assembly.whereIs(address).trial;
      if (assembly.stateOf(address) === "unscored" && at !== undefined) await rescore(planned, at);
    }
  };
  try {
    const undone = await runTrials(open(), {
      providerOf: ({ candidate: { model } }) => ({
        name: model.provider,
        provider: providers.get(model.provider) as Provider,
        concurrency: concurrencyOf(model),
      }),
      clock: world.clock,
      random: prepared.random("backoff"),
      retry: DEFAULT_RETRY,
      budget,
      drain,
      abort,
      onStart: ({ candidate }) => progress.started(candidate.id),
      async onTrial(trial, planned) {
        const record = { type: "trial" as const, trial };
        assembly.add(record, journal.append(record));
        progress.finished(planned.candidate.id, trial.outcome);
        if (rivals === undefined) await score(trial, planned);
      },
    });
    if (rivals !== undefined) await compare();
    await Promise.all(rescoring);
    return undone;
  } finally {
    saved.close();
  }
}

function createDirectory(directory: string): void {
  const parent = dirname(directory);
  try {
    mkdirSync(directory, { recursive: true });
  } catch (error) {
    const what = `The folder cannot be made (${(error as NodeJS.ErrnoException).code}).`;
    const remedy = existsSync(parent)
      ? "Check its permissions, or give another with --out."
      : "Give another with --out.";
    throw new UserError({ where: directory, what, remedy });
  }
}

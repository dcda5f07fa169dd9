import { existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import pLimit from "p-limit";
import type { Model } from "../domain/model.ts";
import type { PlannedTrial } from "../domain/plan.ts";
import type { RunFile } from "../domain/run.ts";
import type { Trial } from "../domain/trial.ts";
import { UserError } from "../errors.ts";
import type { Journal, Provider } from "../ports.ts";
import { DEFAULT_RETRY } from "../run/attempt.ts";
import { openJournal } from "../run/journal.ts";
import { scoreTrial } from "../run/score.ts";
import { type LeftUndone, runTrials } from "../run/trials.ts";
import type { Equipment } from "./equip.ts";
import { lockRun } from "./lock.ts";
import type { Prepared } from "./prepare.ts";
import { createProgress, type Progress, silentProgress } from "./progress.ts";
import { readSaved, type Saved } from "./saved-trials.ts";
import { type Scoring, scorerFacts } from "./scoring.ts";
import type { World } from "./world.ts";
import { writeJson } from "./write.ts";

export interface Execution {
  readonly run: RunFile;
  readonly undone: readonly LeftUndone[];
  readonly interrupted: boolean;
}

const SCORING_AT_ONCE = 8;

/** Runs and scores what a journal does not hold yet. The first Ctrl-C drains calls in flight, the second gives them up. */
export async function execute(
  prepared: Prepared,
  { providers, budget, concurrencyOf, scoring }: Equipment,
  world: World,
  options: { readonly quiet: boolean; readonly directory: string },
): Promise<Execution> {
  const manifest = { ...prepared.manifest, scorers: scorerFacts(scoring.scorers), dropped: scoring.dropped };
  const usesJudge = scoring.scorers.some(({ certainty }) => certainty === "judge");
  const run: RunFile = {
    manifest: usesJudge ? manifest : { ...manifest, judge: null },
    status: "running",
    finishedAt: null,
    totals: null,
  };
  createDirectory(options.directory);
  const unlock = lockRun(options.directory);
  const journalFile = join(options.directory, "journal.jsonl");
  const saved = await readSaved(journalFile);
  writeJson(join(options.directory, "run.json"), run, prepared.keys.scrub);
  const journal = openJournal(journalFile, prepared.keys.scrub);
  const drain = new AbortController();
  const abort = new AbortController();
  const stop = world.onInterrupt(() => {
    if (drain.signal.aborted) abort.abort(new Error("stopped by the user"));
    else world.stderr("\nStopping: calls in flight are awaited and saved. Ctrl-C again gives them up.\n");
    drain.abort();
  });
  const counts = new Map(prepared.candidates.map(({ id }) => [id, 0]));
  let planned = 0;
  let resumed = 0;
  for (const { candidate, key } of prepared.trials()) {
    counts.set(candidate.id, (counts.get(candidate.id) ?? 0) + 1);
    planned += 1;
    if (saved.finished.has(key) || saved.unscored.has(key)) resumed += 1;
  }
  const progress = options.quiet ? silentProgress : createProgress(world, counts);
  try {
    const undone = await runAll({
      prepared,
      providers,
      budget,
      concurrencyOf,
      scoring,
      journal,
      saved,
      drain,
      abort,
      progress,
      world,
    });
    progress.end();
    await journal.flush();
    const left = undone.reduce((sum, { count }) => sum + count, 0);
    const ended: RunFile = {
      ...run,
      status: left === 0 ? "complete" : "incomplete",
      finishedAt: new Date(world.clock.now()).toISOString(),
      totals: { planned, resumed, completed: 0, failed: 0, missing: left, knownUsd: 0, judgeUsd: 0, unpricedTrials: 0 },
    };
    return { run: ended, undone, interrupted: drain.signal.aborted };
  } finally {
    stop();
    await journal.close();
    await scoring.close();
    unlock();
  }
}

async function runAll(work: {
  readonly prepared: Prepared;
  readonly providers: ReadonlyMap<string, Provider>;
  readonly budget: Equipment["budget"];
  readonly concurrencyOf: (model: Model) => number;
  readonly scoring: Scoring;
  readonly journal: Journal;
  readonly saved: Saved;
  readonly drain: AbortController;
  readonly abort: AbortController;
  readonly progress: Progress;
  readonly world: World;
}): Promise<LeftUndone[]> {
  const { prepared, providers, scoring, journal, saved, progress, world } = work;
  const scoringLimit = pLimit(SCORING_AT_ONCE);
  const score = (trial: Trial, planned: PlannedTrial) =>
    scoringLimit(async () => {
      const scores = await scoreTrial(trial, planned, scoring.scorers, work.abort.signal);
      journal.append({ type: "scores", scores });
    });
  const unscored: Promise<void>[] = [];
  function* open(): Generator<PlannedTrial> {
    for (const planned of prepared.trials()) {
      const trial = saved.unscored.get(planned.key);
      if (trial === undefined && !saved.finished.has(planned.key)) {
        yield planned;
        continue;
      }
      progress.resumed(planned.candidate.id);
      if (trial === undefined) continue;
      const work = score(trial, planned);
      // Awaited only after the calls: until then a rejection must not count as unhandled.
      work.catch(() => {});
      unscored.push(work);
    }
  }
  const undone = await runTrials(open(), {
    providerOf: ({ candidate: { model } }) => ({
      name: model.provider,
      provider: providers.get(model.provider) as Provider,
      concurrency: work.concurrencyOf(model),
    }),
    clock: world.clock,
    random: prepared.random("backoff"),
    retry: DEFAULT_RETRY,
    budget: work.budget,
    drain: work.drain.signal,
    abort: work.abort.signal,
    onStart: ({ candidate }) => progress.started(candidate.id),
    async onTrial(trial, planned) {
      journal.append({ type: "trial", trial });
      progress.finished(planned.candidate.id, trial.outcome);
      await score(trial, planned);
    },
  });
  await Promise.all(unscored);
  return undone;
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

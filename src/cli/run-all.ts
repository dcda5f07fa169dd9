import pLimit from "p-limit";
import type { Checkpoint } from "../compare/collect.ts";
import type { Ledger } from "../compare/ledger-entries.ts";
import type { PlannedTrial } from "../domain/plan.ts";
import type { Trial } from "../domain/trial.ts";
import type { Journal, JournalRecord, Provider } from "../ports.ts";
import type { RunAssembly, TrialAddress } from "../run/assemble.ts";
import type { AnswerCache, CachedAnswer } from "../run/cache.ts";
import { openRecords } from "../run/journal.ts";
import { scoreTrial } from "../run/score.ts";
import { type LeftUndone, type RunTrialsOptions, runTrials } from "../run/trials.ts";
import type { Counted } from "./counted.ts";
import type { Equipment } from "./equip.ts";
import type { Prepared } from "./prepare.ts";
import type { Progress } from "./progress.ts";
import { rivalsOf } from "./rivals.ts";
import type { World } from "./world.ts";

export interface Stopping {
  /** Nothing new is started. */
  readonly drain: AbortSignal;
  /** Calls in flight are given up. */
  readonly abort: AbortSignal;
}

interface Work {
  readonly prepared: Prepared;
  readonly equipment: Equipment;
  readonly journal: Journal;
  readonly journalFile: string;
  /** What the journal holds so far; grows with it. */
  readonly counted: Counted;
  readonly cache: AnswerCache | undefined;
  /** Ask again for what the cache has. */
  readonly fresh: boolean;
  /** The looks made before: a run that stops when it is decided tests as its verdict will. */
  readonly ledger: Ledger | undefined;
  readonly progress: Progress;
  readonly world: World;
  readonly stopping: Stopping;
}

/** Answers that are scored at the same time. Judges and sandboxes have limits of their own. */
const SCORING_AT_ONCE = 64;

/** Runs and scores what a journal does not hold yet: answers come from it, from the cache, or from a call. */
export async function runAll(work: Work): Promise<LeftUndone[]> {
  const { prepared, counted, cache, progress, world, stopping } = work;
  const { assembly } = counted;
  const { providers, budget, concurrencyOf, retry, scoring } = work.equipment;
  const save = (record: JournalRecord) => counted.add(record, work.journal.append(record));
  const saved = openRecords(work.journalFile);
  const rivals = rivalsOf(prepared.manifest, scoring.scorers, { assembly, saved });
  const scoringLimit = pLimit(SCORING_AT_ONCE);
  const score = (trial: Trial, planned: PlannedTrial) =>
    scoringLimit(async () => {
      const rival = rivals?.of(trial);
      save({
        type: "scores",
        scores: await scoreTrial(trial, { ...planned, rival }, scoring.scorers, stopping.abort),
      });
    });
  // Scorers that compare wait until every answer is there: a trial that waited for another would hold its place.
  const scoreNow = async (trial: Trial, planned: PlannedTrial) => {
    if (rivals === undefined) await score(trial, planned);
  };
  const scoringSaved = new Set<Promise<void>>();
  /** Scores an answer that needs no call; resolves once few enough of them are waiting. */
  const scoreSaved = async (trial: Trial, planned: PlannedTrial): Promise<void> => {
    const scored = score(trial, planned).finally(() => scoringSaved.delete(scored));
    // Awaited only after the calls: until then a rejection must not count as unhandled.
    scored.catch(() => {});
    scoringSaved.add(scored);
    if (scoringSaved.size > SCORING_AT_ONCE) await Promise.race(scoringSaved);
  };
  async function* open(part: Part, going: ReadonlySet<string>): AsyncGenerator<PlannedTrial> {
    for (const planned of prepared.trials(part)) {
      const address = addressOf(planned);
      if (!going.has(address.candidate)) continue;
      const state = assembly.stateOf(address);
      if (state !== "open") progress.resumed(address.candidate);
      if (state === "unscored" && rivals === undefined) {
        const trial = savedTrial(address, assembly, saved);
        if (trial !== undefined) await scoreSaved(trial, planned);
      }
      if (state !== "open") continue;
      const known = work.fresh ? undefined : cache?.find(planned.key);
      if (known === undefined) {
        yield planned;
        continue;
      }
      const trial = trialFrom(known, address);
      save({ type: "trial", trial });
      progress.resumed(address.candidate);
      if (rivals === undefined) await scoreSaved(trial, planned);
    }
  }
  const compareAll = async () => {
    for (const planned of prepared.trials()) {
      if (stopping.drain.aborted) return;
      const address = addressOf(planned);
      const trial = assembly.stateOf(address) === "unscored" ? savedTrial(address, assembly, saved) : undefined;
      if (trial !== undefined) await scoreSaved(trial, planned);
    }
  };
  const noted = new Set<string>();
  try {
    const options: RunTrialsOptions = {
      providerOf: ({ candidate: { model } }) => ({
        name: model.provider,
        provider: providers.get(model.provider) as Provider,
        concurrency: concurrencyOf(model),
      }),
      clock: world.clock,
      random: prepared.random("backoff"),
      retry,
      budget,
      drain: stopping.drain,
      abort: stopping.abort,
      onStart: ({ candidate }) => progress.started(candidate.id),
      // Once for each provider and cause: who waits for minutes must know for what.
      onFailed({ reason, message, retryable }, { candidate: { model } }) {
        const cause = `${model.provider} ${reason}`;
        if (!retryable || noted.has(cause)) return;
        noted.add(cause);
        progress.note(prepared.keys.scrub(`${model.provider}: ${message}. Trying again.`));
      },
      onTrial(trial, planned) {
        save({ type: "trial", trial });
        cache?.keep(trial);
        progress.finished(planned.candidate.id, trial.outcome);
      },
      score: scoreNow,
    };
    let going: ReadonlySet<string> = new Set(prepared.candidates.map(({ id }) => id));
    let from = 0;
    for (const { cases: to, look } of await stopsOf(prepared)) {
      const undone = await runTrials(open({ from, to }, going), options);
      if (rivals !== undefined) await compareAll();
      await Promise.all(scoringSaved);
      if (undone.length > 0 || stopping.drain.aborted) return undone;
      from = to;
      if (prepared.manifest.untilDecided !== true) continue;
      const { stillOpen } = await import("../compare/collect.ts");
      const next = stillOpen(assembly.run, { ledger: work.ledger, look });
      const done = [...going].filter((id) => !next.has(id));
      if (done.length > 0) progress.note(`After ${to} cases, nothing more to ask ${done.join(", ")}.`);
      if (next.size === 0) break;
      going = next;
    }
    return [];
  } finally {
    saved.close();
  }
}

interface Part {
  readonly from: number;
  readonly to: number;
}

/** Where a run pauses to ask whom to go on with: at its end alone, unless it stops as soon as it is decided. */
async function stopsOf({ manifest, cases }: Prepared): Promise<readonly Checkpoint[]> {
  if (manifest.untilDecided !== true) return [{ cases: cases.length, look: true }];
  const { checkpointsOf } = await import("../compare/collect.ts");
  return checkpointsOf({ manifest, cases: cases.facts });
}

function addressOf({ key, item, candidate, repeat }: PlannedTrial): TrialAddress {
  return { key, caseId: item.id, candidate: candidate.id, repeat };
}

function savedTrial(
  address: TrialAddress,
  assembly: RunAssembly,
  saved: ReturnType<typeof openRecords>,
): Trial | undefined {
  const at = assembly.whereIs(address).trial;
  const record = at === undefined ? undefined : saved.at(at);
  return record?.type === "trial" ? record.trial : undefined;
}

function trialFrom({ runId, startedAt, attempts, costUsd, completion }: CachedAnswer, address: TrialAddress): Trial {
  const cost = costUsd === undefined ? {} : { costUsd };
  return { ...address, startedAt, from: runId, outcome: { state: "completed", completion, attempts, ...cost } };
}

import type { Score, Trial } from "../domain/trial.ts";
import { readJournal } from "../run/journal.ts";

/** What an earlier part of a run left in its journal. */
export interface Saved {
  /** Keys of trials with scores. */
  readonly finished: ReadonlySet<string>;
  /** Trials whose scores were not saved, or could not be made. */
  readonly unscored: ReadonlyMap<string, Trial>;
}

/** What a journal says was spent: answers and judges, as far as it is known. */
export async function spentSoFar(file: string): Promise<number> {
  let spent = 0;
  for await (const record of readJournal(file)) {
    if (record.type === "trial") spent += record.trial.outcome.costUsd ?? 0;
    else for (const score of Object.values(record.scores.scores)) spent += judgeCost(score) ?? 0;
  }
  return spent;
}

function judgeCost(score: Score): number | undefined {
  return score.state === "scored" ? score.judge?.costUsd : score.costUsd;
}

/** Which trials of a journal need no call, and which of those no scores either. */
export async function readSaved(file: string): Promise<Saved> {
  const finished = new Set<string>();
  const unscored = new Map<string, Trial>();
  for await (const record of readJournal(file)) {
    if (record.type === "trial") unscored.set(record.trial.key, record.trial);
    else if (record.scores.quality !== null) finished.add(record.scores.key);
  }
  for (const key of finished) unscored.delete(key);
  return { finished, unscored };
}

import type { PlannedTrial } from "../domain/plan.ts";
import type { Score, Trial } from "../domain/trial.ts";
import { worstCaseOf } from "../run/attempt.ts";
import { readJournal } from "../run/journal.ts";

/** What an earlier part of a run left in its journal. */
export interface Saved {
  /** Keys of trials with scores. */
  readonly finished: ReadonlySet<string>;
  /** Trials whose scores were not saved, or could not be made. */
  readonly unscored: ReadonlyMap<string, Trial>;
}

/**
 * What a run has spent of its limit, by its journal. An answer whose cost nobody knows counts as the most it can have
 * cost, as it did when the money was set aside.
 * @param planned the trials of the run
 */
export async function spentSoFar(file: string, planned: Iterable<PlannedTrial>): Promise<number> {
  const unknown = new Set<string>();
  let spent = 0;
  for await (const record of readJournal(file)) {
    if (record.type === "trial") {
      const { costUsd } = record.trial.outcome;
      if (costUsd === undefined) unknown.add(record.trial.key);
      else spent += costUsd;
    } else for (const score of Object.values(record.scores.scores)) spent += judgeCost(score) ?? 0;
  }
  if (unknown.size === 0) return spent;
  for (const { key, candidate, item, messages, params } of planned) {
    if (!unknown.has(key)) continue;
    spent += worstCaseOf({ model: candidate.model, messages, tools: item.tools ?? [], params }) ?? 0;
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

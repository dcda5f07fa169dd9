import type { PlannedTrial } from "../domain/plan.ts";
import { weightedQuality } from "../domain/quality.ts";
import type { Outcome, Score, Trial, TrialScores } from "../domain/trial.ts";
import type { Rival, Scorer } from "../ports.ts";
import { isOurs } from "./attempt.ts";

/**
 * Scores one trial. A model that failed or refused has quality 0 and no scores; a failure that is ours has no quality.
 * Quality is the weighted mean of the scorers; a `required` scorer at 0 makes it 0; it is null where a part is unscored.
 */
export async function scoreTrial(
  trial: Trial,
  planned: Pick<PlannedTrial, "item" | "repeat"> & {
    readonly candidate?: Pick<PlannedTrial["candidate"], "model">;
    readonly rival?: Rival | undefined;
  },
  scorers: readonly Scorer[],
  signal: AbortSignal,
): Promise<TrialScores> {
  const { outcome } = trial;
  const address = { key: trial.key, caseId: trial.caseId, candidate: trial.candidate, repeat: trial.repeat };
  if (outcome.state === "failed") return { ...address, scores: {}, quality: isOurs(outcome.reason) ? null : 0 };
  if (isRefusal(outcome)) return { ...address, scores: {}, quality: 0 };
  const { completion, costUsd } = outcome;
  const { item, repeat, candidate, rival } = planned;
  const input = {
    case: item,
    completion,
    repeat,
    signal,
    ...(costUsd === undefined ? {} : { costUsd }),
    ...(candidate === undefined ? {} : { family: candidate.model.family }),
    ...(rival === undefined ? {} : { rival }),
  };
  const entries = await Promise.all(scorers.map(async (scorer) => [scorer.name, await scorer.score(input)] as const));
  const scores = Object.fromEntries(entries);
  return { ...address, scores, quality: qualityOf(scores, scorers) };
}

/** Whether the service or the model itself turned the task away: an answer by its form, a failure by what it is worth. */
export function isRefusal(outcome: Outcome): boolean {
  return outcome.state === "completed" && outcome.completion.finishReason.unified === "refusal";
}

/** See {@link scoreTrial}. */
export function qualityOf(
  scores: Readonly<Record<string, Score>>,
  scorers: readonly Pick<Scorer, "name" | "weight" | "required">[],
): number | null {
  const values = scorers.map(({ name }) => {
    const score = scores[name];
    return score?.state === "scored" ? score.value : null;
  });
  return weightedQuality(values, scorers);
}

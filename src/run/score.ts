import type { PlannedTrial } from "../domain/plan.ts";
import type { Score, Trial, TrialScores } from "../domain/trial.ts";
import type { Scorer } from "../ports.ts";

/**
 * Scores one trial. A failed trial has quality 0 and no scores.
 * Quality is the weighted mean of the scorers; a `required` scorer at 0 makes it 0; it is null where a part is unscored.
 */
export async function scoreTrial(
  trial: Trial,
  planned: Pick<PlannedTrial, "item" | "repeat">,
  scorers: readonly Scorer[],
  signal: AbortSignal,
): Promise<TrialScores> {
  if (trial.outcome.state === "failed") return { key: trial.key, scores: {}, quality: 0 };
  const { completion } = trial.outcome;
  const input = { case: planned.item, completion, repeat: planned.repeat, signal };
  const entries = await Promise.all(scorers.map(async (scorer) => [scorer.name, await scorer.score(input)] as const));
  const scores = Object.fromEntries(entries);
  return { key: trial.key, scores, quality: qualityOf(scores, scorers) };
}

/** See {@link scoreTrial}. */
export function qualityOf(
  scores: Readonly<Record<string, Score>>,
  scorers: readonly Pick<Scorer, "name" | "weight" | "required">[],
): number | null {
  let sum = 0;
  let weights = 0;
  let unscored = false;
  for (const { name, weight, required } of scorers) {
    const score = scores[name];
    if (score?.state !== "scored") {
      unscored = true;
      continue;
    }
    if (required && score.value === 0) return 0;
    sum += weight * score.value;
    weights += weight;
  }
  return unscored || weights === 0 ? null : sum / weights;
}

import type { CaseFact, Manifest, Run, TrialNumbers } from "../domain/run.ts";
import type { Trial, TrialScores } from "../domain/trial.ts";
import type { JournalRecord } from "../ports.ts";

/**
 * Makes the numbers of a run from its journal. Trials that the manifest does not plan are left out (a resumed run
 * may have been narrowed); the first record of a trial wins, the last scores of it do.
 */
export async function assembleRun(
  manifest: Manifest,
  cases: readonly CaseFact[],
  records: AsyncIterable<JournalRecord>,
): Promise<Run> {
  const caseIndex = new Map(cases.map((item, index) => [item.id, index]));
  const candidateIndex = new Map(manifest.candidates.map(({ id }, index) => [id, index]));
  const trials = new Map<string, Trial & { at: [number, number] }>();
  const scores = new Map<string, TrialScores>();
  for await (const record of records) {
    if (record.type === "scores") {
      scores.set(record.scores.key, record.scores);
      continue;
    }
    const { trial } = record;
    const at = [caseIndex.get(trial.caseId), candidateIndex.get(trial.candidate)] as const;
    if (at[0] === undefined || at[1] === undefined || trial.repeat >= manifest.repeats || trials.has(trial.key))
      continue;
    trials.set(trial.key, { ...withoutText(trial), at: [at[0], at[1]] });
  }
  const numbers = [...trials.values()].map((trial) => numbersOf(trial, scores.get(trial.key), manifest));
  numbers.sort((a, b) => a.repeat - b.repeat || a.caseIndex - b.caseIndex || a.candidateIndex - b.candidateIndex);
  return { manifest, cases, trials: numbers };
}

// Texts stay on disk: only numbers are compared.
function withoutText(trial: Trial): Trial {
  if (trial.outcome.state === "failed") return trial;
  return {
    ...trial,
    outcome: { ...trial.outcome, completion: { ...trial.outcome.completion, text: "", toolCalls: [] } },
  };
}

function numbersOf(
  trial: Trial & { at: [number, number] },
  scores: TrialScores | undefined,
  manifest: Manifest,
): TrialNumbers {
  const { outcome } = trial;
  const usage = outcome.state === "completed" ? outcome.completion.usage : undefined;
  const values = manifest.scorers.map(({ name }) => {
    const score = scores?.scores[name];
    return score?.state === "scored" ? score.value : null;
  });
  const unscored = Object.values(scores?.scores ?? {}).find((score) => score.state === "unscored");
  const reason =
    outcome.state === "failed" ? outcome.reason : (unscored?.reason ?? (scores === undefined ? "not scored" : null));
  const input = sumKnown([usage?.freshInput, usage?.cacheRead, usage?.cacheWrite5m, usage?.cacheWrite1h]);
  return {
    caseIndex: trial.at[0],
    candidateIndex: trial.at[1],
    repeat: trial.repeat,
    state: outcome.state,
    reason,
    quality: outcome.state === "failed" ? 0 : (scores?.quality ?? null),
    values,
    costUsd: outcome.costUsd ?? null,
    latencyMs: (outcome.state === "completed" ? outcome.completion.latencyMs : outcome.latencyMs) ?? null,
    inputTokens: input,
    visibleTokens: usage?.visibleOutput ?? null,
    reasoningTokens: usage?.reasoning ?? null,
    capped: outcome.state === "completed" && outcome.completion.finishReason.unified === "length",
  };
}

function sumKnown(values: readonly (number | undefined)[]): number | null {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
}

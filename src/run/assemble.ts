import type { CaseFact, Manifest, Run, TrialNumbers } from "../domain/run.ts";
import type { Outcome, Trial, TrialScores } from "../domain/trial.ts";
import type { JournalRecord } from "../ports.ts";
import { isOurs } from "./attempt.ts";
import { isRefusal } from "./score.ts";

/** What the outcome of a trial says by itself. */
type Answered = Omit<TrialNumbers, "values"> & { readonly key: string };
type Scored = Pick<TrialNumbers, "quality" | "values" | "reason">;

/**
 * Makes the numbers of a run from its journal. Trials that the manifest does not plan are left out (a resumed run
 * may have been narrowed); the first record of a trial wins, the last scores of it do. Texts stay on disk.
 */
export async function assembleRun(
  manifest: Manifest,
  cases: readonly CaseFact[],
  records: AsyncIterable<JournalRecord>,
): Promise<Run> {
  const caseIndex = new Map(cases.map((item, index) => [item.id, index]));
  const candidateIndex = new Map(manifest.candidates.map(({ id }, index) => [id, index]));
  const answers = new Map<string, Answered>();
  const scores = new Map<string, Scored>();
  for await (const record of records) {
    if (record.type === "scores") {
      scores.set(record.scores.key, scoredOf(record.scores, manifest));
      continue;
    }
    const { trial } = record;
    const inCase = caseIndex.get(trial.caseId);
    const ofCandidate = candidateIndex.get(trial.candidate);
    if (inCase === undefined || ofCandidate === undefined || trial.repeat >= manifest.repeats) continue;
    const place = `${trial.repeat} ${inCase} ${ofCandidate}`;
    if (!answers.has(place)) answers.set(place, answeredOf(trial, inCase, ofCandidate));
  }
  const trials = [...answers.values()].map((answer) => numbersOf(answer, scores.get(answer.key), manifest));
  trials.sort((a, b) => a.repeat - b.repeat || a.caseIndex - b.caseIndex || a.candidateIndex - b.candidateIndex);
  return { manifest, cases, trials };
}

function numbersOf({ key: _, ...answer }: Answered, scored: Scored | undefined, manifest: Manifest): TrialNumbers {
  const unscored = { quality: null, values: manifest.scorers.map(() => null), reason: "not scored" };
  // A failure has its quality already: 0 where the model failed, none where we did.
  if (answer.state !== "completed") return { ...answer, values: unscored.values };
  return { ...answer, ...(scored ?? unscored) };
}

function scoredOf({ scores, quality }: TrialScores, manifest: Manifest): Scored {
  const values = manifest.scorers.map(({ name }) => {
    const score = scores[name];
    return score?.state === "scored" ? score.value : null;
  });
  const unscored = Object.values(scores).find((score) => score.state === "unscored");
  return { quality, values, reason: unscored?.reason ?? null };
}

function answeredOf(trial: Trial, caseIndex: number, candidateIndex: number): Answered {
  const { key, repeat, outcome } = trial;
  const usage = outcome.state === "completed" ? outcome.completion.usage : undefined;
  return {
    key,
    caseIndex,
    candidateIndex,
    repeat,
    ...fateOf(outcome),
    costUsd: outcome.costUsd ?? null,
    latencyMs: (outcome.state === "completed" ? outcome.completion.latencyMs : outcome.latencyMs) ?? null,
    inputTokens: sumKnown([usage?.freshInput, usage?.cacheRead, usage?.cacheWrite5m, usage?.cacheWrite1h]),
    visibleTokens: usage?.visibleOutput ?? null,
    reasoningTokens: usage?.reasoning ?? null,
    capped: outcome.state === "completed" && outcome.completion.finishReason.unified === "length",
  };
}

function fateOf(outcome: Outcome): Pick<TrialNumbers, "state" | "reason" | "quality"> {
  if (outcome.state === "failed") {
    const { reason } = outcome;
    return isOurs(reason) ? { state: "missing", reason, quality: null } : { state: "failed", reason, quality: 0 };
  }
  if (isRefusal(outcome)) return { state: "failed", reason: "refused", quality: 0 };
  return { state: "completed", reason: null, quality: null };
}

function sumKnown(values: readonly (number | undefined)[]): number | null {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
}

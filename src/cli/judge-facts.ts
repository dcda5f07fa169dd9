import type { ReadFacts } from "../compare/judge-report.ts";
import type { Label, RubricLabel } from "../domain/label.ts";
import type { CaseFacts } from "../domain/run.ts";
import type { TrialScores } from "../domain/trial.ts";
import { readJournal } from "../run/journal.ts";
import { seenHash } from "./label-hash.ts";

/**
 * What the texts of a comparison say beyond its numbers, for a judge report: lengths, repeated readings, and criteria that
 * people read too. Walks the journal; no text is held. First repeats only.
 */
export function readFacts(options: {
  readonly journal: string;
  readonly cases: CaseFacts;
  readonly incumbent: string;
  readonly candidate: string;
  readonly labels: readonly Label[];
}): ReadFacts {
  const { journal, cases, incumbent, candidate } = options;
  const rubrics = options.labels.filter((label) => label.kind === "rubric");
  const labelled = new Set(rubrics.map((label) => label.case));
  const lengths = { [incumbent]: new Map<string, number>(), [candidate]: new Map<string, number>() };
  const hashes = new Map<string, string>();
  // A trial that was scored again has several records: the last one counts.
  const flipped = new Map<string, { flipped: number; of: number }>();
  const scored = new Map<string, TrialScores>();
  for (const record of readJournal(journal)) {
    const { candidate: by, caseId, repeat } = record.type === "trial" ? record.trial : record.scores;
    const own = lengths[by];
    if (own === undefined || repeat !== 0) continue;
    const key = `${by} ${caseId}`;
    if (record.type === "scores") {
      const flips = flipsOf(record.scores);
      if (flips.of > 0) flipped.set(key, flips);
      if (labelled.has(caseId)) scored.set(key, record.scores);
    } else if (!own.has(caseId) && record.trial.outcome.state === "completed") {
      const { text } = record.trial.outcome.completion;
      own.set(caseId, text.length);
      if (labelled.has(caseId)) hashes.set(key, seenHash(text));
    }
  }
  const criteria = new Map<string, { judge: boolean; people: boolean }[]>();
  for (const label of rubrics) {
    for (const by of [incumbent, candidate]) {
      const key = `${by} ${label.case}`;
      const scores = scored.get(key);
      // A label counts only where the judge read the same words by the same rubric.
      if (scores !== undefined && hashes.get(key) === label.answer) addCriteria(scores, label, criteria);
    }
  }
  const flips = { flipped: 0, of: 0 };
  for (const own of flipped.values()) {
    flips.flipped += own.flipped;
    flips.of += own.of;
  }
  return {
    longer: [...cases].map(({ id }) => {
      const [ours, theirs] = [lengths[candidate]?.get(id), lengths[incumbent]?.get(id)];
      return ours === undefined || theirs === undefined ? null : ours - theirs;
    }),
    flips,
    criteria,
  };
}

function flipsOf({ scores }: TrialScores): { flipped: number; of: number } {
  const flips = { flipped: 0, of: 0 };
  for (const score of Object.values(scores)) {
    const own = score.state === "scored" ? score.judge?.flips : undefined;
    flips.flipped += own?.flipped ?? 0;
    flips.of += own?.of ?? 0;
  }
  return flips;
}

function addCriteria(
  { scores }: TrialScores,
  label: RubricLabel,
  found: Map<string, { judge: boolean; people: boolean }[]>,
): void {
  for (const score of Object.values(scores)) {
    if (score.state !== "scored" || score.judge?.rubric !== label.rubric) continue;
    for (const { id, met } of score.judge.criteria) {
      const people = label.met?.[id];
      if (people !== undefined) found.set(id, [...(found.get(id) ?? []), { judge: met, people }]);
    }
  }
}

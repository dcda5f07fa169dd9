import type { Label, LabelledPair, PairAddress, PairLabel, PeopleFacts } from "../domain/label.ts";
import type { Run } from "../domain/run.ts";
import type { JournalRecord } from "../ports.ts";
import { readJournal } from "../run/journal.ts";
import type { Cases } from "../suite/cases.ts";
import { questionHash, seenHash } from "./label-hash.ts";
import { labelsFile, readLabels } from "./label-store.ts";

/** A run with what people said of its answers, where the suite has any labels. */
export function withPeople(
  run: Run,
  { root, cases, journal }: { readonly root: string; readonly cases: Cases; readonly journal: string },
): Run {
  const labels = readLabels(labelsFile(root, run.manifest.suite.id));
  return labels.length === 0 ? run : { ...run, people: peopleFacts(run, labelsOnCases(labels, cases), journal) };
}

/** The labels whose question and material are still those of the case: of another question they say nothing. */
export function labelsOnCases(labels: readonly Label[], cases: Cases): Label[] {
  const asked = new Map<string, string | undefined>();
  const questionOf = (id: string) => {
    if (!asked.has(id)) {
      const item = cases.get(id);
      asked.set(id, item === undefined ? undefined : questionHash(item));
    }
    return asked.get(id);
  };
  return labels.filter((label) => label.question === questionOf(label.case));
}

/**
 * What people said of the answers of a run, matched by the hashes of what they saw: a label on words that the run does not
 * hold says nothing about it. First repeats only. On a pair that was drawn at random only drawn votes count towards a verdict:
 * the others were picked.
 * @param labels on the cases as they are
 */
export function peopleFacts(
  { manifest, cases }: Pick<Run, "manifest" | "cases">,
  labels: readonly Label[],
  journal: string,
): PeopleFacts {
  const votes = Map.groupBy(
    labels.filter((label): label is PairLabel => label.kind === "pair" && label.vote !== "skip"),
    (label) => label.case,
  );
  const caseIndex = new Map(cases.entries().map(([index, { id }]) => [id, index]));
  const candidateIndex = new Map(manifest.candidates.map(({ id }, index) => [id, index]));
  // One hash a case and candidate; texts stay on disk.
  const hashes = [...cases].map((): (string | undefined)[] => []);
  const swap = { kept: 0, of: 0 };
  for (const record of readJournal(journal)) {
    const answer = firstAnswer(record);
    const at = answer === undefined ? undefined : hashes[caseIndex.get(answer.caseId) ?? -1];
    const by = answer === undefined ? undefined : candidateIndex.get(answer.candidate);
    if (answer !== undefined && at !== undefined && by !== undefined) at[by] ??= seenHash(answer.text);
    for (const { first, second } of ordersOf(record)) {
      swap.of += 1;
      if (first === second) swap.kept += 1;
    }
  }
  const pairs = compared(manifest);
  return {
    pairs: [...hashes.keys()].flatMap((index) =>
      pairs.flatMap((pair) =>
        labelled({ ...pair, caseIndex: index }, hashes[index] ?? [], votes.get(cases.at(index)?.id ?? "") ?? []),
      ),
    ),
    same: [...hashes.keys()].flatMap((index) =>
      pairs.flatMap((pair) => {
        const [ours, theirs] = [hashes[index]?.[pair.candidateIndex], hashes[index]?.[pair.incumbentIndex]];
        return ours !== undefined && ours === theirs ? [{ ...pair, caseIndex: index }] : [];
      }),
    ),
    swap: swap.of === 0 ? null : swap,
  };
}

function compared({ routes, candidates }: Run["manifest"]): Omit<PairAddress, "caseIndex">[] {
  const serving = new Set(routes.map(({ incumbent }) => candidates.findIndex(({ id }) => id === incumbent)));
  return [...serving].flatMap((incumbentIndex) =>
    incumbentIndex < 0
      ? []
      : [...candidates.keys()]
          .filter((candidateIndex) => candidateIndex !== incumbentIndex)
          .map((candidateIndex) => ({ incumbentIndex, candidateIndex })),
  );
}

function labelled(
  pair: PairAddress,
  hashes: readonly (string | undefined)[],
  votes: readonly PairLabel[],
): LabelledPair[] {
  const ours = hashes[pair.candidateIndex];
  const theirs = hashes[pair.incumbentIndex];
  if (ours === undefined || theirs === undefined || ours === theirs) return [];
  const on = votes.filter(
    ({ left, right }) => (left === ours && right === theirs) || (left === theirs && right === ours),
  );
  if (on.length === 0) return [];
  const voteOf = ({ left, vote }: PairLabel) => {
    if (vote !== "left" && vote !== "right") return 0;
    return (vote === "left") === (left === ours) ? 1 : -1;
  };
  const drawn = on.filter((label) => label.drawn !== null);
  const counted = (drawn.length > 0 ? drawn : on).map(voteOf);
  const said = on.map((label) => ({ who: label.who, vote: voteOf(label) }));
  return [{ ...pair, votes: counted, said, drawn: drawn.length > 0 }];
}

function firstAnswer(record: JournalRecord) {
  if (record.type !== "trial" || record.trial.repeat !== 0 || record.trial.outcome.state !== "completed")
    return undefined;
  const { caseId, candidate, outcome } = record.trial;
  return { caseId, candidate, text: outcome.completion.text };
}

function ordersOf(record: JournalRecord) {
  if (record.type !== "scores") return [];
  return Object.values(record.scores.scores).flatMap((score) =>
    score.state === "scored" ? (score.judge?.orders ?? []) : [],
  );
}

import type { LabelledPair, PairAddress, PeopleFacts } from "../domain/label.ts";
import type { Run, TrialNumbers } from "../domain/run.ts";

/** Where a pair belongs when labels are drawn; within a stratum all pairs have the same chance. */
export type Stratum = "disagreement" | "decided" | "tied" | "same" | "settled";

/** A win, a loss or neither, of the candidate. */
export type PairClass = -1 | 0 | 1;

/** One case as it looks for labelling: first repeats only. */
export interface JudgedPair {
  readonly caseIndex: number;
  readonly stratum: Stratum;
  /** The run's own verdict on the pair. Differences of at most half the margin are no difference. */
  readonly judged: PairClass;
  /** What is known without asking people: a failed call lost, the same words are a tie. Null for what they must say. */
  readonly known: PairClass | null;
  /** Of what is missing, through no fault of a model: known only as counted against the candidate. */
  readonly missing: boolean;
}

/** Two models of a run, and what difference counts. */
export interface PairQuestion {
  readonly incumbentIndex: number;
  readonly candidateIndex: number;
  readonly caseIndices: readonly number[];
  /** In the unit of quality. */
  readonly margin: number;
}

/**
 * The pairs of a comparison, in test order, with the stratum that each is drawn from. `disagreement`: some scorer is for
 * the candidate and some other one against it, which is where people tell most; `decided`: all that say something agree;
 * `tied`: no difference.
 */
export function judgedPairs(run: Run, question: PairQuestion): JudgedPair[] {
  const { incumbentIndex, candidateIndex, caseIndices, margin } = question;
  const same = new Set(
    (run.people?.same ?? []).filter((pair) => isOf(pair, question)).map(({ caseIndex }) => caseIndex),
  );
  const contradicted = run.people?.disagreements?.filter((pair) => isOf(pair, question));
  const known = contradicted === undefined ? undefined : new Set(contradicted.map(({ caseIndex }) => caseIndex));
  return caseIndices.map((caseIndex) => {
    const ours = run.trials.of(candidateIndex, caseIndex)[0];
    const theirs = run.trials.of(incumbentIndex, caseIndex)[0];
    const settled = settledBy(ours, theirs);
    if (settled !== undefined) return { caseIndex, stratum: "settled", judged: settled.known, ...settled };
    const judged = classOf((ours?.quality ?? 0) - (theirs?.quality ?? 0), margin / 2);
    if (same.has(caseIndex)) return { caseIndex, stratum: "same", judged, known: 0, missing: false };
    const disagreement = known?.has(caseIndex) ?? contradicts(ours, theirs);
    const stratum = disagreement ? "disagreement" : judged === 0 ? "tied" : "decided";
    return { caseIndex, stratum, judged, known: null, missing: false };
  });
}

/** Whether a label is on this very pair of models. */
export function isOf(
  pair: PairAddress,
  { incumbentIndex, candidateIndex }: Pick<PairQuestion, "incumbentIndex" | "candidateIndex">,
): boolean {
  return pair.incumbentIndex === incumbentIndex && pair.candidateIndex === candidateIndex;
}

/** What people said of each case of a comparison. */
export function labelsOf(people: PeopleFacts | undefined, question: PairQuestion): Map<number, LabelledPair> {
  const pairs = (people?.pairs ?? []).filter((pair) => isOf(pair, question));
  return new Map(pairs.map((pair) => [pair.caseIndex, pair]));
}

/** What labellers say together: a win or a loss where the mean of their votes is nearer to it than to a tie. */
export function commonVote(votes: readonly number[]): PairClass {
  return classOf(votes.reduce((sum, vote) => sum + vote, 0) / votes.length, 0.5);
}

function settledBy(
  ours: TrialNumbers | undefined,
  theirs: TrialNumbers | undefined,
): { known: PairClass; missing: boolean } | undefined {
  const isMissing = (trial: TrialNumbers | undefined) =>
    trial === undefined || trial.state === "missing" || (trial.state === "completed" && trial.quality === null);
  if (isMissing(ours) || isMissing(theirs)) return { known: -1, missing: true };
  if (ours?.state === "failed") return { known: theirs?.state === "failed" ? 0 : -1, missing: false };
  return theirs?.state === "failed" ? { known: 1, missing: false } : undefined;
}

function contradicts(ours: TrialNumbers | undefined, theirs: TrialNumbers | undefined): boolean {
  const signs = (ours?.values ?? []).map((value, at) => signOf(value, theirs?.values[at]));
  return signs.includes(1) && signs.includes(-1);
}

function classOf(difference: number, band: number): PairClass {
  if (Math.abs(difference) <= band + 1e-12) return 0;
  return difference > 0 ? 1 : -1;
}

function signOf(ours: number | null, theirs: number | null | undefined): PairClass {
  return ours === null || theirs == null ? 0 : classOf(ours - theirs, 0);
}

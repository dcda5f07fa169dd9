import type { Estimate } from "../domain/decision.ts";
import type { Confusion, JudgeReport } from "../domain/judge-report.ts";
import type { Run } from "../domain/run.ts";
import { agreement, type Rated } from "../stats/agreement.ts";
import { jackknife } from "../stats/jackknife.ts";
import { alphaAgreement } from "../stats/krippendorff.ts";
import { lengthEffect } from "../stats/length.ts";
import { wilson } from "../stats/proportion.ts";
import { type RatedPair, ratedPairs, trustOf } from "./calibration.ts";
import { labelsOf, type PairQuestion } from "./label-pairs.ts";

const LEVEL = 0.95;
const CATEGORIES = 3;

/** What the texts of a run say beyond its numbers. */
export interface ReadFacts {
  /** By case: by how many characters the candidate's answer is longer; null where one of the two has none. */
  readonly longer: readonly (number | null)[];
  /** Readings by judges beyond the first, and those that differ from it. */
  readonly flips: { readonly flipped: number; readonly of: number };
  /** Of answers that both read by the same rubric: by criterion, whether the judge and each of the people say that it is met. */
  readonly criteria: ReadonlyMap<string, readonly { readonly judge: boolean; readonly people: boolean }[]>;
}

/** Puts together what a judge report says. A pure function of the run, the labels and the facts read from the texts. */
export function judgeReport(
  run: Run,
  question: PairQuestion,
  { facts, alpha }: { facts: ReadFacts; alpha: number },
): JudgeReport {
  const { rated } = ratedPairs(run, question);
  const trust = trustOf(run, question, alpha);
  const { swap } = trust;
  return {
    trust,
    alpha: alphaAgreement(rated, { metric: "nominal", categories: CATEGORIES, level: LEVEL }),
    bias: jackknife(rated, biasOf, { level: LEVEL, range: [-2, 2] }),
    people: amongPeople(run, question),
    swap: swap === null ? null : share(swap.kept, swap.of),
    flips: facts.flips.of === 0 ? null : share(facts.flips.flipped, facts.flips.of),
    length: lengthEffect(lengthPairs(run, question, facts), LEVEL),
    confusion: confusions(run, rated),
    criteria: [...facts.criteria].map(([id, said]) => ({
      id,
      ac1: agreement(
        said.map(({ judge, people }) => ({ ratings: [Number(judge), Number(people)] })),
        { measure: "ac1", categories: 2, level: LEVEL },
      ),
      onlyJudge: said.filter(({ judge, people }) => judge && !people).length,
      onlyPeople: said.filter(({ judge, people }) => people && !judge).length,
    })),
  };
}

function biasOf(rated: readonly RatedPair[]): number | null {
  const total = rated.reduce((sum, { weight }) => sum + weight, 0);
  return total === 0 ? null : rated.reduce((sum, { f, y, weight }) => sum + weight * (f - y), 0) / total;
}

function share(count: number, of: number): Estimate {
  return { value: count / of, interval: wilson(count, of, LEVEL), n: of };
}

function amongPeople(run: Run, question: PairQuestion): JudgeReport["people"] {
  const labels = [...labelsOf(run.people, question).values()];
  const names = [...new Set(labels.flatMap(({ said }) => said.map(({ who }) => who)))].sort();
  // A column for each labeller, so that two of them can be told apart.
  const rated: Rated[] = labels.map(({ said }) => ({
    ratings: names.map((name) => {
      const own = said.find(({ who }) => who === name);
      return own === undefined ? null : own.vote + 1;
    }),
  }));
  const options = { categories: CATEGORIES, level: LEVEL };
  return {
    labellers: names.length,
    pairs: labels.length,
    shared: labels.filter(({ said }) => new Set(said.map(({ who }) => who)).size > 1).length,
    ac1: agreement(rated, { measure: "ac1", ...options }),
    alpha: alphaAgreement(rated, { metric: "nominal", ...options }),
    kappa: names.length === 2 ? agreement(rated, { measure: "kappa", ...options }) : null,
  };
}

function lengthPairs(run: Run, { incumbentIndex, candidateIndex, caseIndices }: PairQuestion, { longer }: ReadFacts) {
  return caseIndices.flatMap((index) => {
    const ours = run.trials.of(candidateIndex, index)[0]?.quality ?? null;
    const theirs = run.trials.of(incumbentIndex, index)[0]?.quality ?? null;
    const difference = longer[index] ?? null;
    return ours === null || theirs === null || difference === null
      ? []
      : [{ difference: ours - theirs, longer: difference }];
  });
}

function confusions(run: Run, rated: readonly RatedPair[]): Confusion[] {
  if (rated.length === 0) return [];
  const tagged = rated.flatMap((pair) =>
    Object.entries(run.cases.at(pair.caseIndex)?.tags ?? {}).map(([tag, value]) => ({ of: `${tag}=${value}`, pair })),
  );
  const groups = Map.groupBy(tagged, ({ of }) => of);
  const names = [...groups.keys()].sort();
  return [
    confusionOf("all", rated),
    ...names.map((name) =>
      confusionOf(
        name,
        (groups.get(name) ?? []).map(({ pair }) => pair),
      ),
    ),
  ];
}

function confusionOf(of: string, rated: readonly RatedPair[]): Confusion {
  const counts = Array.from({ length: CATEGORIES }, () => new Array<number>(CATEGORIES).fill(0));
  for (const { ratings } of rated) {
    const [scores, people] = ratings;
    const row = scores == null ? undefined : counts[scores];
    if (row !== undefined && people != null) row[people] = (row[people] ?? 0) + 1;
  }
  const same = counts.reduce((sum, row, at) => sum + (row[at] ?? 0), 0);
  return { of, counts, agree: share(same, rated.length) };
}

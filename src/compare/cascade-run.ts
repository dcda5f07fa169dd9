import { CaseTable } from "../domain/case-table.ts";
import { ratesFor } from "../domain/price.ts";
import type { CaseFact, PlannedCandidate, PlannedRoute, Run, TrialNumbers } from "../domain/run.ts";
import { changed, TrialTable } from "../domain/trial-table.ts";
import { together } from "./cascade-answers.ts";
import { type Choice, nameOf } from "./cascade-choice.ts";
import { signalsOf } from "./cascade-rules.ts";

/**
 * Cascades as candidates beside the route's incumbent, in a run of the given cases: so they are tested as any candidate is.
 * An answer that goes on to a model which gave none is missing, and so counts against the cascade.
 * @param cases indices in `run`, in the order of the test
 */
export function asRun(
  run: Run,
  route: PlannedRoute,
  { cases, choices }: { readonly cases: Uint32Array; readonly choices: readonly Choice[] },
): Run {
  const { manifest } = run;
  const served = manifest.candidates.findIndex(({ id }) => id === route.incumbent);
  const trials = new TrialTable({
    cases: cases.length,
    candidates: 1 + choices.length,
    repeats: manifest.repeats,
    scorers: manifest.scorers.length,
    judges: manifest.judge?.panel?.length ?? 0,
  });
  for (const [caseIndex, index] of cases.entries()) {
    for (const trial of run.trials.of(served, index)) trials.set(changed(trial, { caseIndex, candidateIndex: 0 }));
  }
  for (const [at, { first, second, rule }] of choices.entries()) {
    const signals = signalsOf(run, first, cases);
    const onward = rule.onward(signals);
    signals.release();
    const heard = unrelatedTo(run, [first, second]);
    for (const [caseIndex, index] of cases.entries()) {
      const asked = run.trials.of(second, index);
      for (const trial of run.trials.of(first, index)) {
        const { repeat } = trial;
        const goesOn = onward[caseIndex * manifest.repeats + repeat] === 1;
        const next = asked.find((other) => other.repeat === repeat);
        const last = !goesOn ? trial : next === undefined ? undefined : together(trial, next);
        if (last !== undefined) trials.set(changed(heard(last), { caseIndex, candidateIndex: 1 + at }));
      }
    }
  }
  const { slices: _, ...whole } = route;
  const facts = new CaseTable();
  for (const index of cases) facts.add(run.cases.at(index) as CaseFact);
  return {
    manifest: {
      ...manifest,
      candidates: [
        manifest.candidates[served] as PlannedCandidate,
        ...choices.map(({ first, second }) => candidateOf(run, first, second)),
      ],
      routes: [whole],
      order: [...facts.ids],
      plannedN: Math.max(1, cases.length),
    },
    cases: facts,
    trials,
  };
}

/** A candidate that can cost and say what both models together can. */
function candidateOf(run: Run, first: number, second: number): PlannedCandidate {
  const pair = [first, second].map((at) => run.manifest.candidates[at] as PlannedCandidate) as [
    PlannedCandidate,
    PlannedCandidate,
  ];
  const [one, two] = pair;
  // The highest rates of either: they stand for the longest prompts.
  const rates = pair.map(({ model }) => ratesFor(model, Number.POSITIVE_INFINITY));
  const [a, b] = rates;
  const dated = pair.map(({ model }) => model.price).find((price) => typeof price === "object");
  const price =
    a === undefined || b === undefined
      ? ("unknown" as const)
      : dated === undefined
        ? ("free" as const)
        : { source: dated.source, checkedAt: dated.checkedAt, input: a.input + b.input, output: a.output + b.output };
  const limits = pair.flatMap(({ params }) => params.maxTokens ?? []);
  const { maxTokens: _, ...params } = two.params;
  return {
    ...two,
    id: nameOf(run, first, second),
    model: { ...two.model, price },
    params: { ...params, ...(limits.length < pair.length ? {} : { maxTokens: Math.max(...limits) }) },
    endpoint: `${one.endpoint} -> ${two.endpoint}`,
  };
}

/** Takes out the votes of a panel's members that are of a family with either model: on the answer of one, or against it. */
function unrelatedTo({ manifest }: Run, models: readonly number[]): (trial: TrialNumbers) => TrialNumbers {
  const families = models.map((at) => manifest.candidates[at]?.model.family);
  const related = (manifest.judge?.panel ?? []).map(({ family }) => families.includes(family));
  if (!related.includes(true)) return (trial) => trial;
  return (trial) => {
    if (trial.votes === undefined) return trial;
    const votes = trial.votes.map((each) => each.map((vote, at) => (related[at] === true ? null : vote)));
    // What the whole panel said is no substitute where none of the others voted.
    const values = trial.values.map((value, at) => {
      const wasVoted = trial.votes?.[at]?.some((vote) => vote !== null) === true;
      return wasVoted && votes[at]?.every((vote) => vote === null) === true ? null : value;
    });
    return changed(trial, { votes, values });
  };
}

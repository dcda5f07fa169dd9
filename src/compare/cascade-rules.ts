import type { Run, TrialNumbers } from "../domain/run.ts";
import { quantile } from "../stats/quantile.ts";

/** When a cascade asks its second model. It sees what is there while serving, and never the reference. */
export interface Escalation {
  /** In words. */
  readonly name: string;
  readonly fails: (trial: TrialNumbers) => boolean;
}

const SHARES = [0.5, 0.75, 0.9];

/**
 * The rules to choose from for a first model: its call failed or was cut off; one of the suite's scorers marked `atServing`
 * gave less than all, or less than a value that it often gives; it wrote at length.
 * @param answers walks its answers on the half that chooses
 */
export function escalationsOf({ manifest }: Run, answers: () => Iterable<TrialNumbers>): Escalation[] {
  const broken: Escalation = {
    name: "the call fails or the answer is cut off",
    fails: ({ state, capped }) => state === "failed" || capped,
  };
  const either = (name: string, fails: Escalation["fails"]): Escalation => ({
    name,
    fails: (trial) => broken.fails(trial) || fails(trial),
  });
  const byScore = manifest.scorers.flatMap(({ name, atServing }, at) => {
    if (atServing !== true) return [];
    const values = sorted(answers(), (trial) => trial.values[at] ?? null);
    const below = new Set(values.length === 0 ? [] : [1, ...SHARES.map((share) => quantile(values, 1 - share))]);
    return [...below]
      .filter((limit) => limit > 0)
      .map((limit) => either(`${name} is below ${round(limit)}`, ({ values: own }) => (own[at] ?? 0) < limit));
  });
  const lengths = sorted(answers(), ({ visibleTokens }) => visibleTokens);
  const byLength = [
    ...new Set(lengths.length === 0 ? [] : SHARES.map((share) => Math.round(quantile(lengths, share)))),
  ].map((limit) =>
    either(`the answer is longer than ${limit} tokens`, ({ visibleTokens }) => (visibleTokens ?? 0) > limit),
  );
  return [broken, ...byScore, ...byLength];
}

function sorted(trials: Iterable<TrialNumbers>, pick: (trial: TrialNumbers) => number | null): Float64Array {
  const values: number[] = [];
  for (const trial of trials) {
    const value = pick(trial);
    if (value !== null) values.push(value);
  }
  return Float64Array.from(values).sort();
}

function round(value: number): string {
  return String(Number(value.toFixed(3)));
}

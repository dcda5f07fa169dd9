import type { Run } from "../domain/run.ts";
import { quantile } from "../stats/quantile.ts";
import { Columns, known } from "./columns.ts";

/**
 * What is known of a model's answers while it serves, and never the reference: a column each, laid out as its answers are.
 * What is unknown is NaN.
 */
export interface Signals {
  /** 1 where the call ended in an answer or in a failure of the model's own. */
  readonly there: Uint8Array;
  /** 1 where the call failed, or the answer was cut off. */
  readonly broken: Uint8Array;
  /** What the suite's scorers marked `atServing` say: their names, and values in [0, 1]. */
  readonly scores: readonly { readonly name: string; readonly values: Float64Array }[];
  readonly visibleTokens: Float64Array;
  readonly reasoningTokens: Float64Array;
  /** Gives their memory back: they say nothing from then on. */
  release(): void;
}

/** When a cascade asks its second model. */
export interface Escalation {
  /** In words. */
  readonly name: string;
  /** 1 where a call goes on. */
  readonly onward: (signals: Signals) => Uint8Array;
}

/** Limits are tried that let so many of the answers pass. */
const SHARES = [0.5, 0.75, 0.9];

/** The signals of one candidate's answers to the given cases. */
export function signalsOf({ manifest, trials }: Run, candidate: number, cases: Uint32Array): Signals {
  const { repeats, scorers } = manifest;
  const atServing = scorers.flatMap((scorer, at) => (scorer.atServing === true ? [{ name: scorer.name, at }] : []));
  const columns = new Columns(cases.length * repeats, (atServing.length + 2) * 8 + 2);
  const column = () => columns.add(Float64Array).fill(Number.NaN);
  const serving = atServing.map((scorer) => ({ ...scorer, values: column() }));
  const [visibleTokens, reasoningTokens] = [column(), column()];
  const [there, broken] = [columns.add(Uint8Array), columns.add(Uint8Array)];
  const release = () => columns.release();
  const signals = { there, broken, scores: serving, visibleTokens, reasoningTokens, release };
  for (const [place, index] of cases.entries()) {
    for (const trial of trials.of(candidate, index)) {
      if (trial.state === "missing") continue;
      const call = place * repeats + trial.repeat;
      signals.there[call] = 1;
      signals.broken[call] = trial.state === "failed" || trial.capped ? 1 : 0;
      signals.visibleTokens[call] = trial.visibleTokens ?? Number.NaN;
      signals.reasoningTokens[call] = trial.reasoningTokens ?? Number.NaN;
      for (const { at, values } of serving) values[call] = trial.values[at] ?? Number.NaN;
    }
  }
  return signals;
}

/**
 * The rules to choose from for a first model. In each a call goes on that failed or was cut off. Beside that: nothing more;
 * a score at serving that is less than all, or than what it often is, or that is not there; length; length of its reasoning.
 * @param signals of the half that chooses
 */
export function escalationsOf(signals: Signals): Escalation[] {
  const byScore = signals.scores.flatMap(({ name, values }, at) => {
    const known = sorted(values);
    const limits = known.length === 0 ? [] : [1, ...SHARES.map((share) => quantile(known, 1 - share))];
    return [...new Set(limits)]
      .filter((limit) => limit > 0)
      .map((limit) =>
        // No score is no confidence.
        rule(`${name} is below ${round(limit)}`, ({ scores }) => [scores[at]?.values, (value) => !(value >= limit)]),
      );
  });
  const byLength = longest(signals.visibleTokens).map((limit) =>
    rule(`the answer is longer than ${limit} tokens`, ({ visibleTokens }) => [visibleTokens, (value) => value > limit]),
  );
  const byThought = longest(signals.reasoningTokens).map((limit) =>
    rule(`it reasons for more than ${limit} tokens`, ({ reasoningTokens }) => [
      reasoningTokens,
      (value) => value > limit,
    ]),
  );
  return [rule("the call fails or the answer is cut off", () => []), ...byScore, ...byLength, ...byThought];
}

type Condition = readonly [column?: Float64Array | undefined, fails?: (value: number) => boolean];

function rule(name: string, conditionOf: (signals: Signals) => Condition): Escalation {
  return {
    name,
    onward(signals) {
      const { there, broken } = signals;
      const [column, fails] = conditionOf(signals);
      return there.map((is, call) =>
        is === 1 && (broken[call] === 1 || (column !== undefined && fails?.(column[call] as number) === true)) ? 1 : 0,
      );
    },
  };
}

function longest(lengths: Float64Array): number[] {
  const known = sorted(lengths);
  return known.length === 0 ? [] : [...new Set(SHARES.map((share) => Math.round(quantile(known, share))))];
}

function sorted(column: Float64Array): Float64Array {
  return known(column).sort();
}

function round(value: number): string {
  return String(Number(value.toFixed(3)));
}

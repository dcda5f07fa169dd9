import type { Estimate } from "../domain/decision.ts";
import { type Answers, isCharged, isCompleted } from "./cascade-answers.ts";
import { cut, latencyOf, meanByCase, qualityOfCases, qualityOfClusters, shareOf } from "./estimates.ts";
import { mean } from "./table.ts";

/** What answers are worth, cost and take, as a model's summary has it. For reading, not for tests. */
export interface Figures {
  readonly quality: Estimate | null;
  readonly costPer1000: Estimate | null;
  readonly latencyP95Ms: Estimate | null;
}

/**
 * The figures of a model, or of a cascade, over the cases that it answered.
 * @param units the cases, by their place in `answers`, that make a unit each
 */
export function figuresOf(answers: Answers, units: readonly (readonly number[])[]): Figures {
  return { quality: qualityOf(answers, units), costPer1000: costOf(answers), latencyP95Ms: p95Of(answers) };
}

/** The share of the calls that went on; the repeats of a case depend on each other. */
export function escalatedOf(onward: Uint8Array, first: Answers): Estimate | null {
  const asked = new Float64Array(onward.length).fill(Number.NaN);
  let calls = 0;
  let count = 0;
  for (let call = 0; call < onward.length; call++) {
    if (!isCharged(first, call)) continue;
    asked[call] = onward[call] as number;
    count += onward[call] as number;
    calls += 1;
  }
  if (calls === 0) return null;
  return first.repeats > 1 ? cut(meanByCase(asked, first.repeats)) : shareOf(count, calls);
}

function qualityOf(answers: Answers, units: readonly (readonly number[])[]): Estimate | null {
  const clusters = units
    .map((places) => places.flatMap((at) => meanOfKnown(repeatsOf(answers, answers.quality, at)) ?? []))
    .filter(({ length }) => length > 0);
  if (clusters.length === 0) return null;
  return clusters.every(({ length }) => length === 1) ? qualityOfCases(clusters.flat()) : qualityOfClusters(clusters);
}

function meanOfKnown(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : mean(values);
}

function costOf(answers: Answers): Estimate | null {
  const { usd, repeats } = answers;
  for (let call = 0; call < usd.length; call++) {
    if (isCharged(answers, call) && Number.isNaN(usd[call])) return null;
  }
  return meanByCase(
    usd.map((each) => each * 1_000),
    repeats,
  );
}

function p95Of(answers: Answers): Estimate | null {
  const times = answers.ms.filter((ms, call) => isCompleted(answers, call) && !Number.isNaN(ms)).sort();
  return latencyOf(times, 0.95);
}

/** The known values of a case's repeats. */
function repeatsOf({ repeats }: Answers, column: Float64Array, at: number): number[] {
  const values: number[] = [];
  for (let call = at * repeats; call < (at + 1) * repeats; call++) {
    const value = column[call] as number;
    if (!Number.isNaN(value)) values.push(value);
  }
  return values;
}

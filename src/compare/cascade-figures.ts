import type { Estimate } from "../domain/decision.ts";
import { Growing } from "../domain/growing.ts";
import { type Answers, isCharged, isCompleted } from "./cascade-answers.ts";
import { keep } from "./columns.ts";
import { cut, latencyOf, meanByCase, qualityOfCases, qualityOfClusters, shareOf } from "./estimates.ts";
import type { Groups } from "./groups.ts";
import { mean } from "./table.ts";

/** What answers are worth, cost and take, as a model's summary has it. For reading, not for tests. */
export interface Figures {
  readonly quality: Estimate | null;
  readonly costPer1000: Estimate | null;
  readonly latencyP95Ms: Estimate | null;
}

/**
 * The figures of a model, or of a cascade, over the cases that it answered.
 * @param units of the cases, which stand in `answers` unit by unit
 */
export function figuresOf(answers: Answers, units: Groups): Figures {
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

function qualityOf(answers: Answers, units: Groups): Estimate | null {
  const values = new Growing((buffer) => new Float64Array(buffer));
  const ends = new Growing((buffer) => new Uint32Array(buffer));
  for (let unit = 0; unit < units.length; unit++) {
    const before = values.length;
    const [from, to] = units.rangeOf(unit);
    for (let at = from; at < to; at++) {
      const repeats = repeatsOf(answers, answers.quality, at);
      if (repeats.length > 0) values.push(mean(repeats));
    }
    if (values.length > before) ends.push(values.length);
  }
  if (values.length === 0) return null;
  if (ends.length === values.length) return qualityOfCases(values.values.subarray(0, values.length));
  const startOf = (cluster: number) => (cluster === 0 ? 0 : ends.values[cluster - 1]);
  return qualityOfClusters(
    Array.from({ length: ends.length }, (_, at) => [...values.values.subarray(startOf(at), ends.values[at])]),
  );
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
  const times = keep(answers.ms, (ms, call) => isCompleted(answers, call) && !Number.isNaN(ms)).sort();
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

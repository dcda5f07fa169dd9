import type { Run, TrialNumbers } from "../domain/run.ts";
import { changed } from "../domain/trial-table.ts";
import { Columns } from "./columns.ts";

const STATES = ["none", "completed", "failed", "missing"] as const;
const COMPLETED = STATES.indexOf("completed");
const FAILED = STATES.indexOf("failed");

/**
 * What one model, or a cascade of two, answered to some cases: a column each, repeat r of the i-th case at
 * `i * repeats + r`. Inside the columns what is unknown is NaN.
 */
export interface Answers {
  readonly repeats: number;
  /** Index into {@link STATES}. */
  readonly state: Uint8Array;
  readonly quality: Float64Array;
  readonly usd: Float64Array;
  readonly ms: Float64Array;
  /** Gives their memory back: they say nothing from then on. */
  release(): void;
}

/** The answers of one candidate of a run to the given cases. */
export function answersOf({ manifest, trials }: Run, candidate: number, cases: Uint32Array): Answers {
  const { repeats } = manifest;
  const answers = emptyAnswers(repeats, cases.length * repeats);
  for (const [at, index] of cases.entries()) {
    for (const trial of trials.of(candidate, index)) {
      const call = at * repeats + trial.repeat;
      answers.state[call] = STATES.indexOf(trial.state);
      answers.quality[call] = trial.quality ?? Number.NaN;
      answers.usd[call] = trial.costUsd ?? Number.NaN;
      answers.ms[call] = trial.latencyMs ?? Number.NaN;
    }
  }
  return answers;
}

function emptyAnswers(repeats: number, calls: number): Answers {
  const columns = new Columns(calls, 3 * 8 + 1);
  const unknown = () => columns.add(Float64Array).fill(Number.NaN);
  const [quality, usd, ms] = [unknown(), unknown(), unknown()];
  return { repeats, state: columns.add(Uint8Array), quality, usd, ms, release: () => columns.release() };
}

/**
 * A cascade, call by call: where `onward` is 1, the second model's answer, at what both calls cost and took, one after the
 * other; elsewhere the first's. Both are over the same cases.
 */
export function inTurn(first: Answers, second: Answers, onward: Uint8Array): Answers {
  const both = emptyAnswers(first.repeats, onward.length);
  for (let call = 0; call < onward.length; call++) {
    const goesOn = onward[call] === 1;
    const last = goesOn ? second : first;
    both.state[call] = last.state[call] as number;
    both.quality[call] = last.quality[call] as number;
    both.usd[call] = (last.usd[call] as number) + (goesOn ? (first.usd[call] as number) : 0);
    both.ms[call] = (last.ms[call] as number) + (goesOn ? (first.ms[call] as number) : 0);
  }
  return both;
}

/** {@link inTurn} for two trials. What is unknown of one is unknown of both; times of different runs do not add up. */
export function together(first: TrialNumbers, second: TrialNumbers): TrialNumbers {
  const sum = (a: number | null, b: number | null) => (a === null || b === null ? null : a + b);
  return changed(second, {
    costUsd: sum(first.costUsd, second.costUsd),
    latencyMs: first.from === second.from ? sum(first.latencyMs, second.latencyMs) : null,
    inputTokens: sum(first.inputTokens, second.inputTokens),
    visibleTokens: sum(first.visibleTokens, second.visibleTokens),
    // Either may reason: enough to know that it happens.
    reasoningTokens: sum(first.reasoningTokens ?? 0, second.reasoningTokens ?? 0),
    capped: first.capped || second.capped,
  });
}

/** Whether the model gave an answer: what latency is of. */
export function isCompleted({ state }: Answers, call: number): boolean {
  return state[call] === COMPLETED;
}

/** Whether the model gave an answer or failed: what cost is of. */
export function isCharged({ state }: Answers, call: number): boolean {
  return state[call] === COMPLETED || state[call] === FAILED;
}

/** By case: 1 where quality and cost of every repeat are known. */
export function completeCases({ repeats, quality, usd }: Answers): Uint8Array {
  const complete = new Uint8Array(quality.length / repeats).fill(1);
  for (let call = 0; call < quality.length; call++) {
    if (Number.isNaN(quality[call]) || Number.isNaN(usd[call])) complete[Math.floor(call / repeats)] = 0;
  }
  return complete;
}

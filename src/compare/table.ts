import type { Run, TrialNumbers } from "../domain/run.ts";

/** One candidate's answers to one case, repeats averaged. What is unknown is null. */
export interface Cell {
  /** Mean over the repeats that have one; null when none has. */
  readonly quality: number | null;
  /** Share of the planned repeats that have one. */
  readonly scored: number;
  /** Why a planned repeat has none; null when all have. */
  readonly reason: string | null;
  /** Mean per call; null when any call is unpriced, or there is none. */
  readonly costUsd: number | null;
  /** In order of repeat. */
  readonly trials: readonly TrialNumbers[];
}

/** The cells of one candidate, made when they are asked for: a run of a million trials must not become a million objects. */
export interface Row {
  /** Cases of the run. */
  readonly length: number;
  at(caseIndex: number): Cell;
}

/** The cells of a run, by candidate. */
export type Table = readonly Row[];

const NO_TRIAL = "no answer";

/** Averages repeats: `table[candidate].at(case)`. */
export function tabulate({ manifest, cases, trials }: Run): Table {
  return manifest.candidates.map((_, candidate) => ({
    length: cases.length,
    at: (caseIndex) => cellOf(trials.of(candidate, caseIndex), manifest.repeats),
  }));
}

/** Averages the repeats of one case. */
export function cellOf(trials: readonly TrialNumbers[], repeats: number): Cell {
  const [only] = trials;
  return repeats === 1 && trials.length === 1 && only !== undefined ? single(only, trials) : averaged(trials, repeats);
}

// Most runs ask once, and a large one asks for its cells some million times.
function single(trial: TrialNumbers, trials: readonly TrialNumbers[]): Cell {
  const { quality, costUsd, reason } = trial;
  requireShare(quality);
  return {
    quality,
    scored: quality === null ? 0 : 1,
    reason: quality === null ? (reason ?? NO_TRIAL) : null,
    costUsd: isAnswer(trial) ? costUsd : null,
    trials,
  };
}

function requireShare(quality: number | null): void {
  if (quality !== null && !(quality >= 0 && quality <= 1)) {
    throw new RangeError(`a quality must lie in [0, 1], got ${quality}`);
  }
}

function averaged(trials: readonly TrialNumbers[], repeats: number): Cell {
  const qualities = trials.map(({ quality }) => quality).filter((quality) => quality !== null);
  qualities.forEach(requireShare);
  const calls = trials.filter(isAnswer).map(({ costUsd }) => costUsd);
  const costs = calls.filter((cost) => cost !== null);
  const complete = qualities.length >= repeats;
  return {
    quality: qualities.length === 0 ? null : mean(qualities),
    scored: complete ? 1 : qualities.length / repeats,
    reason: complete ? null : (trials.find(({ quality }) => quality === null)?.reason ?? NO_TRIAL),
    costUsd: costs.length === 0 || costs.length < calls.length ? null : mean(costs),
    trials,
  };
}

/** Whether a call ended in something of the model's own: an answer, or a failure that counts against it. */
export function isAnswer({ state }: TrialNumbers): boolean {
  return state !== "missing";
}

/** Of at least one value. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

import { CaseTable } from "../domain/case-table.ts";
import type { CaseFacts, Manifest, Run, TrialNumbers } from "../domain/run.ts";
import { Texts } from "../domain/texts.ts";
import type { Outcome, Score, Trial, TrialScores } from "../domain/trial.ts";
import { TrialTable } from "../domain/trial-table.ts";
import type { JournalRecord } from "../ports.ts";
import { isOurs } from "./attempt.ts";
import { Offsets } from "./offsets.ts";
import { isRefusal } from "./score.ts";

/** What the records of a journal have cost, in USD. */
export interface Spent {
  /** Answers with a known cost. */
  readonly answersUsd: number;
  readonly unpricedAnswers: number;
  /** Judges' replies with a known cost. */
  readonly judgeUsd: number;
  readonly unpricedJudgements: number;
  /** Answers that an earlier run paid for, and what is known of their cost: no money of this run. */
  readonly cached: number;
  readonly cachedUsd: number;
  /** When the oldest of those was asked for (ISO 8601); null where there is none. */
  readonly cachedSince: string | null;
}

/** Of a key's 16: it is only ever held against the one key that the same trial has had before. */
const KEY_BYTES = 8;

/**
 * The numbers of a run, put together as its journal is read or written: texts stay on disk, and a trial of a large run takes
 * some thirty bytes. Trials that the manifest does not plan are left out (a resumed run may have been narrowed); the first
 * record of a trial wins, the last scores of it do.
 */
export class RunAssembly {
  readonly #manifest: Manifest;
  readonly #cases: CaseFacts;
  readonly #caseIds: Texts;
  readonly #candidateIndex: ReadonlyMap<string, number>;
  readonly #table: TrialTable;
  readonly #keys: Uint8Array;
  readonly #trialAt: Offsets;
  readonly #scoresAt: Offsets;
  readonly #spent = { answersUsd: 0, unpricedAnswers: 0, judgeUsd: 0, unpricedJudgements: 0, cached: 0, cachedUsd: 0 };
  #cachedSince: string | null = null;

  constructor(manifest: Manifest, cases: CaseFacts) {
    const { candidates, repeats, scorers } = manifest;
    const judges = manifest.judge?.panel?.length ?? 0;
    const shape = { cases: cases.length, candidates: candidates.length, repeats, scorers: scorers.length, judges };
    const places = shape.cases * shape.candidates * shape.repeats;
    this.#manifest = manifest;
    this.#cases = cases;
    this.#caseIds = idsOf(cases);
    this.#candidateIndex = new Map(candidates.map(({ id }, index) => [id, index]));
    this.#table = new TrialTable(shape);
    this.#keys = new Uint8Array(places * KEY_BYTES);
    this.#trialAt = new Offsets(places);
    this.#scoresAt = new Offsets(places);
  }

  /** @param at where the record stands in its journal, in bytes */
  add(record: JournalRecord, at: number): void {
    if (record.type === "trial") this.#addTrial(record.trial, at);
    else this.#addScores(record.scores, at);
  }

  get spent(): Spent {
    return { ...this.#spent, cachedSince: this.#cachedSince };
  }

  /** What is there of a trial: nothing, an answer without (all of) its scores, or everything. */
  stateOf(trial: TrialAddress): "open" | "unscored" | "finished" {
    const place = this.#placeOf(trial);
    if (place === undefined || !this.#table.has(place) || !this.#hasKey(place, trial.key)) return "open";
    return this.#table.stateAt(place) !== "completed" || this.#table.at(place).quality !== null
      ? "finished"
      : "unscored";
  }

  /** Whether nothing more will be said of a case: each of its trials is there, and scored where it has an answer. */
  hasEnded(caseIndex: number): boolean {
    const { candidates, repeats } = this.#manifest;
    for (let candidateIndex = 0; candidateIndex < candidates.length; candidateIndex++) {
      const trials = this.#table.of(candidateIndex, caseIndex);
      if (trials.length < repeats) return false;
      if (trials.some(({ state, quality }) => state === "completed" && quality === null)) return false;
    }
    return true;
  }

  /** Where a trial and its last scores stand in the journal, in bytes; undefined for what is not there. */
  whereIs(trial: Omit<TrialAddress, "key">): {
    readonly trial: number | undefined;
    readonly scores: number | undefined;
  } {
    const place = this.#placeOf(trial);
    if (place === undefined) return { trial: undefined, scores: undefined };
    return { trial: this.#trialAt.at(place), scores: this.#scoresAt.at(place) };
  }

  get run(): Run {
    return { manifest: this.#manifest, cases: this.#cases, trials: this.#table };
  }

  #addTrial(trial: Trial, at: number): void {
    const { costUsd } = trial.outcome;
    if (trial.from !== undefined) {
      this.#spent.cached += 1;
      this.#spent.cachedUsd += costUsd ?? 0;
      if (this.#cachedSince === null || trial.startedAt < this.#cachedSince) this.#cachedSince = trial.startedAt;
    } else if (costUsd === undefined) this.#spent.unpricedAnswers += 1;
    else this.#spent.answersUsd += costUsd;
    const indices = this.#indicesOf(trial);
    const place = indices === undefined ? undefined : this.#table.placeOf(indices);
    if (indices === undefined || place === undefined || this.#table.has(place)) return;
    this.#table.set({ ...indices, ...answeredOf(trial, this.#manifest.scorers.length) });
    this.#keys.set(bytesOf(trial.key), place * KEY_BYTES);
    this.#trialAt.set(place, at);
  }

  #addScores(scores: TrialScores, at: number): void {
    for (const score of Object.values(scores.scores)) {
      const judge = score.state === "scored" ? score.judge : undefined;
      const isJudged = judge !== undefined || score.unpriced === true;
      const costUsd = judge?.costUsd ?? score.costUsd;
      if (costUsd !== undefined) this.#spent.judgeUsd += costUsd;
      else if (isJudged) this.#spent.unpricedJudgements += 1;
    }
    const place = this.#placeOf(scores);
    if (place === undefined || !this.#hasKey(place, scores.key)) return;
    this.#scoresAt.set(place, at);
    // A failure has its quality already: 0 where the model failed, none where we did.
    if (this.#table.stateAt(place) === "completed") this.#table.setScores(place, scoredOf(scores, this.#manifest));
  }

  #indicesOf({ caseId, candidate, repeat }: Omit<TrialAddress, "key">): Indices | undefined {
    const caseIndex = this.#caseIds.indexOf(caseId);
    const candidateIndex = this.#candidateIndex.get(candidate);
    return caseIndex === undefined || candidateIndex === undefined ? undefined : { caseIndex, candidateIndex, repeat };
  }

  #placeOf(trial: Omit<TrialAddress, "key">): number | undefined {
    const indices = this.#indicesOf(trial);
    return indices === undefined ? undefined : this.#table.placeOf(indices);
  }

  #hasKey(place: number, key: string): boolean {
    const start = place * KEY_BYTES;
    return bytesOf(key).equals(this.#keys.subarray(start, start + KEY_BYTES));
  }
}

// A second list of them would be one too many.
function idsOf(cases: CaseFacts): Texts {
  if (cases instanceof CaseTable) return cases.ids;
  const ids = new Texts();
  for (const { id } of cases) ids.add(id);
  return ids;
}

/** Which trial of a run, and the content it was planned with. */
export type TrialAddress = Pick<Trial, "key" | "caseId" | "candidate" | "repeat">;

type Indices = Pick<TrialNumbers, "caseIndex" | "candidateIndex" | "repeat">;

// 32 hex digits; what is none (another tool's journal) is compared as far as it goes.
function bytesOf(key: string): Buffer {
  const bytes = Buffer.alloc(KEY_BYTES);
  bytes.write(key, /^[0-9a-f]{32}$/.test(key) ? "hex" : "latin1");
  return bytes;
}

/** {@link RunAssembly} of a whole journal. */
export function assembleRun(
  manifest: Manifest,
  cases: CaseFacts,
  records: Iterable<JournalRecord & { readonly at: number }>,
): RunAssembly {
  const assembly = new RunAssembly(manifest, cases);
  for (const record of records) assembly.add(record, record.at);
  return assembly;
}

function scoredOf(
  { scores, quality }: TrialScores,
  manifest: Manifest,
): Pick<TrialNumbers, "quality" | "values" | "votes" | "reason"> {
  const values = manifest.scorers.map(({ name }) => {
    const score = scores[name];
    return score?.state === "scored" ? score.value : null;
  });
  const unscored = Object.values(scores).find((score) => score.state === "unscored");
  const { panel } = manifest.judge ?? {};
  const votes = panel === undefined ? {} : { votes: manifest.scorers.map(({ name }) => votesOf(scores[name], panel)) };
  return { quality: rounded(quality, 1e6), values, ...votes, reason: unscored?.reason ?? null };
}

function votesOf(score: Score | undefined, panel: readonly { readonly model: string }[]): (number | null)[] {
  const votes = score?.state === "scored" ? (score.judge?.votes ?? []) : [];
  return panel.map(({ model }) => votes.find((vote) => vote.model === model)?.value ?? null);
}

function answeredOf({ outcome, from }: Trial, scorers: number): Omit<TrialNumbers, keyof Indices> {
  const usage = outcome.state === "completed" ? outcome.completion.usage : undefined;
  return {
    ...fateOf(outcome),
    values: new Array<null>(scorers).fill(null),
    costUsd: rounded(outcome.costUsd, 1e9),
    latencyMs: rounded(outcome.state === "completed" ? outcome.completion.latencyMs : outcome.latencyMs, 1),
    inputTokens: sumKnown([usage?.freshInput, usage?.cacheRead, usage?.cacheWrite5m, usage?.cacheWrite1h]),
    visibleTokens: usage?.visibleOutput ?? null,
    reasoningTokens: usage?.reasoning ?? null,
    capped: outcome.state === "completed" && outcome.completion.finishReason.unified === "length",
    from: from ?? null,
  };
}

// As exactly as committed evidence holds them (quality to a millionth, a nano-dollar, a millisecond): a verdict is then the
// same from either, to the last digit.
function rounded(value: number | null | undefined, steps: number): number | null {
  return value === null || value === undefined ? null : Math.round(value * steps) / steps;
}

function fateOf(outcome: Outcome): Pick<TrialNumbers, "state" | "reason" | "quality"> {
  if (outcome.state === "failed") {
    const { reason } = outcome;
    return isOurs(reason) ? { state: "missing", reason, quality: null } : { state: "failed", reason, quality: 0 };
  }
  if (isRefusal(outcome)) return { state: "failed", reason: "refused", quality: 0 };
  return { state: "completed", reason: "not scored", quality: null };
}

function sumKnown(values: readonly (number | undefined)[]): number | null {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
}

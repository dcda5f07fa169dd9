import type { GateFinding } from "../domain/gate.ts";
import type { Run, TrialNumbers } from "../domain/run.ts";
import type { Suite } from "../domain/suite.ts";
import type { JournalRecord } from "../ports.ts";
import { count, plural } from "../report/numbers.ts";
import { exactLowerBound } from "../stats/proportion.ts";
import { EMPTY_FINDING } from "./gate-overrides.ts";

/** Answers differ by themselves from one time to the next: so many of a hundred are let pass. */
const DIFFERING_BY_CHANCE = 0.2;
const LEVEL = 0.99;
/** Another quality by more than this is another answer. */
const ANOTHER = 0.5;
/** Of the answers of each model, so many of a hundred must be there to compare. */
const LEAST_COMPARED = 0.5;

/** What came of asking again. */
export interface AskedAgain {
  readonly run: Run;
  /** Calls that were left undone, with the reason, as sentences. */
  readonly left: readonly string[];
  readonly failures: readonly Failures[];
}

/** Calls of one model that failed for one reason. */
interface Failures {
  readonly candidate: string;
  readonly reason: string;
  /** Of the first. */
  readonly message: string;
  count: number;
}

/** A finding about the evidence of a suite. */
export function auditFinding(
  { id }: Suite,
  file: string,
  said: Pick<GateFinding, "outcome" | "reason"> & Partial<GateFinding>,
): GateFinding {
  return { ...EMPTY_FINDING, route: id, about: "audit", file, line: 1, ...said };
}

/** The failed calls of a journal, by model and reason. */
export function failuresOf(records: Iterable<JournalRecord>): Failures[] {
  const found = new Map<string, Failures>();
  for (const record of records) {
    if (record.type !== "trial" || record.trial.outcome.state !== "failed") continue;
    const { candidate, outcome } = record.trial;
    const { reason, message } = outcome;
    const failures = found.get(`${candidate} ${reason}`) ?? { candidate, reason, message, count: 0 };
    failures.count += 1;
    found.set(`${candidate} ${reason}`, failures);
  }
  return [...found.values()];
}

/** Holds answers that were asked for again against those of the evidence. */
export function compareAgain(
  { suite, file, run }: { readonly suite: Suite; readonly file: string; readonly run: Run },
  again: AskedAgain,
): GateFinding {
  const { runId } = run.manifest;
  const models = again.run.manifest.candidates.map(({ id }) => id);
  const asked = models.length * again.run.cases.length;
  const pairs = pairsOf(run, again.run);
  const differing = pairs.filter(({ by }) => by > ANOTHER);
  const list = differing.map(({ model, id }) => `${model} on ${id}`).join(", ");
  const cases = plural(again.run.cases.length, "case");
  const seen = `${count(asked)} answers to ${cases} of run ${runId} were asked for again; ${count(differing.length)} came out otherwise${list === "" ? "" : ` (${list})`}.`;
  const notes = whyNot(again, asked - pairs.length);
  const say = (outcome: GateFinding["outcome"], reason: string) =>
    auditFinding(suite, file, { outcome, reason, notes, run: runId });
  const wrong = again.failures.filter(({ reason }) => reason === "wrong-model");
  if (wrong.length > 0) {
    const served = wrong.map(({ candidate, message, count: times }) => `${candidate} ${message} (${count(times)})`);
    return say("reject", `Another model answers than was asked: ${served.join("; ")}. ${seen}`);
  }
  if (pairs.length > 0 && exactLowerBound(differing.length, pairs.length, LEVEL) > DIFFERING_BY_CHANCE) {
    return say("reject", `${seen} That is more than chance allows: the evidence does not come out again.`);
  }
  const least = again.run.cases.length * LEAST_COMPARED;
  const lacking = models.filter((id) => pairs.filter(({ model }) => model === id).length < least);
  if (lacking.length === 0) return say("pass", seen);
  return say("inconclusive", `Too few answers of ${lacking.join(", ")} could be compared. ${seen}`);
}

function whyNot({ left, failures, run }: AskedAgain, missing: number): string[] {
  if (missing === 0) return [];
  const failed = failures.map(
    ({ candidate, reason, message, count: times }) =>
      `${plural(times, "answer")} of ${candidate} failed (${reason}): ${message}.`,
  );
  const unscored = [...run.trials].filter(({ state, quality }) => state === "completed" && quality === null);
  const why = new Set(unscored.map(({ reason }) => reason));
  return [
    `${plural(missing, "answer")} could not be compared.`,
    ...left,
    ...failed,
    ...(unscored.length === 0
      ? []
      : [`${plural(unscored.length, "answer")} could not be scored: ${[...why].join("; ")}.`]),
  ];
}

/** How far the qualities of then and of now are apart, where there are both. */
function pairsOf(run: Run, again: Run): { model: string; id: string; by: number }[] {
  const placeOf = ({ manifest }: Run, model: string) => manifest.candidates.findIndex(({ id }) => id === model);
  const caseAt = new Map(run.cases.entries().map(([index, { id }]) => [id, index]));
  const models = again.manifest.candidates.map(({ id }) => id);
  return [...again.cases.entries()].flatMap(([index, { id }]) =>
    models.flatMap((model) => {
      const [then] = run.trials.of(placeOf(run, model), caseAt.get(id) ?? -1);
      const [now] = again.trials.of(placeOf(again, model), index);
      if (then?.quality == null || now?.quality == null || saysNothing(then, now)) return [];
      return [{ model, id, by: Math.abs(then.quality - now.quality) }];
    }),
  );
}

// A call that fails today says nothing about an answer of then; a refusal is an answer.
function saysNothing(then: TrialNumbers, now: TrialNumbers): boolean {
  return now.state === "failed" && then.state !== "failed" && now.reason !== "refused";
}

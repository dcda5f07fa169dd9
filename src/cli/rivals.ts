import type { Manifest } from "../domain/run.ts";
import type { Trial } from "../domain/trial.ts";
import type { Rival, Scorer } from "../ports.ts";
import type { RunAssembly } from "../run/assemble.ts";
import { isOurs } from "../run/attempt.ts";
import type { openRecords } from "../run/journal.ts";
import { isRefusal } from "../run/score.ts";

/** What the model that serves today answered, for scorers that compare with it. */
export interface Rivals {
  /** Undefined where it has not answered, through no fault of its own. */
  of(trial: Trial): Rival | undefined;
}

/**
 * The answers of the first route's incumbent, read from the journal as they are wanted; undefined where no scorer
 * compares. One rival for all: on one suite, candidates of several routes are measured against the same answers.
 */
export function rivalsOf(
  { candidates, routes }: Manifest,
  scorers: readonly Scorer[],
  journal: { readonly assembly: RunAssembly; readonly saved: ReturnType<typeof openRecords> },
): Rivals | undefined {
  const serving = candidates.find(({ id }) => id === routes[0]?.incumbent);
  if (serving === undefined || !scorers.some(({ needsRival }) => needsRival === true)) return undefined;
  return {
    of({ candidate, caseId, repeat }) {
      if (candidate === serving.id) return { state: "self" };
      const at = journal.assembly.whereIs({ caseId, candidate: serving.id, repeat }).trial;
      const record = at === undefined ? undefined : journal.saved.at(at);
      if (record?.type !== "trial") return undefined;
      const { outcome } = record.trial;
      if (outcome.state === "failed") return isOurs(outcome.reason) ? undefined : { state: "failed" };
      if (isRefusal(outcome)) return { state: "failed" };
      return { state: "answered", text: outcome.completion.text, family: serving.model.family };
    },
  };
}

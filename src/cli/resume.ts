import { join } from "node:path";
import type { Manifest, PlannedCandidate, RunFile } from "../domain/run.ts";
import { UserError } from "../errors.ts";
import type { Prepared } from "./prepare.ts";
import { readRun, savedRuns } from "./saved-runs.ts";

/** A run to go on with. */
export interface Resumable {
  /** The plan of the run: its id and start, over the trials as prepared now. */
  readonly prepared: Prepared;
  /** Nothing of it is left to do. */
  readonly isFinished: boolean;
  /** As it was left. */
  readonly file: RunFile;
}

/**
 * The last unfinished run; where there is none, the last one that answers the same plan, which is finished.
 * @throws UserError when there is neither, or when what the unfinished one rests on has changed since
 */
export function findResumable(folder: string, prepared: Prepared): Resumable {
  const runs = savedRuns(folder).map((name) => readRun(join(folder, name)));
  const unfinished = runs.findLast((run) => !isFinished(run));
  const found = unfinished ?? runs.findLast(({ manifest }) => changesOf(manifest, prepared.manifest).length === 0);
  if (found === undefined) {
    const remedy = "Start one without --resume.";
    throw new UserError({ where: "--resume", what: "There is no unfinished run of this suite.", remedy });
  }
  const { manifest } = found;
  const changed = changesOf(manifest, prepared.manifest);
  if (changed.length > 0) {
    const what = `Run ${manifest.runId} rests on other data: ${changed.join(", ")} changed since.`;
    const remedy = "Give the flags of that run, or start a new one without --resume.";
    throw new UserError({ where: "--resume", what, remedy });
  }
  const { runId, startedAt, routes } = manifest;
  const fresh = manifest.fresh === true ? { fresh: true } : {};
  const planned = { ...prepared.manifest, ...fresh, runId, startedAt, routes };
  return { prepared: { ...prepared, manifest: planned }, isFinished: unfinished === undefined, file: found };
}

// What a judge could not score may be scored now.
function isFinished({ status, totals }: RunFile): boolean {
  return status === "complete" && totals?.unscored === 0;
}

function changesOf(manifest: Manifest, now: Manifest): string[] {
  return [
    ...(manifest.suite.hash === now.suite.hash ? [] : ["the suite"]),
    ...(manifest.suite.datasetSha256 === now.suite.datasetSha256 ? [] : ["the dataset"]),
    ...(sameCandidates(manifest.candidates, now.candidates) ? [] : ["the models or their parameters"]),
    ...(manifest.judge?.model === now.judge?.model ? [] : ["the judge"]),
    ...(manifest.seed === now.seed ? [] : ["the seed"]),
    ...(manifest.repeats === now.repeats && manifest.order.length === now.order.length
      ? []
      : ["the number of cases or repeats"]),
    ...(manifest.confirms === now.confirms ? [] : ["the candidate to be confirmed"]),
    ...(manifest.untilDecided === now.untilDecided ? [] : ["--until-decided"]),
    ...(manifest.source === now.source ? [] : ["where the answers come from"]),
  ];
}

function sameCandidates(a: readonly PlannedCandidate[], b: readonly PlannedCandidate[]): boolean {
  const facts = (list: readonly PlannedCandidate[]) =>
    JSON.stringify(
      list
        .map(({ id, model, params, endpoint }) => JSON.stringify([id, endpoint, model.model, params, model.price]))
        .sort(),
    );
  return facts(a) === facts(b);
}

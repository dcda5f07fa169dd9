import { join } from "node:path";
import type { PlannedCandidate } from "../domain/run.ts";
import { UserError } from "../errors.ts";
import type { Prepared } from "./prepare.ts";
import { readRun, savedRuns } from "./saved-runs.ts";

/**
 * The plan of the last unfinished run, to go on with: its id and start, over the trials as prepared now.
 * @throws UserError when there is none, or when what it rests on has changed since
 */
export function findUnfinished(folder: string, prepared: Prepared): Prepared {
  const unfinished = savedRuns(folder)
    .map((name) => readRun(join(folder, name)))
    .findLast(({ status }) => status !== "complete");
  if (unfinished === undefined) {
    throw new UserError({
      where: "--resume",
      what: "There is no unfinished run of this suite.",
      remedy: "Start one without --resume.",
    });
  }
  const { manifest } = unfinished;
  const now = prepared.manifest;
  const changed = [
    ...(manifest.suite.hash === now.suite.hash ? [] : ["the suite"]),
    ...(manifest.suite.datasetSha256 === now.suite.datasetSha256 ? [] : ["the dataset"]),
    ...(sameCandidates(manifest.candidates, now.candidates) ? [] : ["the models or their parameters"]),
    ...(manifest.judge?.model === now.judge?.model ? [] : ["the judge"]),
    ...(manifest.seed === now.seed ? [] : ["the seed"]),
    ...(manifest.repeats === now.repeats && manifest.order.length === now.order.length
      ? []
      : ["the number of cases or repeats"]),
    ...(manifest.source === now.source ? [] : ["where the answers come from"]),
  ];
  if (changed.length > 0) {
    const what = `Run ${manifest.runId} rests on other data: ${changed.join(", ")} changed since.`;
    throw new UserError({
      where: "--resume",
      what,
      remedy: "Give the flags of that run, or start a new one without --resume.",
    });
  }
  return {
    ...prepared,
    manifest: { ...now, runId: manifest.runId, startedAt: manifest.startedAt, routes: manifest.routes },
  };
}

function sameCandidates(a: readonly PlannedCandidate[], b: readonly PlannedCandidate[]): boolean {
  const facts = (list: readonly PlannedCandidate[]) =>
    JSON.stringify(
      list
        .map(({ id, model, params }) => JSON.stringify([id, model.provider, model.model, params, model.price]))
        .sort(),
    );
  return facts(a) === facts(b);
}

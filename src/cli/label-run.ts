import { join } from "node:path";
import { decide } from "../compare/decide.ts";
import type { PairQuestion } from "../compare/label-pairs.ts";
import { casesOf } from "../compare/pairs.ts";
import type { PeopleFacts } from "../domain/label.ts";
import type { PlannedRoute, Run, RunFile } from "../domain/run.ts";
import type { Trial, TrialScores } from "../domain/trial.ts";
import { UserError } from "../errors.ts";
import { assembleRun } from "../run/assemble.ts";
import { readJournal } from "../run/journal.ts";
import type { Cases } from "../suite/cases.ts";
import { suggest } from "../suite/complain.ts";
import { loadSuite } from "../suite/project.ts";
import { labelsOnCases, peopleFacts } from "./label-facts.ts";
import { labelsFile, readLabels } from "./label-store.ts";
import { OUTPUTS } from "./outputs.ts";
import { openSavedRun } from "./rewrite.ts";
import { seededRandom, type World } from "./world.ts";

/** First answers of one model, by case. */
export type Answers = ReadonlyMap<string, { readonly trial: Trial; readonly scores: TrialScores | undefined }>;

/** A saved run as people are asked about it: one route, the model that serves it, and one candidate. */
export interface LabelRun {
  readonly directory: string;
  readonly run: RunFile;
  readonly numbers: Run & { readonly people: PeopleFacts };
  readonly cases: Cases;
  readonly route: PlannedRoute;
  readonly incumbent: string;
  readonly candidate: string;
  readonly question: PairQuestion;
  /** What the two said. */
  readonly answers: { readonly incumbent: Answers; readonly candidate: Answers };
  readonly labels: ReturnType<typeof readLabels>;
}

/** What may be said on the command line of which answers are meant. */
export interface LabelRunOptions {
  readonly run?: string;
  readonly out?: string;
  readonly route?: string;
  readonly candidate?: string;
}

/**
 * Opens the answers of a saved run that people are to be asked about: by default those of the first route, and of the
 * candidate that its decision names. @throws UserError for a run, route or candidate that is not there
 */
export async function openLabelRun(world: World, name: string, options: LabelRunOptions): Promise<LabelRun> {
  const { suite } = await loadSuite(world.cwd, name);
  const { directory, run, cases } = openSavedRun(world, suite.id, options);
  const { manifest } = run;
  const keys = manifest.routes.map(({ route }) => route);
  const route = manifest.routes.find((each) => each.route === (options.route ?? keys[0]));
  if (route === undefined) {
    const what = `Run ${manifest.runId} decides no route "${options.route}".`;
    throw new UserError({ where: "--route", what, remedy: suggest(options.route ?? "", keys) });
  }
  const journal = join(directory, OUTPUTS.journal);
  const assembly = assembleRun(manifest, cases.facts, readJournal(journal));
  const labels = labelsOnCases(readLabels(labelsFile(world.cwd, suite.id)), cases);
  const people = peopleFacts(assembly.run, labels, journal);
  const numbers = { ...assembly.run, people };
  const candidate = options.candidate ?? shownCandidate(numbers, route.route);
  const ids = manifest.candidates.map(({ id }) => id);
  const question = {
    incumbentIndex: ids.indexOf(route.incumbent),
    candidateIndex: ids.indexOf(candidate ?? ""),
    caseIndices: casesOf(numbers, route.slice),
    margin: route.policy.margin,
  };
  if (candidate === undefined || question.incumbentIndex < 0 || question.candidateIndex < 0) {
    const what = `Run ${manifest.runId} does not compare ${candidate ?? "anything"} with ${route.incumbent}.`;
    const others = ids.filter((id) => id !== route.incumbent);
    throw new UserError({ where: "--candidate", what, remedy: suggest(candidate ?? "", others) });
  }
  if (candidate === route.incumbent) {
    const what = `${candidate} serves the route today: there is nothing to compare it with.`;
    throw new UserError({ where: "--candidate", what, remedy: "Name another model of the run." });
  }
  const [ofIncumbent, ofCandidate] = answersOf(journal, [route.incumbent, candidate]);
  const answers = { incumbent: ofIncumbent ?? new Map(), candidate: ofCandidate ?? new Map() };
  return { directory, run, numbers, cases, route, incumbent: route.incumbent, candidate, question, answers, labels };
}

function shownCandidate(run: Run, route: string): string | undefined {
  const decision = decide(run, seededRandom(run.manifest.seed));
  return decision.routes.find((each) => each.route === route)?.candidate ?? undefined;
}

function answersOf(journal: string, candidates: readonly string[]): Answers[] {
  const found = candidates.map(() => new Map<string, { trial: Trial; scores: TrialScores | undefined }>());
  for (const record of readJournal(journal)) {
    const { candidate, caseId, repeat } = record.type === "trial" ? record.trial : record.scores;
    const own = found[candidates.indexOf(candidate)];
    if (own === undefined || repeat !== 0) continue;
    const known = own.get(caseId);
    if (record.type === "trial") {
      if (known === undefined) own.set(caseId, { trial: record.trial, scores: undefined });
    } else if (known !== undefined) own.set(caseId, { ...known, scores: record.scores });
  }
  return found;
}

import { existsSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import type { RunFile } from "../domain/run.ts";
import { ExitCode, UserError } from "../errors.ts";
import { renderConsole } from "../report/console.ts";
import type { Cases } from "../suite/cases.ts";
import { suggest } from "../suite/complain.ts";
import { fileSha256 } from "../suite/dataset.ts";
import { loadSuite } from "../suite/project.ts";
import { openAnswerBook } from "./answer-book.ts";
import { conclude } from "./conclude.ts";
import { simulatedTruth } from "./finish.ts";
import { readKeys } from "./keys.ts";
import { loadLedger, NO_LOOKS } from "./ledger.ts";
import { BUNDLE, OUTPUTS } from "./outputs.ts";
import type { Prepared } from "./prepare.ts";
import { casesOfRun } from "./run-cases.ts";
import { readRun, savedRuns } from "./saved-runs.ts";
import { seededRandom, type World } from "./world.ts";

/** `report`: decides a saved run again and writes its reports. Returns the exit code. @throws UserError when there is none. */
export async function rewriteReport(
  world: World,
  name: string,
  options: {
    readonly run?: string;
    readonly out?: string;
    readonly json?: boolean;
    readonly bundle?: boolean;
    readonly bom?: boolean;
  },
): Promise<number> {
  const { suite, file } = await loadSuite(world.cwd, name);
  const { directory, run, cases } = openSavedRun(world, suite.id, options);
  const keys = readKeys(world);
  const prepared = asPrepared({ world, run, cases, suite, file, keys });
  const truth = prepared === undefined ? undefined : await simulatedTruth(prepared, world);
  const ledger =
    run.manifest.source === "simulated" ? NO_LOOKS : loadLedger(resolve(world.cwd, options.out ?? "reports"));
  const bundle = options.bundle === true;
  const input = await conclude({
    directory,
    root: world.cwd,
    run,
    cases,
    truth,
    keys,
    looks: { ledger },
    bundle,
    byteOrderMark: options.bom === true,
  });
  if (options.json === true) world.stdout(`${JSON.stringify({ run: input.run, decision: input.decision }, null, 2)}\n`);
  else
    world.stdout(
      `${renderConsole(input)}\nReport: ${relative(world.cwd, join(directory, bundle ? BUNDLE.page : OUTPUTS.html))}\n`,
    );
  return ExitCode.done;
}

/** A run that is saved (the last one, where none is named), and its cases in test order. @throws UserError when there is none */
export function openSavedRun(
  world: World,
  suite: string,
  options: { readonly run?: string; readonly out?: string },
): { readonly directory: string; readonly run: RunFile; readonly cases: Cases } {
  const folder = join(resolve(world.cwd, options.out ?? "reports"), suite);
  const runs = savedRuns(folder);
  const id = options.run ?? runs.at(-1);
  if (id === undefined) {
    const remedy = `Make one: npm run eval ${suite}`;
    throw new UserError({ where: relative(world.cwd, folder), what: "There is no saved run.", remedy });
  }
  if (!runs.includes(id))
    throw new UserError({ where: "--run", what: `There is no run "${id}".`, remedy: suggest(id, runs) });
  const directory = join(folder, id);
  const run = readRun(directory);
  return { directory, run, cases: unchangedCases(world.cwd, run) };
}

/** The cases of a run in test order. @throws UserError when the dataset is another one by now. */
function unchangedCases(root: string, { manifest }: RunFile): Cases {
  const { dataset, datasetSha256 } = manifest.suite;
  const file = join(root, dataset);
  if (!existsSync(file) || fileSha256(file) !== datasetSha256) {
    const what = `The dataset has changed since run ${manifest.runId}, so its report would show other questions.`;
    throw new UserError({ where: dataset, what, remedy: "Restore it (git checkout), or run the suite again." });
  }
  return casesOfRun(root, manifest);
}

// The truth of a simulated run is recomputed, not stored: it follows from the fleet, the seed and the scorers.
function asPrepared(given: {
  readonly world: World;
  readonly run: RunFile;
  readonly cases: Cases;
  readonly suite: Prepared["suite"];
  readonly file: string;
  readonly keys: Prepared["keys"];
}): Prepared | undefined {
  const { world, run, cases, suite, file, keys } = given;
  if (run.manifest.source !== "simulated" || suite.answers === undefined) return undefined;
  return {
    suite,
    suiteFile: file,
    catalog: { providers: {}, models: run.manifest.candidates.map(({ model }) => model), judges: [], embedders: [] },
    keys,
    random: seededRandom(run.manifest.seed),
    cases,
    candidates: run.manifest.candidates,
    bench: undefined,
    noJudge: "",
    book: openAnswerBook(world.cwd, suite.answers),
    recording: undefined,
    manifest: run.manifest,
    planned: new Map(),
    trials: () => [],
    sample: () => [],
  };
}

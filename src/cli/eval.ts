import { join, relative, resolve } from "node:path";
import type { Truth } from "../compare/decide.ts";
import type { ReportInput } from "../domain/detail.ts";
import type { RunFile } from "../domain/run.ts";
import { ExitCode, UserError } from "../errors.ts";
import { renderConsole } from "../report/console.ts";
import { plural } from "../report/numbers.ts";
import { limitNeeded, resumeCommand, savedText, spentText, undoneText } from "./after-run.ts";
import type { EvalOptions } from "./commands/eval.ts";
import { conclude } from "./conclude.ts";
import { agreed, checkMaxSpend } from "./consent.ts";
import type { Counted } from "./counted.ts";
import { equip } from "./equip.ts";
import { execute } from "./execute.ts";
import { loadLedger, NO_LOOKS, openLooks } from "./ledger.ts";
import { OUTPUTS } from "./outputs.ts";
import { estimatePlan, planPower, planText } from "./plan-text.ts";
import { type Prepared, prepare } from "./prepare.ts";
import { findResumable } from "./resume.ts";
import { saveEvidence } from "./save-evidence.ts";
import { readRun } from "./saved-runs.ts";
import { createScoringFor } from "./scoring.ts";
import type { World } from "./world.ts";
import { pointTo, writeJson } from "./write.ts";

/** `eval`: plan, run, score, decide, write, say. Returns the exit code. @throws UserError before anything is called. */
export async function runEval(world: World, name: string, options: EvalOptions): Promise<number> {
  if (options.confirm !== undefined && options.models !== undefined) {
    throw new UserError({ where: "--confirm", what: "It names the one candidate.", remedy: "Leave out --models." });
  }
  const fresh = await prepare(world, name, options);
  const folder = join(resolve(world.cwd, options.out ?? "reports"), fresh.suite.id);
  const found = options.resume === true ? findResumable(folder, fresh) : undefined;
  const prepared = found?.prepared ?? fresh;
  const directory = join(folder, prepared.manifest.runId);
  try {
    if (found?.isFinished !== true) {
      // What a run was begun with holds for the rest of it.
      const begun = prepared.manifest.fresh === true ? { ...options, fresh: true } : options;
      return await run(world, name, { ...begun, prepared, folder, directory, before: found?.file });
    }
    if (options.saveEvidence === true)
      await finish(world, { ...options, prepared, directory, run: readRun(directory) });
    world.stdout(
      `Run ${prepared.manifest.runId} is finished: nothing was called.\nReport: ${relative(world.cwd, join(directory, OUTPUTS.html))}\n`,
    );
    return ExitCode.done;
  } finally {
    prepared.cases.close();
    prepared.book?.close();
  }
}

async function run(
  world: World,
  name: string,
  options: EvalOptions & {
    readonly prepared: Prepared;
    readonly folder: string;
    readonly directory: string;
    readonly before: RunFile | undefined;
  },
): Promise<number> {
  const { prepared, folder, directory, before } = options;
  const { keys } = prepared;
  const quiet = options.quiet === true;
  const equipment = await equip(prepared, world, options);
  const plan = estimatePlan(prepared);
  if (plan.calls === 0) {
    throw new UserError({ what: "There is nothing to run.", remedy: "Check --limit and --replay." });
  }
  const foreign = prepared.recording?.foreign ?? 0;
  if (foreign > 0) {
    world.stderr(`Left out: ${plural(foreign, "line")} of ${options.replay} that answer no case of the dataset.\n`);
  }
  checkMaxSpend(prepared, plan, options);
  for (const { route, exception } of prepared.manifest.routes) {
    if (exception !== undefined) world.stderr(`${route}: ${exception}\n`);
  }
  if (!quiet) world.stderr(planText(prepared, plan, planPower(prepared)));
  if (!(await agreed(world, options, plan))) return ExitCode.usage;
  const reports = resolve(world.cwd, options.out ?? "reports");
  const ledger = prepared.manifest.source === "simulated" ? NO_LOOKS : loadLedger(reports);
  const execution = await execute(prepared, equipment, world, { quiet, directory, ledger, before });
  const { run: file, undone, interrupted, counted } = execution;
  const needed = limitNeeded(prepared, execution, { spentUsd: equipment.budget.spentUsd, plan });
  if (interrupted) {
    writeJson(join(directory, OUTPUTS.run), file, keys.scrub);
    const saved = `Interrupted. What was answered is saved in ${relative(world.cwd, directory)}.`;
    world.stderr(`${saved}\nGo on with: ${resumeCommand(name, options)}\n`);
    return ExitCode.interrupted;
  }
  const input = await finish(world, { ...options, run: file, counted });
  pointTo(join(folder, "latest"), prepared.manifest.runId);
  world.stdout(keys.scrub(resultText(input, { ...options, cwd: world.cwd })));
  if (undone.length === 0) return ExitCode.done;
  const command = resumeCommand(name, needed === undefined ? options : { ...options, maxSpend: needed.allUsd });
  world.stderr(undoneText(prepared, undone, { command, needed }));
  return ExitCode.incomplete;
}

/** Decides what was answered, writes the reports, and saves the evidence where that is asked for. */
async function finish(
  world: World,
  options: EvalOptions & {
    readonly prepared: Prepared;
    readonly directory: string;
    readonly run: RunFile;
    readonly counted?: Counted;
  },
): Promise<ReportInput> {
  const { prepared, directory, run: file, counted } = options;
  const { cases, keys } = prepared;
  const truth = await simulatedTruth(prepared, world);
  const concluded = { directory, root: world.cwd, run: file, cases, truth, counted, keys };
  const input = await lookAt(world, options, prepared, (looks) => conclude({ ...concluded, looks }));
  if (options.saveEvidence === true) {
    saveEvidence(world, prepared, input, options.out);
  }
  return input;
}

/**
 * Decides with the ledger of looks, and adds this one. Simulated runs look at nothing; one narrowed by --limit is a rehearsal,
 * unless its evidence is saved.
 */
async function lookAt<T>(
  world: World,
  options: EvalOptions,
  { manifest }: Prepared,
  decided: (looks: Parameters<typeof conclude>[0]["looks"]) => Promise<T>,
): Promise<T> {
  if (manifest.source === "simulated") return decided({ ledger: NO_LOOKS });
  const reports = resolve(world.cwd, options.out ?? "reports");
  if (options.limit !== undefined && options.saveEvidence !== true) return decided({ ledger: loadLedger(reports) });
  const looks = await openLooks(reports, world);
  try {
    return await decided(looks);
  } finally {
    looks.close();
  }
}

function resultText(
  input: ReportInput,
  { cwd, directory, json }: { readonly cwd: string; readonly directory: string; readonly json?: boolean },
): string {
  const path = (file: string) => relative(cwd, join(directory, file));
  if (json === true) {
    const { run, decision } = input;
    return `${JSON.stringify({ run, decision, files: Object.values(OUTPUTS).map(path) }, null, 2)}\n`;
  }
  const beside = Object.values(OUTPUTS).filter((file) => file !== OUTPUTS.html);
  return `${renderConsole(input)}\n${spentText(input.run)}${savedText(input.decision)}\nReport: ${path(OUTPUTS.html)}\nBeside it: ${beside.join(", ")}\n`;
}

/** What is known of a simulated fleet: the true qualities behind its answers. */
export async function simulatedTruth(prepared: Prepared, world: World): Promise<Truth | undefined> {
  const { manifest, book, cases, suite, suiteFile, random } = prepared;
  if (manifest.source !== "simulated" || book === undefined) return undefined;
  const { truthOf } = await import("./truth.ts");
  const scoring = createScoringFor(suite, suiteFile, world.cwd);
  const fleet = { suite: suite.id, cases, book, random };
  try {
    return await truthOf(manifest, cases, fleet, scoring.scorers);
  } finally {
    await scoring.close();
  }
}

import { join, relative, resolve } from "node:path";
import type { RunFile } from "../domain/run.ts";
import { ExitCode, UserError } from "../errors.ts";
import { plural } from "../report/numbers.ts";
import { limitNeeded, resumeCommand, undoneText } from "./after-run.ts";
import type { BegunOutputs } from "./begun-outputs.ts";
import type { EvalOptions } from "./commands/eval.ts";
import { agreed, checkMaxSpend } from "./consent.ts";
import { equip } from "./equip.ts";
import { execute, type Going } from "./execute.ts";
import { loadWhileIdle } from "./idle.ts";
import { loadLedger, NO_LOOKS } from "./ledger.ts";
import { OUTPUTS } from "./outputs.ts";
import { estimatePlan, planPower, planText } from "./plan-text.ts";
import { type Prepared, prepare } from "./prepare.ts";
import { findResumable } from "./resume.ts";
import { readRun } from "./saved-runs.ts";
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
      await (await loadFinish()).finish(world, { ...options, prepared, directory, run: readRun(directory) });
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
  if (!quiet) world.stderr(planText(prepared, plan, await planPower(prepared)));
  if (!(await agreed(world, options, plan))) return ExitCode.usage;
  const reports = resolve(world.cwd, options.out ?? "reports");
  const ledger = prepared.manifest.source === "simulated" ? NO_LOOKS : loadLedger(reports);
  let begun: BegunOutputs | undefined;
  const beside = (going: Going) => {
    let ended = false;
    const begin = async () => {
      const { BegunOutputs } = await import("./begun-outputs.ts");
      if (!ended && BegunOutputs.isWorthIt(plan.calls)) begun = new BegunOutputs({ ...prepared, ...going, directory });
    };
    const stopLoading = loadWhileIdle([...FOR_THE_END, begin]);
    return () => {
      ended = true;
      stopLoading();
    };
  };
  const execution = await execute(prepared, equipment, world, { quiet, directory, ledger, before, beside });
  const { run: file, undone, interrupted, counted } = execution;
  const needed = limitNeeded(prepared, execution, { spentUsd: equipment.budget.spentUsd, plan });
  if (interrupted) {
    begun?.discard();
    writeJson(join(directory, OUTPUTS.run), file, keys.scrub);
    const saved = `Interrupted. What was answered is saved in ${relative(world.cwd, directory)}.`;
    world.stderr(`${saved}\nGo on with: ${resumeCommand(name, options)}\n`);
    return ExitCode.interrupted;
  }
  // What is known of a simulated fleet is still to be reckoned.
  if (prepared.manifest.source === "live") world.onLastPart?.(plan.calls);
  const { finish, resultText } = await loadFinish();
  const input = await finish(world, { ...options, run: file, counted, begun });
  pointTo(join(folder, "latest"), prepared.manifest.runId);
  world.stdout(keys.scrub(resultText(input, { ...options, cwd: world.cwd })));
  if (undone.length === 0) return ExitCode.done;
  const command = resumeCommand(name, needed === undefined ? options : { ...options, maxSpend: needed.allUsd });
  world.stderr(undoneText(prepared, undone, { command, needed }));
  return ExitCode.incomplete;
}

const loadFinish = () => import("./finish.ts");
/** What is not needed before the last answer is there, in parts that take some milliseconds each. */
const FOR_THE_END = [
  () => import("../compare/decide.ts"),
  () => import("../report/html/pictures.ts"),
  () => import("../report/html.ts"),
  () => import("./conclude.ts"),
  loadFinish,
];

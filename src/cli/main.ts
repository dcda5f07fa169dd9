import { Command, CommanderError } from "commander";
import { ExitCode, UserError } from "../errors.ts";
import { registerDatasets } from "./commands/datasets.ts";
import { registerEval } from "./commands/eval.ts";
import { registerGate } from "./commands/gate.ts";
import { registerJudgeReport } from "./commands/judge-report.ts";
import { registerLabel } from "./commands/label.ts";
import { registerModels } from "./commands/models.ts";
import { registerPlan } from "./commands/plan.ts";
import { registerRecommend } from "./commands/recommend.ts";
import { registerReport } from "./commands/report.ts";
import { registerRoute } from "./commands/route.ts";
import { packageVersions } from "./facts.ts";
import { readKeys } from "./keys.ts";
import type { World } from "./world.ts";

const OWN_FLAGS = [
  "models",
  "limit",
  "repeats",
  "concurrency",
  "replay",
  "incumbent",
  "catalog",
  "routing",
  "allow-related-judge",
  "judge",
  "max-spend",
  "resume",
  "ping",
  "save-evidence",
  "fresh",
  "deadline",
];

// npm keeps flags that stand before `--` for itself: a spending limit would be gone without a word.
function refuseSwallowedFlags({ env }: World): void {
  const swallowed = OWN_FLAGS.find((flag) => env[`npm_config_${flag.replaceAll("-", "_")}`] !== undefined);
  if (swallowed === undefined) return;
  const what = `npm took --${swallowed} for itself.`;
  throw new UserError({ what, remedy: `Put -- before it, as in: npm run <command> -- --${swallowed} ...` });
}

/** Runs one command to its end and returns the exit code. Every error that a user can mend is one clear message on stderr. */
export async function main(world: World): Promise<number> {
  let code: number = ExitCode.done;
  const exit = (value: number) => {
    code = value;
  };
  const program = new Command("signalbox")
    .description("Decides, on evidence, which language model serves which task.")
    .version(packageVersions().signalbox ?? "")
    .showHelpAfterError("Ask for help with --help.")
    .configureOutput({ writeOut: world.stdout, writeErr: world.stderr })
    .exitOverride();
  for (const register of [
    registerEval,
    registerPlan,
    registerReport,
    registerGate,
    registerRecommend,
    registerRoute,
    registerModels,
    registerDatasets,
    registerLabel,
    registerJudgeReport,
  ])
    register(program, world, exit);
  for (const command of program.commands) command.copyInheritedSettings(program);
  try {
    refuseSwallowedFlags(world);
    await program.parseAsync([...world.argv], { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.done : ExitCode.usage;
    const { scrub } = readKeys(world);
    if (error instanceof UserError) {
      world.stderr(`${scrub(error.message)}\n`);
      return error.exitCode;
    }
    world.stderr(
      `${scrub(`This is a fault of signalbox, not of yours: ${error instanceof Error ? error.stack : String(error)}`)}\n`,
    );
    return ExitCode.crashed;
  }
}

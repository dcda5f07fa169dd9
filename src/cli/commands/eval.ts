import type { Command } from "commander";
import { addRunOptions, type RunOptions } from "../options.ts";
import type { World } from "../world.ts";

export interface EvalOptions extends RunOptions {
  readonly resume?: boolean;
  readonly out?: string;
  readonly json?: boolean;
  readonly yes?: boolean;
  readonly quiet?: boolean;
  readonly saveEvidence?: boolean;
}

/** `signalbox eval <suite>`. */
export function registerEval(program: Command, world: World, exit: (code: number) => void): void {
  addRunOptions(program.command("eval <suite>"))
    .summary("run a suite over the models, decide, and write the reports")
    .description(
      "Runs a suite over every candidate, scores and compares the answers, decides each route, and writes the reports.",
    )
    .option("--until-decided", "ask look by look, and stop each candidate as soon as its verdict is in")
    .option("--resume", "go on with the last unfinished run of the suite")
    .option("--fresh", "ask again for answers that an earlier run has paid for")
    .option("--out <folder>", "where reports go (default: reports)")
    .option("--json", "print run and decision as JSON on stdout")
    .option("--save-evidence", "save the numbers that the gate judges by, to be committed (reports/evidence)")
    .option("-y, --yes", "do not ask before spending")
    .option("-q, --quiet", "print the result alone")
    .addHelpText(
      "after",
      `
Examples:
  npm run eval research
  npm run eval code -- --models claude-sonnet-4.6,kimi-k2-thinking --max-spend 5
  npm run eval classification -- --limit 60 --repeats 3
  npm run eval research -- --until-decided --max-spend 5
  npm run eval research -- --confirm kimi-k2-thinking
  npm run eval research -- --resume
  npm run eval research -- --save-evidence
  npm run eval research -- --replay answers.jsonl --incumbent gpt-4o

Exit codes: 0 the run is complete, whatever the verdict; 2 usage or configuration; 3 incomplete (resume it); 130 interrupted; 70 a fault of signalbox.`,
    )
    .action(async (suite: string, options: EvalOptions) => {
      const { runEval } = await import("../eval.ts");
      exit(await runEval(world, suite, options));
    });
}

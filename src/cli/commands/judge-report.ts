import type { Command } from "commander";
import type { LabelRunOptions } from "../label-run.ts";
import type { World } from "../world.ts";

/** `signalbox judge-report <suite>`. */
export function registerJudgeReport(program: Command, world: World, exit: (code: number) => void): void {
  program
    .command("judge-report <suite>")
    .summary("how far people agree with the scores of a saved run; calls nothing")
    .description(
      "Holds the scores of a saved run against people's labels: agreement, bias, order, length, and whether the scores may carry a verdict. Calls nothing.",
    )
    .option(
      "--candidate <id>",
      "whose answers against those of the model of today (default: the one the decision names)",
    )
    .option("--route <key>", "which route (default: the first)")
    .option("--run <id>", "which run (default: the last one)")
    .option("--out <folder>", "where the runs are (default: reports)")
    .option("--json", "print the report as JSON on stdout")
    .addHelpText(
      "after",
      "\nExample:\n  npm run judge-report research\n\nExit codes: 0 done, whatever it says; 2 usage or configuration.",
    )
    .action(async (suite: string, options: LabelRunOptions & { json?: boolean }) => {
      const { runJudgeReport } = await import("../judge-report.ts");
      exit(await runJudgeReport(world, suite, options));
    });
}

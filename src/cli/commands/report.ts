import type { Command } from "commander";
import type { World } from "../world.ts";

/** `signalbox report [suite]`. */
export function registerReport(program: Command, world: World, exit: (code: number) => void): void {
  program
    .command("report [suite]")
    .summary("write the reports of a saved run again; calls nothing")
    .description(
      "Decides a saved run again from its journal and writes every report anew. Without a suite, writes index.html over all saved runs: every route, its current and recommended model, and what past runs measured. Calls nothing.",
    )
    .option("--run <id>", "which run (default: the last one)")
    .option("--out <folder>", "where the reports are (default: reports)")
    .option("--bundle", "write the page as a folder (report/), the answers as scripts beside it, for very large runs")
    .option("--bom", "start CSV files with a byte order mark, as Excel wants it")
    .option("--json", "print run and decision as JSON on stdout")
    .addHelpText(
      "after",
      "\nExamples:\n  npm run report\n  npm run report research\n  npm run report research -- --bundle",
    )
    .action(
      async (
        suite: string,
        options: { run?: string; out?: string; json?: boolean; bundle?: boolean; bom?: boolean },
      ) => {
        if (suite === undefined) {
          const { writeIndex } = await import("../report-index.ts");
          exit(writeIndex(world, options));
          return;
        }
        const { rewriteReport } = await import("../rewrite.ts");
        exit(await rewriteReport(world, suite, options));
      },
    );
}

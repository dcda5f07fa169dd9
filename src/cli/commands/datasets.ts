import type { Command } from "commander";
import type { World } from "../world.ts";

/** `signalbox datasets [suite]`. */
export function registerDatasets(program: Command, world: World, exit: (code: number) => void): void {
  program
    .command("datasets [suite]")
    .summary("prove the datasets: schema, duplicates, leaks, balance, answers; calls nothing")
    .description(
      "Checks every dataset (or one suite's): schema, near-duplicates, targets that a prompt shows, balance; and that the suite's own rules take every right answer of the answer book for right and every wrong one for wrong, twice. Calls nothing.",
    )
    .option("--json", "print the findings as JSON on stdout")
    .addHelpText(
      "after",
      "\nExamples:\n  npm run datasets\n  npm run datasets research\n\nExit codes: 0 nothing is wrong; 2 something is.",
    )
    .action(async (suite: string | undefined, options: { json?: boolean }) => {
      const { checkDatasets } = await import("../datasets/check.ts");
      exit(await checkDatasets(world, suite, options.json === true));
    });
}

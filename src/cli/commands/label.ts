import { type Command, InvalidArgumentError } from "commander";
import type { LabelOptions } from "../label.ts";
import type { World } from "../world.ts";

function whole(least: number, most: number) {
  return (text: string): number => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}.`);
  };
}

/** `signalbox label <suite>`. */
export function registerLabel(program: Command, world: World, exit: (code: number) => void): void {
  program
    .command("label <suite>")
    .summary("a local page for blind votes on the answers of a saved run; calls nothing")
    .description(
      "Opens a page on this machine that shows two anonymous answers to one case, side by side and in random order, and saves a vote for each. They calibrate the judge. Calls no model.",
    )
    .option("--who <name>", "who votes (default: the user's name on this machine)")
    .option("--candidate <id>", "whose answers to compare with today's (default: the one the decision names)")
    .option("--route <key>", "which route (default: the first)")
    .option("--run <id>", "which run (default: the last one)")
    .option("--out <folder>", "where the runs are (default: reports)")
    .option("--count <n>", "draw so many pairs", whole(2, 100_000), 120)
    .option("--rubric", "judge one answer at a time by the suite's rubric instead")
    .option("--port <n>", "port of the page (default: any that is free)", whole(0, 65_535), 0)
    .option("--import <file>", "take votes from a CSV or JSONL file instead")
    .option("--drawn-at-random", "with --import: the cases were drawn at random, so they stand for the others")
    .addHelpText(
      "after",
      `
Examples:
  npm run label research
  npm run label research -- --who anna --candidate kimi-k2-thinking
  npm run label research -- --import votes.csv

Keys: left and right arrow, t tie, b both bad, s skip, r reason, u undo.
Exit codes: 0 done; 2 usage or configuration.`,
    )
    .action(async (suite: string, options: LabelOptions) => {
      const { runLabel } = await import("../label.ts");
      exit(await runLabel(world, suite, options));
    });
}

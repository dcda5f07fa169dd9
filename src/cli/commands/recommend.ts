import { type Command, Option } from "commander";
import type { World } from "../world.ts";

export interface RecommendOptions {
  readonly routing: string;
  readonly catalog: string;
  readonly out?: string;
  readonly format: "text" | "md" | "json" | "diff";
  readonly json?: boolean;
  readonly write?: boolean;
}

/** `signalbox recommend`. */
export function registerRecommend(program: Command, world: World, exit: (code: number) => void): void {
  program
    .command("recommend")
    .summary("audit every route of the table by the committed evidence; calls nothing")
    .description(
      "Says of every route what the committed evidence recommends: over-provisioned and under-served routes first, those without evidence last. Calls nothing.",
    )
    .option("--routing <file>", "the table", "routing.yaml")
    .option("--catalog <file>", "the models", "models.yaml")
    .option("--out <folder>", "where evidence/ is (default: reports)")
    .addOption(
      new Option("--format <name>", "how to print it; diff: the change of the files that would make the switches")
        .choices(["text", "md", "json", "diff"])
        .default("text"),
    )
    .option("--json", "the same as --format json")
    .option("--write", "make the recommended switches in the file that states the models; one line each")
    .addHelpText(
      "after",
      `
Examples:
  npm run recommend
  npm run -s recommend -- --format diff
  npm run recommend -- --write && npm run gate

Exit codes: 0 done; 2 usage or configuration, or a line that cannot be changed; 70 a fault of signalbox.`,
    )
    .action(async (options: RecommendOptions) => {
      const { runRecommend } = await import("../recommend.ts");
      exit(await runRecommend(world, options));
    });
}

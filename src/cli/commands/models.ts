import type { Command } from "commander";
import type { World } from "../world.ts";

/** `signalbox models`. */
export function registerModels(program: Command, world: World, exit: (code: number) => void): void {
  program
    .command("models")
    .summary("the candidates: key, price and its age, retirement")
    .description(
      "Lists the models of the catalogue: whether their key is here, their price and its age, and when they retire.",
    )
    .option("--catalog <file>", "which catalogue (default: models.yaml)")
    .option("--json", "print as JSON on stdout")
    .addHelpText("after", "\nExample:\n  npm run models")
    .action(async (options: { catalog?: string; json?: boolean }) => {
      const { listModels } = await import("../list-models.ts");
      exit(listModels(world, options));
    });
}

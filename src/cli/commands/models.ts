import type { Command } from "commander";
import { list } from "../options.ts";
import type { World } from "../world.ts";

interface ModelsOptions {
  readonly catalog?: string;
  readonly models?: readonly string[];
  readonly ping?: boolean;
  readonly json?: boolean;
}

/** `signalbox models`. */
export function registerModels(program: Command, world: World, exit: (code: number) => void): void {
  program
    .command("models")
    .summary("the candidates: key, price and its age, retirement; --ping asks each once")
    .description(
      "Lists the models of the catalogue: whether their key is here, their price, its age and how it differs from a public table, and when they retire.",
    )
    .option("--catalog <file>", "which catalogue (default: models.yaml)")
    .option("--models <a,b>", "these models only", list)
    .option("--ping", "send one tiny call to each model that has its key (at most $0.05 in all, 30 s each)")
    .option("--json", "print as JSON on stdout")
    .addHelpText(
      "after",
      `
Examples:
  npm run models
  npm run models -- --ping
  npm run models -- --ping --catalog evals/demo/models.yaml

Exit codes: 0 listed, or every model that was asked has answered; 2 usage or configuration, or no model to ask; 3 a model that was asked failed; 130 interrupted.`,
    )
    .action(async (options: ModelsOptions) => {
      if (options.ping === true) {
        const { pingModels } = await import("../ping-models.ts");
        exit(await pingModels(world, options));
        return;
      }
      const { listModels } = await import("../list-models.ts");
      exit(await listModels(world, options));
    });
}

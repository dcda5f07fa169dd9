import type { Command } from "commander";
import type { World } from "../world.ts";

export interface RouteOptions {
  readonly routing: string;
  readonly catalog: string;
  readonly json?: boolean;
  readonly types?: boolean;
}

/** `signalbox route [task]`. */
export function registerRoute(program: Command, world: World, exit: (code: number) => void): void {
  program
    .command("route [task]")
    .summary("the model that serves a task by the routing table")
    .description(
      "Prints the model that serves a task by the routing table; without a task, all of them. Calls nothing.",
    )
    .option("--routing <file>", "the table", "routing.yaml")
    .option("--catalog <file>", "the models", "models.yaml")
    .option("--types", "print a TypeScript declaration of the tasks, for modelFor")
    .option("--json", "print provider, API id, parameters and fallbacks as JSON")
    .addHelpText(
      "after",
      `
Examples:
  npm run -s route code_generation
  npm run -s route code_generation -- --json
  npm run -s route -- --types > tasks.d.ts`,
    )
    .action(async (task: string | undefined, options: RouteOptions) => {
      const { showRoute } = await import("../route.ts");
      exit(showRoute(world, task, options));
    });
}

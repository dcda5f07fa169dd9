import { ExitCode } from "../errors.ts";
import { type ModelChoice, modelFor, modelsFor } from "../routing/model-for.ts";
import type { RouteOptions } from "./commands/route.ts";
import type { World } from "./world.ts";

/** `route`: one model alone on a line, for a shell; or all tasks, or JSON. @throws UserError for an unknown task */
export function showRoute(world: World, task: string | undefined, options: RouteOptions): number {
  const where = { root: world.cwd, routing: options.routing, catalog: options.catalog, now: world.clock.now() };
  const choices = task === undefined ? modelsFor(where) : [modelFor(task, where)];
  const print = (text: string) => world.stdout(`${text}\n`);
  if (options.types === true) print(declarationOf(choices));
  else if (options.json === true) print(JSON.stringify(task === undefined ? choices : choices[0], null, 2));
  else if (task !== undefined) print(choices[0]?.model ?? "");
  else for (const { task: name, model } of choices) print(`${name}  ${model}`);
  for (const { task: name, override } of choices) {
    if (override === undefined) continue;
    const { until, by, reason, expired } = override;
    const how = expired ? `an exception that ran out on ${until}` : `exception until ${until}`;
    const fails = expired ? " `npm run gate` says what to do." : "";
    world.stderr(`${name} is served by ${how} (${by}: ${reason}).${fails}\n`);
  }
  return ExitCode.done;
}

function declarationOf(choices: readonly ModelChoice[]): string {
  const tasks = choices.map(({ task }) => `    ${JSON.stringify(task)}: true;`).join("\n");
  return `import "signalbox/route";\n\ndeclare module "signalbox/route" {\n  interface Tasks {\n${tasks}\n  }\n}`;
}

import { resolve } from "node:path";
import type { Command } from "commander";
import { addRunOptions, type RunOptions } from "../options.ts";
import type { World } from "../world.ts";

/** `signalbox plan <suite>`. */
export function registerPlan(program: Command, world: World, exit: (code: number) => void): void {
  addRunOptions(program.command("plan <suite>"))
    .summary("what a run would take and what it could prove; calls nothing")
    .description(
      "Shows what would run: calls, tokens, dollars, and the power of every route's test. Calls nothing, writes nothing.",
    )
    .option("--out <folder>", "where reports are: the last one says what differences were seen (default: reports)")
    .option("--json", "print the plan as JSON on stdout")
    .addHelpText("after", "\nExample:\n  npm run plan research -- --limit 80")
    .action(async (suite: string, options: RunOptions & { json?: boolean }) => {
      const [{ prepare }, { equip }, { estimatePlan, planPower, planText }, { lastDecision }] = await Promise.all([
        import("../prepare.ts"),
        import("../equip.ts"),
        import("../plan-text.ts"),
        import("../last-decision.ts"),
      ]);
      const prepared = await prepare(world, suite, options);
      await (await equip(prepared, world, options)).scoring.close();
      const plan = estimatePlan(prepared);
      const last = lastDecision(resolve(world.cwd, options.out ?? "reports"), prepared.manifest);
      const power = await planPower(prepared, last);
      const text =
        options.json === true ? `${JSON.stringify({ ...plan, power }, null, 2)}\n` : planText(prepared, plan, power);
      world.stdout(text);
      exit(0);
    });
}

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Decision, DecisionSchema } from "../domain/decision.ts";
import type { Manifest } from "../domain/run.ts";
import { OUTPUTS } from "./outputs.ts";
import { savedRuns } from "./saved-runs.ts";

/** What the last decided run of a suite said, of the same kind (simulated or not). Undefined where there is none that can be read. */
export function lastDecision(reports: string, { suite, source }: Manifest): Decision | undefined {
  const folder = join(reports, suite.id);
  for (const name of savedRuns(folder).toReversed()) {
    const file = join(folder, name, OUTPUTS.decision);
    const decision = existsSync(file) ? readDecision(file) : undefined;
    if (decision?.simulated === (source === "simulated")) return decision;
  }
  return undefined;
}

// One of another version, or torn, is no reason not to plan.
function readDecision(file: string): Decision | undefined {
  try {
    return DecisionSchema.safeParse(JSON.parse(readFileSync(file, "utf8"))).data;
  } catch {
    return undefined;
  }
}

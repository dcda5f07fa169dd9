import { join, relative, resolve } from "node:path";
import type { Truth } from "../compare/decide.ts";
import type { ReportInput } from "../domain/detail.ts";
import type { RunFile } from "../domain/run.ts";
import { renderConsole } from "../report/console.ts";
import { savedText, spentText } from "./after-run.ts";
import type { BegunOutputs } from "./begun-outputs.ts";
import type { EvalOptions } from "./commands/eval.ts";
import { conclude } from "./conclude.ts";
import type { Counted } from "./counted.ts";
import { loadLedger, NO_LOOKS, openLooks } from "./ledger.ts";
import { OUTPUTS } from "./outputs.ts";
import type { Prepared } from "./prepare.ts";
import { saveEvidence } from "./save-evidence.ts";
import { createScoringFor } from "./scoring.ts";
import type { World } from "./world.ts";

/** Decides what was answered, writes the reports, and saves the evidence where that is asked for. */
export async function finish(
  world: World,
  options: EvalOptions & {
    readonly prepared: Prepared;
    readonly directory: string;
    readonly run: RunFile;
    readonly counted?: Counted;
    readonly begun?: BegunOutputs | undefined;
  },
): Promise<ReportInput> {
  const { prepared, directory, run: file, counted, begun } = options;
  const { cases, keys } = prepared;
  const truth = await simulatedTruth(prepared, world);
  const concluded = { directory, root: world.cwd, run: file, cases, truth, counted, keys, begun };
  const input = await lookAt(world, options, prepared, (looks) => conclude({ ...concluded, looks }));
  if (options.saveEvidence === true) {
    saveEvidence(world, prepared, input, options.out);
  }
  return input;
}

/**
 * Decides with the ledger of looks, and adds this one. Simulated runs look at nothing; one narrowed by --limit is a rehearsal,
 * unless its evidence is saved.
 */
async function lookAt<T>(
  world: World,
  options: EvalOptions,
  { manifest }: Prepared,
  decided: (looks: Parameters<typeof conclude>[0]["looks"]) => Promise<T>,
): Promise<T> {
  if (manifest.source === "simulated") return decided({ ledger: NO_LOOKS });
  const reports = resolve(world.cwd, options.out ?? "reports");
  if (options.limit !== undefined && options.saveEvidence !== true) return decided({ ledger: loadLedger(reports) });
  const looks = await openLooks(reports, world);
  try {
    return await decided(looks);
  } finally {
    looks.close();
  }
}

/** What is printed of a run that was decided. */
export function resultText(
  input: ReportInput,
  { cwd, directory, json }: { readonly cwd: string; readonly directory: string; readonly json?: boolean },
): string {
  const path = (file: string) => relative(cwd, join(directory, file));
  if (json === true) {
    const { run, decision } = input;
    return `${JSON.stringify({ run, decision, files: Object.values(OUTPUTS).map(path) }, null, 2)}\n`;
  }
  const beside = Object.values(OUTPUTS).filter((file) => file !== OUTPUTS.html);
  return `${renderConsole(input)}\n${spentText(input.run)}${savedText(input.decision)}\nReport: ${path(OUTPUTS.html)}\nBeside it: ${beside.join(", ")}\n`;
}

/** What is known of a simulated fleet: the true qualities behind its answers. */
export async function simulatedTruth(prepared: Prepared, world: World): Promise<Truth | undefined> {
  const { manifest, book, cases, suite, suiteFile, random } = prepared;
  if (manifest.source !== "simulated" || book === undefined) return undefined;
  const { truthOf } = await import("./truth.ts");
  const scoring = await createScoringFor(suite, suiteFile, world.cwd);
  const fleet = { suite: suite.id, cases, book, random };
  try {
    return await truthOf(manifest, cases, fleet, scoring.scorers);
  } finally {
    await scoring.close();
  }
}

import { join, relative, resolve } from "node:path";
import type { Truth } from "../compare/decide.ts";
import type { RunFile } from "../domain/run.ts";
import { ExitCode, UserError } from "../errors.ts";
import { renderConsole } from "../report/console.ts";
import { atLeastUsd, count, plural, usd } from "../report/numbers.ts";
import type { LeftUndone } from "../run/trials.ts";
import type { EvalOptions } from "./commands/eval.ts";
import { conclude, OUTPUTS } from "./conclude.ts";
import { equip } from "./equip.ts";
import { saveEvidence } from "./evidence.ts";
import { execute } from "./execute.ts";
import { loadLedger, NO_LOOKS, openLooks } from "./ledger.ts";
import { estimatePlan, planText } from "./plan-text.ts";
import { type Prepared, prepare } from "./prepare.ts";
import { findUnfinished } from "./resume.ts";
import { createScoring } from "./scoring.ts";
import type { World } from "./world.ts";
import { pointTo, writeJson } from "./write.ts";

/** Above this estimate a person is asked, or `--yes` is needed. */
const CONFIRM_USD = 1;

/** `eval`: plan, run, score, decide, write, say. Returns the exit code. @throws UserError before anything is called. */
export async function runEval(world: World, name: string, options: EvalOptions): Promise<number> {
  const fresh = await prepare(world, name, options);
  const folder = join(resolve(world.cwd, options.out ?? "reports"), fresh.suite.id);
  const resumed = options.resume === true ? findUnfinished(folder, fresh) : undefined;
  const prepared = resumed ?? fresh;
  const directory = join(folder, prepared.manifest.runId);
  const equipment = await equip(prepared, world, options);
  const plan = estimatePlan(prepared);
  if (plan.calls === 0) {
    throw new UserError({ what: "There is nothing to run.", remedy: "Check --limit and --replay." });
  }
  const foreign = prepared.recording?.foreign ?? 0;
  if (foreign > 0) {
    world.stderr(`Left out: ${plural(foreign, "line")} of ${options.replay} that answer no case of the dataset.\n`);
  }
  if (options.maxSpend !== undefined && plan.unpriced.length > 0) {
    const remedy = "Add their prices to models.yaml, or leave out --max-spend.";
    throw new UserError({
      where: "--max-spend",
      what: `It cannot be held: ${plan.unpriced.join(", ")} has no known price.`,
      remedy,
    });
  }
  const unbounded = prepared.manifest.candidates.find(({ params }) => params.maxTokens === undefined);
  if (options.maxSpend !== undefined && prepared.manifest.source === "live" && unbounded !== undefined) {
    const remedy = "Give it params.maxTokens in the catalogue, or leave out --max-spend.";
    const what = `It cannot be held: ${unbounded.id} is sent no limit of tokens.`;
    throw new UserError({ where: "--max-spend", what, remedy });
  }
  if (options.quiet !== true) world.stderr(planText(prepared, plan));
  if (!(await agreed(world, options, plan.knownUsd, plan.unpriced))) return ExitCode.usage;
  const execution = await execute(prepared, equipment, world, { quiet: options.quiet === true, directory });
  if (execution.interrupted) {
    writeJson(join(directory, OUTPUTS.run), execution.run, prepared.keys.scrub);
    world.stderr(
      `Interrupted. What was answered is saved in ${relative(world.cwd, directory)}.\nGo on with: ${resumeCommand(name, options)}\n`,
    );
    return ExitCode.interrupted;
  }
  const truth = await simulatedTruth(prepared, world);
  const concluded = { directory, run: execution.run, cases: prepared.cases, truth, keys: prepared.keys };
  const input = await lookAt(world, options, prepared, (looks) => conclude({ ...concluded, looks }));
  if (options.saveEvidence === true)
    await saveEvidence(world, prepared, { directory, run: input.run, out: options.out });
  pointTo(join(folder, "latest"), prepared.manifest.runId);
  const report = relative(world.cwd, join(directory, OUTPUTS.html));
  if (options.json === true) {
    const files = Object.values(OUTPUTS).map((file) => relative(world.cwd, join(directory, file)));
    const { scrub } = prepared.keys;
    world.stdout(scrub(`${JSON.stringify({ run: input.run, decision: input.decision, files }, null, 2)}\n`));
  } else {
    const beside = Object.values(OUTPUTS).filter((file) => file !== OUTPUTS.html);
    world.stdout(
      `${renderConsole(input)}\n${spentText(input.run)}\nReport: ${report}\nBeside it: ${beside.join(", ")}\n`,
    );
  }
  if (execution.undone.length === 0) return ExitCode.done;
  world.stderr(undoneText(prepared, execution.undone, resumeCommand(name, options)));
  return ExitCode.incomplete;
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

async function agreed(
  world: World,
  options: EvalOptions,
  estimate: number,
  unpriced: readonly string[],
): Promise<boolean> {
  if (options.yes === true || (estimate <= CONFIRM_USD && unpriced.length === 0)) return true;
  const amount =
    unpriced.length > 0 ? `at least ${usd(estimate)} (no price for ${unpriced.join(", ")})` : `about ${usd(estimate)}`;
  if (world.ask === undefined) {
    throw new UserError({
      what: `The run would cost ${amount}.`,
      remedy: "Agree with --yes; bound it with --max-spend.",
    });
  }
  const answer = await world.ask(`This will cost ${amount}. Go on? [y/N] `);
  return /^y(es)?$/i.test(answer.trim());
}

/** What is known of a simulated fleet: the true qualities behind its answers. */
export async function simulatedTruth(prepared: Prepared, world: World): Promise<Truth | undefined> {
  const { manifest, book, cases, suite, random } = prepared;
  if (manifest.source !== "simulated" || book === undefined) return undefined;
  const [{ truthOf }, scoring] = [await import("./truth.ts"), createScoring(prepared, world.cwd, [])];
  const fleet = { suite: suite.id, cases, book, random };
  try {
    return await truthOf(manifest, cases, fleet, scoring.scorers);
  } finally {
    await scoring.close();
  }
}

function resumeCommand(name: string, options: EvalOptions): string {
  const flags = [
    ...(options.models === undefined ? [] : ["--models", options.models.join(",")]),
    ...(options.limit === undefined ? [] : ["--limit", String(options.limit)]),
    ...(options.repeats === undefined ? [] : ["--repeats", String(options.repeats)]),
    ...(options.seed === "1" ? [] : ["--seed", options.seed]),
    ...(options.replay === undefined ? [] : ["--replay", options.replay]),
    ...(options.incumbent === undefined ? [] : ["--incumbent", options.incumbent.join(",")]),
    ...(options.catalog === undefined ? [] : ["--catalog", options.catalog]),
    ...(options.routing === undefined ? [] : ["--routing", options.routing]),
    ...(options.out === undefined ? [] : ["--out", options.out]),
    ...(options.concurrency === undefined ? [] : ["--concurrency", String(options.concurrency)]),
    ...(options.judge === undefined ? [] : ["--judge", options.judge.join(",")]),
    ...(options.allowRelatedJudge === true ? ["--allow-related-judge"] : []),
    ...(options.maxSpend === undefined ? [] : ["--max-spend", String(options.maxSpend)]),
    ...(options.saveEvidence === true ? ["--save-evidence"] : []),
    ...(options.yes === true ? ["--yes"] : []),
    "--resume",
  ];
  return `npm run eval ${name} -- ${flags.join(" ")}`;
}

function spentText({ totals, manifest }: RunFile): string {
  if (totals === null) return "";
  const { completed, failed, missing, resumed, knownUsd, judgeUsd, unpricedTrials, judgeUnpriced = 0 } = totals;
  const money = atLeastUsd(knownUsd, unpricedTrials);
  const judge = judgeUsd + judgeUnpriced > 0 ? `, judge ${atLeastUsd(judgeUsd, judgeUnpriced)}` : "";
  return `${count(completed)} answers, ${count(failed)} failed, ${count(missing)} missing, ${count(resumed)} from before; answers ${manifest.source === "simulated" ? "would have cost" : "cost"} ${money}${judge}.`;
}

function undoneText(prepared: Prepared, undone: readonly LeftUndone[], command: string): string {
  const lines = undone.map(({ reason, provider, message, count: times }) => {
    const variable = prepared.catalog.providers[provider]?.keyVariable;
    const hint = reason === "auth" && variable !== undefined ? ` Check ${variable}.` : "";
    return `${plural(times, "call")} to ${provider} left undone (${reason}): ${message}.${hint}`;
  });
  const raise = undone.some(({ reason }) => reason === "budget") ? " with a higher --max-spend" : "";
  return `${prepared.keys.scrub(lines.join("\n"))}\nThe run is incomplete. Go on${raise}: ${command}\n`;
}

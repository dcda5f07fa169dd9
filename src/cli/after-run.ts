import type { Decision } from "../domain/decision.ts";
import type { PlannedTrial } from "../domain/plan.ts";
import type { RunFile } from "../domain/run.ts";
import { atLeastUsd, count, plural, UNKNOWN, usd } from "../report/numbers.ts";
import { worstOf } from "../run/one-trial.ts";
import type { LeftUndone } from "../run/trials.ts";
import type { EvalOptions } from "./commands/eval.ts";
import type { Execution } from "./execute.ts";
import type { PlanEstimate } from "./plan-text.ts";
import type { Prepared } from "./prepare.ts";

/** The command that goes on with a run, as one types it. */
export function resumeCommand(name: string, options: EvalOptions): string {
  const flags = [
    ...(options.models === undefined ? [] : ["--models", options.models.join(",")]),
    ...(options.limit === undefined ? [] : ["--limit", String(options.limit)]),
    ...(options.repeats === undefined ? [] : ["--repeats", String(options.repeats)]),
    ...(options.confirm === undefined ? [] : ["--confirm", options.confirm]),
    ...(options.untilDecided === true ? ["--until-decided"] : []),
    ...(options.seed === "1" ? [] : ["--seed", options.seed]),
    ...(options.replay === undefined ? [] : ["--replay", options.replay]),
    ...(options.incumbent === undefined ? [] : ["--incumbent", options.incumbent.join(",")]),
    ...(options.catalog === undefined ? [] : ["--catalog", options.catalog]),
    ...(options.routing === undefined ? [] : ["--routing", options.routing]),
    ...(options.out === undefined ? [] : ["--out", options.out]),
    ...(options.deadline === undefined ? [] : ["--deadline", String(options.deadline)]),
    ...(options.concurrency === undefined ? [] : ["--concurrency", String(options.concurrency)]),
    ...(options.judge === undefined ? [] : ["--judge", options.judge.join(",")]),
    ...(options.allowRelatedJudge === true ? ["--allow-related-judge"] : []),
    ...(options.maxSpend === undefined ? [] : ["--max-spend", String(options.maxSpend)]),
    ...(options.saveEvidence === true ? ["--save-evidence"] : []),
    ...(options.fresh === true ? ["--fresh"] : []),
    ...(options.yes === true ? ["--yes"] : []),
    "--resume",
  ];
  return `npm run eval ${name} -- ${flags.join(" ")}`;
}

/** What a run came to: every planned call is counted once. */
export function spentText({ totals, manifest }: RunFile): string {
  if (totals === null) return "";
  const {
    completed,
    failed,
    missing,
    unscored,
    resumed,
    knownUsd,
    judgeUsd,
    judgeUnpriced = 0,
    unpricedTrials,
    cached,
    cachedUsd,
  } = totals;
  const money = atLeastUsd(knownUsd, unpricedTrials);
  const judge = judgeUsd + judgeUnpriced > 0 ? `, judge ${atLeastUsd(judgeUsd, judgeUnpriced)}` : "";
  const before = cached > 0 ? `, ${count(cached)} paid for by earlier runs (${usd(cachedUsd)} then)` : "";
  return `${count(completed)} answers, ${count(failed)} failed, ${count(missing)} missing${unscored > 0 ? `, ${count(unscored)} unscored` : ""}, ${resumed === null ? UNKNOWN : count(resumed)} from before${before}; answers ${manifest.source === "simulated" ? "would have cost" : "cost"} ${money}${judge}.`;
}

/** What stopping early saved; nothing for a run that asks everybody everything. */
export function savedText({ calls }: Decision): string {
  if (!calls.untilDecided) return "";
  if (calls.saved === 0) return " Every planned call was needed.";
  return ` ${count(calls.saved)} of ${count(calls.planned)} planned calls saved: each candidate was asked until its verdict was in.`;
}

/** What the first Ctrl-C does, and a second would. @param inFlight calls that cost something */
export function drainText(inFlight: number): string {
  if (inFlight === 0) return "what was begun is ended and saved. Ctrl-C again gives it up.";
  const [are, them] = inFlight === 1 ? ["is", "it"] : ["are", "them"];
  return `${plural(inFlight, "call")} in flight ${are} awaited and saved. Ctrl-C again gives ${them} up, and --resume pays for ${them} again.`;
}

/** What the second Ctrl-C costs. */
export function givenUpText(inFlight: number): string {
  if (inFlight === 0) return "Given up. No call was in flight: nothing is paid for twice.";
  const them = inFlight === 1 ? "it" : "them";
  return `Given up: ${plural(inFlight, "call")} in flight. --resume asks ${them} again, and pays for ${them} again.`;
}

/** How many calls are paid for again because the run was stopped hard; undefined where it was not. */
export function lostText({ manifest, status, inFlight }: RunFile): string | undefined {
  if (inFlight === undefined || inFlight === 0) return undefined;
  const again = inFlight === 1 ? "it is asked again, and paid again" : "they are asked again, and paid again";
  if (status === "running")
    return `Run ${manifest.runId} was killed with at most ${plural(inFlight, "call")} in flight: ${again}.`;
  return `Run ${manifest.runId} was stopped with ${plural(inFlight, "call")} in flight: ${again}.`;
}

/**
 * What the spending limit would have to be, in USD and rounded up: for the next case, and by the estimate for all that is left.
 */
export function limitNeeded(
  prepared: Prepared,
  { counted: { assembly }, undone }: Pick<Execution, "counted" | "undone">,
  known: { readonly spentUsd: number; readonly plan: PlanEstimate },
): { readonly nextUsd: number; readonly allUsd: number } | undefined {
  if (!undone.some(({ reason }) => reason === "budget")) return undefined;
  const { spentUsd, plan } = known;
  let worst = 0;
  let open: PlannedTrial | undefined;
  for (const planned of prepared.trials()) {
    const { item, candidate, key, repeat } = planned;
    if (assembly.stateOf({ key, caseId: item.id, candidate: candidate.id, repeat }) !== "open") continue;
    open ??= planned;
    if (item.id !== open.item.id || repeat !== open.repeat) break;
    worst += worstOf(planned);
  }
  const left = undone.reduce((sum, { count: calls }) => sum + calls, 0);
  const rest = plan.calls === 0 ? 0 : (plan.knownUsd * left) / plan.calls;
  return { nextUsd: roundedUp(spentUsd + worst), allUsd: roundedUp(spentUsd + worst + rest) };
}

// To two digits: it is to be typed.
function roundedUp(amount: number): number {
  if (amount <= 0) return 0;
  const step = 10 ** (Math.floor(Math.log10(amount)) - 1);
  return Number((Math.ceil(amount / step) * step).toPrecision(2));
}

/** What was left undone and why, a sentence for each provider and reason. */
export function undoneLines({ catalog, keys }: Prepared, undone: readonly LeftUndone[]): string[] {
  return undone.map(({ reason, provider, message, count: times }) => {
    const variable = catalog.providers[provider]?.keyVariable;
    const hint = reason === "auth" && variable !== undefined ? ` Check ${variable}.` : "";
    return keys.scrub(`${plural(times, "call")} to ${provider} left undone (${reason}): ${message}.${hint}`);
  });
}

/** What was left undone, why, and how to go on. `needed`: where money was what lacked. */
export function undoneText(
  prepared: Prepared,
  undone: readonly LeftUndone[],
  { command, needed }: { readonly command: string; readonly needed: ReturnType<typeof limitNeeded> },
): string {
  const lines = undoneLines(prepared, undone);
  const raise =
    needed === undefined
      ? ""
      : ` with a higher --max-spend (the next case alone may take it to ${usd(needed.nextUsd)}; about ${usd(needed.allUsd)} finishes the run)`;
  return `${lines.join("\n")}\nThe run is incomplete. Go on${raise}: ${command}\n`;
}

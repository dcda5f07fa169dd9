import type { RoutePower } from "../compare/power.ts";
import type { Decision } from "../domain/decision.ts";
import { costOf } from "../domain/price.ts";
import type { ScorerUse } from "../domain/suite.ts";
import { count, percent, plural, points, signedPoints, UNKNOWN, usd } from "../report/numbers.ts";
import { isJudged } from "../scorers/rules.ts";
import { roughTokens } from "../suite/plan.ts";
import type { Prepared } from "./prepare.ts";

/** What a run would take, before anything is called. */
export interface PlanEstimate {
  readonly calls: number;
  readonly perCandidate: readonly {
    readonly candidate: string;
    readonly calls: number;
    readonly inputTokens: number;
    readonly outputTokens: number;
    /** Null where the price is unknown. */
    readonly usd: number | null;
  }[];
  /** Calls of the judge, where the suite has one; null where there is none. */
  readonly judge: { readonly model: string; readonly calls: number; readonly usd: number | null } | null;
  /** Sum of the known prices. */
  readonly knownUsd: number;
  readonly unpriced: readonly string[];
}

/** Cases that the estimate is made from; what more there are is taken to be alike. */
const SAMPLE = 200;
const DEFAULT_OUTPUT_TOKENS = 1_000;
/** Answers rarely use all the tokens they may; the estimate takes half, the spending limit takes all. */
const USED_SHARE = 0.5;
/** A judge reads question, reference and answer, and replies with a few lines of JSON. */
const JUDGE_EXTRA_INPUT = 400;
const JUDGE_OUTPUT = 300;

/** Estimates calls, tokens and dollars. */
export function estimatePlan(prepared: Prepared): PlanEstimate {
  const totals = new Map(prepared.candidates.map(({ id }) => [id, { sampled: 0, input: 0, output: 0 }]));
  for (const { candidate, item, messages, params } of prepared.sample(SAMPLE)) {
    const total = totals.get(candidate.id);
    if (total === undefined) continue;
    total.sampled += 1;
    const tools = item.tools === undefined ? 0 : roughTokens(JSON.stringify(item.tools));
    total.input += messages.reduce((sum, { content }) => sum + roughTokens(content), tools);
    total.output += (params.maxTokens ?? DEFAULT_OUTPUT_TOKENS) * USED_SHARE;
  }
  const free = prepared.manifest.source !== "live";
  const perCandidate = prepared.candidates.map(({ id, model }) => {
    const calls = prepared.planned.get(id) ?? 0;
    const { sampled = 0, input: read = 0, output: written = 0 } = totals.get(id) ?? {};
    const scale = sampled === 0 ? 0 : calls / sampled;
    const [input, output] = [Math.round(read * scale), written * scale];
    const dollars = free ? 0 : (costOf({ freshInput: input, visibleOutput: Math.ceil(output) }, model) ?? null);
    return { candidate: id, calls, inputTokens: input, outputTokens: Math.ceil(output), usd: dollars };
  });
  const judge = judgeEstimate(prepared, perCandidate);
  const bills = [
    ...perCandidate.map(({ candidate, usd: bill }) => ({ name: candidate, bill })),
    ...(judge === null ? [] : [{ name: judge.model, bill: judge.usd }]),
  ];
  return {
    calls: perCandidate.reduce((sum, { calls }) => sum + calls, 0),
    perCandidate,
    judge,
    knownUsd: bills.reduce((sum, { bill }) => sum + (bill ?? 0), 0),
    unpriced: bills.filter(({ bill }) => bill === null).map(({ name }) => name),
  };
}

/** What the cases can prove, route by route. Simulates: computed where it is shown. */
export async function planPower(
  { manifest, cases, suite, random }: Prepared,
  last?: Decision,
): Promise<readonly RoutePower[]> {
  if (cases.length === 0) return [];
  const { powerOf } = await import("../compare/power.ts");
  return powerOf({ manifest, cases: cases.facts }, suite.assume, { random: (route) => random(`power ${route}`), last });
}

function judgeEstimate(prepared: Prepared, perCandidate: PlanEstimate["perCandidate"]): PlanEstimate["judge"] {
  const { bench, suite, catalog } = prepared;
  const scorers = suite.scorers.filter(isJudged).reduce((sum, use) => sum + readingsOf(use), 0);
  if (bench === undefined || scorers === 0) return null;
  const calls = scorers * perCandidate.reduce((sum, entry) => sum + entry.calls, 0);
  const read = scorers * perCandidate.reduce((sum, entry) => sum + entry.inputTokens + entry.outputTokens, 0);
  const usage = { freshInput: read + calls * JUDGE_EXTRA_INPUT, visibleOutput: calls * JUDGE_OUTPUT };
  const bills = bench.models.map((model) => {
    const free = catalog.providers[model.provider]?.dialect === "simulated";
    return free ? 0 : (costOf(usage, model) ?? null);
  });
  const bill = bills.reduce<number | null>((sum, each) => (sum === null || each === null ? null : sum + each), 0);
  return { model: bench.models.map(({ id }) => id).join(" + "), calls: calls * bench.models.length, usd: bill };
}

// Both orders of a pair are two calls.
function readingsOf({ rule, options: { repeats } }: ScorerUse): number {
  return (rule === "judge-pairwise" ? 2 : 1) * (typeof repeats === "number" ? repeats : 1);
}

/** The plan in words. */
export function planText(prepared: Prepared, plan: PlanEstimate, powers: readonly RoutePower[]): string {
  const { manifest, suite, bench } = prepared;
  const models = `${prepared.candidates.length} models`;
  const lines = [
    `${suite.title} (${suite.id}): ${count(prepared.cases.length)} cases x ${models} x ${manifest.repeats} = ${count(plan.calls)} calls`,
    ...plan.perCandidate.map(
      ({ candidate, calls, inputTokens, outputTokens, usd: dollars }) =>
        `  ${candidate}: ${plural(calls, "call")}, about ${count(inputTokens)} tokens in and ${count(outputTokens)} out, ${costText(prepared, dollars)}`,
    ),
  ];
  if (plan.judge !== null) {
    const related = bench?.related === true ? " (related: verdicts are advisory)" : "";
    const cost =
      manifest.source === "simulated"
        ? "$0 (simulated)"
        : plan.judge.usd === null
          ? `cost ${UNKNOWN}`
          : `about ${usd(plan.judge.usd)}`;
    lines.push(`  judge ${plan.judge.model}${related}: about ${count(plan.judge.calls)} calls, ${cost}`);
  }
  if (manifest.source !== "simulated" && plan.knownUsd + plan.unpriced.length > 0)
    lines.push(
      `  estimate: ${plan.unpriced.length > 0 ? `at least ${usd(plan.knownUsd)}; no price for ${plan.unpriced.join(", ")}` : usd(plan.knownUsd)}`,
    );
  for (const { model, reason } of manifest.skipped) lines.push(`  skipped ${model}: ${reason}`);
  for (const power of powers) lines.push(powerText(power), ...needTexts(prepared, plan, power));
  return `${lines.join("\n")}\n`;
}

function costText(prepared: Prepared, dollars: number | null): string {
  if (prepared.manifest.source === "simulated") return "$0 (simulated)";
  if (prepared.manifest.source === "recorded") return "$0 (recorded)";
  return dollars === null ? `cost ${UNKNOWN}` : `about ${usd(dollars)}`;
}

/** What each candidate would take: the sentence that goes with every "inconclusive". */
function needTexts(prepared: Prepared, plan: PlanEstimate, power: RoutePower): string[] {
  const { cases, manifest } = prepared;
  const incumbent = manifest.routes.find(({ route }) => route === power.route)?.incumbent;
  const { judge, perCandidate } = plan;
  // A judge reads the answers of every model alike.
  const judging = judge === null ? 0 : judge.usd === null ? null : judge.usd / perCandidate.length;
  const perCase = (id: string | undefined) => {
    const bill = perCandidate.find(({ candidate }) => candidate === id)?.usd ?? null;
    return bill === null || judging === null || cases.length === 0 ? null : (bill + judging) / cases.length;
  };
  return power.candidates.map(({ candidate, last }) => {
    const [ours, theirs] = [perCase(candidate), perCase(incumbent)];
    const price = (needed: number | null) => {
      if (needed === null) return "no number of cases within reach";
      if (manifest.source !== "live") return `${count(needed)} cases`;
      const bill = ours === null || theirs === null ? `cost ${UNKNOWN}` : `about ${usd(needed * (ours + theirs))}`;
      return `${count(needed)} cases, ${bill} with ${incumbent}${judge === null ? "" : " and the judge"}`;
    };
    const before =
      last === null ? "" : `; as last seen (${signedPoints(last.difference)} points): ${price(last.casesNeeded)}`;
    return `    ${candidate}: 80 % power if as good: ${price(power.casesNeeded)}${before}`;
  });
}

function powerText(power: RoutePower): string {
  const test = power.test === "exact" ? "exact test" : "betting test";
  const resolved =
    power.resolvableMargin === null
      ? "; these cases resolve no margin"
      : `; these cases resolve a margin of ${points(power.resolvableMargin)} points with 80 % power`;
  return `  ${power.route}: margin ${points(power.margin)} points, ${count(power.cases)} cases, ${test}, ${plural(power.family, "comparison")}: ${percent(power.power)} power for a model that is exactly as good (${power.assumption})${resolved}`;
}

import { powerOf, type RoutePower } from "../compare/power.ts";
import { costOf } from "../domain/price.ts";
import { count, percent, points, UNKNOWN, usd } from "../report/numbers.ts";
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
  /** Sum of the known prices. */
  readonly knownUsd: number;
  readonly unpriced: readonly string[];
  readonly power: readonly RoutePower[];
}

const DEFAULT_OUTPUT_TOKENS = 1_000;
/** Answers rarely use all the tokens they may; the estimate takes half, the spending limit takes all. */
const USED_SHARE = 0.5;

/** Estimates calls, tokens and dollars, and what the cases can prove. */
export function estimatePlan(prepared: Prepared): PlanEstimate {
  const totals = new Map(prepared.candidates.map(({ id }) => [id, { calls: 0, input: 0, output: 0 }]));
  for (const { candidate, messages, params } of prepared.trials()) {
    const total = totals.get(candidate.id);
    if (total === undefined) continue;
    total.calls += 1;
    total.input += messages.reduce((sum, { content }) => sum + roughTokens(content), 0);
    total.output += (params.maxTokens ?? DEFAULT_OUTPUT_TOKENS) * USED_SHARE;
  }
  const free = prepared.manifest.source !== "live";
  const perCandidate = prepared.candidates.map(({ id, model }) => {
    const { calls, input, output } = totals.get(id) ?? { calls: 0, input: 0, output: 0 };
    const dollars = free ? 0 : (costOf({ freshInput: input, visibleOutput: Math.ceil(output) }, model) ?? null);
    return { candidate: id, calls, inputTokens: input, outputTokens: Math.ceil(output), usd: dollars };
  });
  const { manifest, cases, suite, random } = prepared;
  const facts = cases.map(({ id, tags, clusterId }) => ({ id, tags, clusterId }));
  return {
    calls: perCandidate.reduce((sum, { calls }) => sum + calls, 0),
    perCandidate,
    knownUsd: perCandidate.reduce((sum, entry) => sum + (entry.usd ?? 0), 0),
    unpriced: perCandidate.filter((entry) => entry.usd === null).map(({ candidate }) => candidate),
    power:
      cases.length === 0 ? [] : powerOf({ manifest, cases: facts }, suite.assume, (route) => random(`power ${route}`)),
  };
}

/** The plan in words. */
export function planText(prepared: Prepared, plan: PlanEstimate): string {
  const { manifest, suite, judge } = prepared;
  const models = `${prepared.candidates.length} models`;
  const lines = [
    `${suite.title} (${suite.id}): ${count(prepared.cases.length)} cases x ${models} x ${manifest.repeats} = ${count(plan.calls)} calls`,
    ...plan.perCandidate.map(
      ({ candidate, calls, inputTokens, outputTokens, usd: dollars }) =>
        `  ${candidate}: ${count(calls)} calls, about ${count(inputTokens)} tokens in and ${count(outputTokens)} out, ${costText(prepared, dollars)}`,
    ),
  ];
  if (judge !== undefined && suite.scorers.some(({ rule }) => rule === "judge")) {
    lines.push(
      `  judge ${judge.model.id}${judge.related ? " (related: verdicts are advisory)" : ""}: about one call an answer, not in the estimate`,
    );
  }
  if (manifest.source === "live")
    lines.push(
      `  estimate: ${plan.unpriced.length > 0 ? `at least ${usd(plan.knownUsd)}; no price for ${plan.unpriced.join(", ")}` : usd(plan.knownUsd)}`,
    );
  for (const { model, reason } of manifest.skipped) lines.push(`  skipped ${model}: ${reason}`);
  for (const power of plan.power) lines.push(powerText(power));
  return `${lines.join("\n")}\n`;
}

function costText(prepared: Prepared, dollars: number | null): string {
  if (prepared.manifest.source === "simulated") return "$0 (simulated)";
  if (prepared.manifest.source === "recorded") return "$0 (recorded)";
  return dollars === null ? `cost ${UNKNOWN}` : `about ${usd(dollars)}`;
}

function powerText(power: RoutePower): string {
  const test = power.test === "exact" ? "exact test" : "betting test";
  const needed = power.casesNeeded === null ? "" : `; ${power.casesNeeded} cases in one look give 80 %`;
  return `  ${power.route}: margin ${points(power.margin)} points, ${count(power.cases)} cases, ${test}, ${power.family} comparisons: ${percent(power.power)} power for a model that is exactly as good (${power.assumption})${needed}`;
}

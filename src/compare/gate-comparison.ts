import type { Comparison, Condition, Estimate } from "../domain/decision.ts";
import type { GateOutcome } from "../domain/gate.ts";
import type { Member } from "./family.ts";
import type { Refusal } from "./refusal.ts";

/** What the comparisons of one member of the family say about letting it serve. */
export interface Judged {
  readonly outcome: GateOutcome;
  readonly reason: string;
  readonly quality: Estimate | null;
  readonly costRatio: Estimate | null;
  /** Whether another run could settle it; `fresh`: one that takes no answer from an earlier run. */
  readonly settle: Refusal["settle"];
}

interface Asked {
  readonly candidate: string;
  readonly run: string;
  readonly costAsked: boolean;
  /** Whether it is to step in for another, and not to serve. */
  readonly isFallback?: boolean;
}

/**
 * Turns comparisons into an outcome with its sentence. Where no saving is asked (a fallback; an incumbent that is gone), the
 * condition on cost is left out, and everything else must hold against every model compared with.
 */
export function judgeComparisons(member: Member, { candidate, run, costAsked, isFallback = false }: Asked): Judged {
  const subject = isFallback ? `The fallback ${candidate}` : candidate;
  const comparisons = member.comparisons();
  const [first] = comparisons;
  if (first === undefined) {
    return {
      outcome: "inconclusive",
      reason: `Run ${run} compares ${candidate} with nobody.`,
      quality: null,
      costRatio: null,
      settle: true,
    };
  }
  const asked = (comparison: Comparison) => conditionsOf(comparison, costAsked);
  const worst =
    comparisons.find((each) => outcomeOf(each, costAsked) === "reject") ??
    comparisons.find((each) => outcomeOf(each, costAsked) === "inconclusive") ??
    first;
  const outcome = outcomeOf(worst, costAsked);
  const against = comparisons.length > 1 ? `, beside ${worst.incumbent}` : "";
  const basis = `${worst.n} pairs of run ${run}${against}`;
  // Times of different runs are not compared: with the same saved answers they would stay unknown.
  const untimed = asked(worst).some(({ name, state }) => name === "latency" && state === "unknown");
  const isOpen = outcome === "inconclusive" && shareLeft(worst) > 0;
  const settle: Judged["settle"] = isOpen && untimed ? "fresh" : isOpen;
  const shown = { outcome, quality: worst.quality, costRatio: worst.costRatio, settle };
  if (outcome === "pass") {
    const others = comparisons.length > 1 ? ` against each of ${comparisons.length} models` : "";
    const saving = costAsked ? "meets every condition of the policy" : "holds quality and every limit of the policy";
    return { ...shown, reason: `${subject} ${saving}${others} (${worst.n} pairs of run ${run}).` };
  }
  if (outcome === "reject") {
    const failing = asked(worst)
      .filter(({ state }) => state === "fails")
      .map(({ name }) => name);
    return { ...shown, reason: `${subject} fails on ${failing.join(" and ")} (${basis}).` };
  }
  const inSentence = costAsked ? "the change" : isFallback ? `the fallback ${candidate}` : candidate;
  const open = `${openText(worst, asked(worst))}${againText(worst)}`;
  return {
    ...shown,
    reason: `The evidence does not carry ${inSentence} (${basis}): ${open}.`,
  };
}

function conditionsOf({ conditions }: Comparison, costAsked: boolean): readonly Condition[] {
  return costAsked ? conditions : conditions.filter(({ name }) => name !== "cost");
}

function outcomeOf(comparison: Comparison, costAsked: boolean): GateOutcome {
  const conditions = conditionsOf(comparison, costAsked);
  if (conditions.some(({ state }) => state === "fails")) return "reject";
  if (costAsked) return comparison.outcome === "passes" ? "pass" : "inconclusive";
  return conditions.every(({ state }) => state === "holds") && !comparison.missingMatters ? "pass" : "inconclusive";
}

function openText(comparison: Comparison, conditions: readonly Condition[]): string {
  const { missingMatters, moreCases } = comparison;
  const short = conditions
    .filter(({ state }) => state !== "holds")
    .map(({ name, state, why }) => (state === "unknown" ? `${name} is unknown (${why})` : `${name} is not shown`));
  const what = [...short, ...(missingMatters ? ["what is missing could overturn it"] : [])].join(" and ");
  if (moreCases === null) return what === "" ? "the other comparisons of the family hold it back" : what;
  if (shareLeft(comparison) === 0) return what;
  const more = moreCases.atObserved ?? moreCases.atNoDifference;
  return `${what}; ${more === null ? "no number of cases within reach" : `about ${more} more cases`} would settle quality`;
}

// Asking again costs: whoever runs a suite until it pleases must see why it does not help.
function againText(comparison: Comparison): string {
  const { look, candidate, moreCases } = comparison;
  if (look.kind === "planned") return "";
  const share = shareLeft(comparison);
  const more = moreCases?.atObserved ?? moreCases?.atNoDifference;
  const left =
    share > 0
      ? `${Number((100 * share).toFixed(2))} % of alpha is left for it`
      : `no alpha is left for it; the way on is --confirm ${candidate} on ${more ? `about ${more} ` : ""}unused cases`;
  return `. It is ${look.kind} ${look.j} of this comparison, says the ledger: ${left}`;
}

/** Share of alpha that the latest look may spend. */
function shareLeft({ look, looks }: Comparison): number {
  return look.kind === "planned" ? 1 : (looks.at(-1)?.share ?? 0);
}

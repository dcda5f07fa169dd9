import type { Comparison, Decision } from "../domain/decision.ts";
import type { Model } from "../domain/model.ts";
import type { Policy } from "../domain/policy.ts";
import type { Route } from "../domain/routing.ts";

/** What there is to judge a suite's routes by. */
export type Evidence =
  | { readonly state: "absent"; readonly reason: string }
  | { readonly state: "present"; readonly decision: Decision; readonly runId: string; readonly ageDays: number };

export interface GateChange {
  readonly route: string;
  readonly before: Route | undefined;
  readonly after: Route | undefined;
  readonly loosened: readonly string[];
  /** The policy before the change: a change is never judged by the rule it brings along. */
  readonly policy: Policy;
  readonly evidence: Evidence;
  /** The model that the change routes to, where the catalogue knows it. */
  readonly target: Model | undefined;
}

export interface GateFinding {
  readonly route: string;
  readonly outcome: "pass" | "reject" | "inconclusive";
  /** Why, as a sentence. */
  readonly reason: string;
  /** A command that would settle it. */
  readonly command: string | undefined;
  readonly from: string | undefined;
  readonly to: string | undefined;
}

const DAY_MS = 86_400_000;

/** Judges one changed route by the evidence. Fails closed: what is not shown does not pass. @param now milliseconds since the epoch */
export function judgeChange(change: GateChange, now: number): GateFinding {
  const { route, before, after, evidence, policy } = change;
  const finding = (outcome: GateFinding["outcome"], reason: string, command?: string): GateFinding => ({
    route,
    outcome,
    reason,
    command,
    from: before?.model,
    to: after?.model,
  });
  if (after === undefined) return finding("pass", "The route is removed; nothing is served by another model.");
  if (before === undefined) {
    const reason = `The route is new, so there is no incumbent to compare ${after.model} with: a person decides.`;
    return finding("inconclusive", reason);
  }
  const sameModel = before.model === after.model;
  const rules = changedRules(change.loosened, before, after);
  if (rules !== undefined) {
    if (sameModel) return finding("inconclusive", `${rules} The model stays the same: a person decides.`);
    return finding("reject", `${rules} Land that on its own, so that it is seen and agreed to.`);
  }
  if (sameModel) return finding("pass", "The model, the suite and the slice are the same.");
  const run = `npm run eval ${after.suite} -- --models ${before.model},${after.model}`;
  const retirement = retiresSoon(change.target, policy, now);
  if (retirement !== undefined) return finding("reject", retirement);
  if (evidence.state === "absent") return finding("reject", evidence.reason, run);
  const { decision, ageDays, runId } = evidence;
  if (decision.simulated)
    return finding("reject", `Run ${runId} is simulated: it says nothing about real models.`, run);
  // An age that nobody knows is not within any limit.
  if (!(ageDays <= policy.maxEvidenceAgeDays)) {
    const age = Number.isNaN(ageDays) ? "of unknown age" : `${Math.ceil(ageDays)} days old`;
    return finding("reject", `The evidence is ${age}, ${policy.maxEvidenceAgeDays} days are allowed.`, run);
  }
  const decided = decision.routes.find((each) => each.route === route && each.incumbent === before.model);
  const comparison = decided?.comparisons.find(({ candidate }) => candidate === after.model);
  if (decided === undefined || comparison === undefined) {
    return finding("reject", `Run ${runId} does not compare ${after.model} with ${before.model} for this route.`, run);
  }
  const other = [
    ...DECIDING.filter((name) => decided.policy[name] !== policy[name]),
    ...(sameSlice(decided.slice, before.slice) ? [] : ["slice"]),
  ];
  if (other.length > 0) {
    return finding("reject", `Run ${runId} was decided by other rules than the table's (${other.join(", ")}).`, run);
  }
  if (decided.grade === "advisory" && !policy.acceptAdvisory) {
    return finding("reject", `The verdict is advisory: ${decided.gradeReason}.`);
  }
  const basis = `${comparison.n} pairs of run ${runId}`;
  switch (comparison.outcome) {
    case "passes":
      return finding("pass", `${after.model} meets every condition of the policy (${basis}).`);
    case "fails": {
      const failing = comparison.conditions.filter(({ state }) => state === "fails").map(({ name }) => name);
      return finding("reject", `${after.model} fails on ${failing.join(" and ")} (${basis}).`);
    }
    case "open":
      return finding("inconclusive", `The evidence does not carry the change (${basis}): ${openText(comparison)}.`);
  }
}

/** The part of a policy that a verdict is made by; the rest is the gate's own. */
const DECIDING = [
  "objective",
  "alpha",
  "margin",
  "minSaving",
  "maxCostRatio",
  "maxErrorRate",
  "p95LatencyMs",
] as const satisfies readonly (keyof Policy)[];

function changedRules(loosened: readonly string[], before: Route, after: Route): string | undefined {
  if (loosened.length > 0) return `The policy is loosened (${loosened.join(", ")}).`;
  if (before.suite === after.suite && sameSlice(before.slice, after.slice)) return undefined;
  return "The suite or the slice that the route rests on has changed.";
}

function sameSlice(a: Route["slice"], b: Route["slice"]): boolean {
  const sorted = (slice: Route["slice"]) => JSON.stringify(Object.entries(slice).sort());
  return sorted(a) === sorted(b);
}

function openText({ conditions, missingMatters, moreCases }: Comparison): string {
  const short = conditions
    .filter(({ state }) => state !== "holds")
    .map(({ name, state, why }) => (state === "unknown" ? `${name} is unknown (${why})` : `${name} is not shown`));
  const what = [...short, ...(missingMatters ? ["what is missing could overturn it"] : [])].join(" and ");
  if (moreCases === null) return what;
  const more = moreCases.atObserved ?? moreCases.atNoDifference;
  return `${what}; ${more === null ? "no number of cases within reach" : `about ${more} more cases`} would settle quality`;
}

function retiresSoon(target: Model | undefined, policy: Policy, now: number): string | undefined {
  if (target?.retiresOn === undefined) return undefined;
  const days = Math.floor((Date.parse(`${target.retiresOn}T00:00:00Z`) - now) / DAY_MS);
  if (days >= policy.minDaysToRetirement) return undefined;
  const when = days < 0 ? `retired on ${target.retiresOn}` : `retires on ${target.retiresOn}, in ${days} days`;
  return `${target.id} ${when}; the policy asks for ${policy.minDaysToRetirement} days.`;
}

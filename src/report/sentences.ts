import type { Comparison, Condition, Decision, Estimate, RouteDecision } from "../domain/decision.ts";
import type { Policy } from "../domain/policy.ts";
import type { RunFile } from "../domain/run.ts";
import type { StopVerdict } from "../domain/stops.ts";
import {
  change,
  count,
  level,
  monthly,
  multiple,
  percent,
  plural,
  pValue,
  range,
  seconds,
  signedPoints,
  UNKNOWN,
} from "./numbers.ts";

/** The comparison that a route's sentence is about. */
export function shownComparison(route: RouteDecision): Comparison | undefined {
  return route.comparisons.find(({ candidate }) => candidate === route.candidate);
}

/** `Quality −0.7 points (96.7 % interval −3.1 to +1.5, margin 5), cost −70 % (…), p95 latency 1.6×`. */
export function differences(comparison: Comparison, policy: Policy): string {
  const { quality, calibration, costRatio, latencyRatio } = comparison;
  const name = calibration?.problems.length === 0 ? "people's net preference" : "quality";
  const margin = marginOf(policy);
  const format = (value: number) => signedPoints(value, -margin);
  const parts = [
    quality === null
      ? `${name} ${UNKNOWN}`
      : `${name} ${format(quality.value)} points (${bounds(quality, format, " interval")}, margin ${plainPoints(margin)})`,
    costRatio === null
      ? `cost ${UNKNOWN}`
      : `cost ${change(costRatio.value)} (${bounds(costRatio, (value) => change(value))})`,
    ...(latencyRatio === null
      ? []
      : [`p95 latency ${multiple(latencyRatio.value)} (${bounds(latencyRatio, multiple)})`]),
  ];
  const text = parts.join(", ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** `90 % −72 % to −68 %`, or that there is no interval. */
function bounds(estimate: Estimate, format: (value: number) => string, word = ""): string {
  if (estimate.interval === null) return "no interval";
  return `${level(estimate.interval.level)}${word} ${range(estimate, format)}`;
}

function marginOf(policy: Policy): number {
  return policy.objective === "best-within-budget" ? 0 : policy.margin;
}

function plainPoints(share: number): string {
  return String(Number((share * 100).toFixed(2)));
}

/** The verdict of a route in one sentence (two or three, when there is more to do), without the grade. */
export function verdictSentence(route: RouteDecision): string {
  const comparison = shownComparison(route);
  const { incumbent, candidate, policy } = route;
  if (comparison === undefined || candidate === null) {
    return `Not settled; the table keeps ${incumbent}: there is no candidate to compare it with.`;
  }
  const facts = differences(comparison, policy);
  const pairs = `${plural(comparison.n, "pair")}${missingText(comparison)}`;
  switch (route.verdict) {
    case "switch":
      return `Switch ${incumbent} to ${candidate}. ${facts}; ${pairs}.`;
    case "keep":
      return `Keep ${incumbent}. The best candidate${costHolds(comparison) ? " that would pay" : ""}, ${candidate}, ${failureText(comparison)}: ${lower(facts)}; ${pairs}.`;
    case "inconclusive":
      return `Not settled; the table keeps ${incumbent}. ${candidate}: ${lower(facts)}; ${openText(comparison, policy)}; ${pairs}. ${remedyText(comparison)}`;
  }
}

/** A sentence that goes on after a colon. */
export function lower(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function missingText(comparison: Comparison): string {
  const entries = Object.entries(comparison.missing);
  if (entries.length === 0) return "";
  return `, ${entries.map(([reason, times]) => `${times} missing (${reason})`).join(", ")}`;
}

function costHolds({ conditions }: Comparison): boolean {
  return conditions.some(({ name, state }) => name === "cost" && state === "holds");
}

function failureText(comparison: Comparison): string {
  const failing = comparison.conditions.filter(({ state }) => state === "fails").map(({ name }) => name);
  if (failing.includes("quality")) return "is worse by more than the margin";
  return `fails on ${failing.join(" and ")}`;
}

function openText(comparison: Comparison, policy: Policy): string {
  const quality = comparison.conditions.find(({ name }) => name === "quality");
  if (comparison.quality === null) return "no case has answers of both models";
  if (comparison.missingMatters) return "the missing cases could overturn it";
  if (quality?.state !== "holds") {
    return policy.objective === "best-within-budget"
      ? "its quality is not shown to be a gain"
      : "its quality reaches past the margin";
  }
  const open = comparison.conditions.filter(({ state }) => state !== "holds");
  if (open.length === 0) return "the other comparisons of the family hold it back";
  return open
    .map(({ name, state, why }) => `${name} ${state === "unknown" ? `unknown (${why})` : "not shown"}`)
    .join(" and ");
}

function remedyText(comparison: Comparison): string {
  const { moreCases, resolvableMargin } = comparison;
  const needed = moreCases?.atObserved ?? moreCases?.atNoDifference ?? null;
  const quality = comparison.conditions.find(({ name }) => name === "quality");
  const unknown = comparison.conditions.some(({ state }) => state === "unknown");
  if (unknown || (quality?.state === "holds" && !comparison.missingMatters))
    return "More cases alone will not settle it.";
  if (needed !== null) {
    const assumed = moreCases?.atObserved !== null ? "if they go on as these do" : "if the two are equally good";
    return `About ${plural(needed, "more case")} would settle it, ${assumed}.`;
  }
  const margin =
    resolvableMargin === null
      ? ""
      : ` The smallest margin that these resolve is ${plainPoints(Math.ceil(resolvableMargin * 1_000) / 1_000)} points.`;
  return `No number of cases within reach would settle it.${margin}`;
}

/** What a condition's words need of its comparison. */
interface Seen {
  readonly quality: Pick<Estimate, "value"> | null;
  readonly costRatio: Pick<Estimate, "value"> | null;
  /** Left out where it was not asked. */
  readonly superiorityP?: number | null;
}

/** A condition in words: what was seen over what was asked. */
export function conditionText(condition: Condition, comparison: Seen, policy: Policy): string {
  if (condition.state === "unknown") return `${condition.name} unknown: ${condition.why}`;
  const word = { holds: "holds", fails: "fails", open: "not shown" }[condition.state];
  const p = condition.p === null ? "" : `, p ${pValue(condition.p)}`;
  switch (condition.name) {
    case "quality":
      return `quality ${word}: ${comparison.quality === null ? UNKNOWN : `${signedPoints(comparison.quality.value)} points`}, asked above −${plainPoints(marginOf(policy))}${p}${superiorityText(comparison, policy)}`;
    case "cost": {
      const limit = policy.objective === "best-within-budget" ? (policy.maxCostRatio ?? 1) : 1 - policy.minSaving;
      const seen = comparison.costRatio === null ? UNKNOWN : change(comparison.costRatio.value, limit);
      return `cost ${word}: ${seen}, asked at most ${change(limit)}${p}`;
    }
    case "latency":
      return `latency ${word}: ${seenText(condition, "slower")}, asked at most 5 % above ${seconds(policy.p95LatencyMs ?? 0)}${p}`;
    case "errors":
      return `errors ${word}: ${seenText(condition, "failed")}, asked at most ${percent(policy.maxErrorRate)}`;
  }
}

// Where the objective asks for a better model, this is the p of quality itself.
function superiorityText({ superiorityP }: Seen, { objective }: Policy): string {
  if (superiorityP == null || objective === "best-within-budget") return "";
  return `; better at all: p ${pValue(superiorityP)}`;
}

function seenText({ seen }: Condition, what: string): string {
  return seen === undefined ? UNKNOWN : `${count(seen.count)} of ${count(seen.of)} ${what}`;
}

/** What stands behind a verdict of "what if": the conditions of the comparison that it is about. */
export function stopText({ shown, policy }: StopVerdict): string {
  if (shown === undefined) return "there is no candidate to compare it with";
  const value = (number: number | null) => (number === null ? null : { value: number });
  const seen = { quality: value(shown.quality), costRatio: value(shown.costRatio) };
  const all = shown.conditions.every(({ state }) => state === "holds");
  return [
    ...shown.conditions.map((condition) => conditionText(condition, seen, policy)),
    ...(shown.missingMatters ? ["the missing cases could overturn it"] : []),
    ...(all && shown.outcome === "open" && !shown.missingMatters
      ? ["the other comparisons of the family hold it back"]
      : []),
  ].join("; ");
}

/** What a switch is worth a month, or why nothing is claimed. */
export function savingText(route: RouteDecision): string {
  if (route.grade === "simulated") return "no claim: simulated";
  if (route.volume === null || route.monthlySaving === null) return "no volume or price, so no forecast";
  if (route.verdict === "keep") return "no change";
  const dearer = route.monthlySaving.value < 0;
  const shown = dearer ? negated(route.monthlySaving) : route.monthlySaving;
  const worth = `about ${monthly(shown.value)} ${dearer ? "more " : ""}a month (${range(shown, monthly)}) at ${count(route.volume)} calls a day`;
  if (route.verdict === "inconclusive") return `at stake: ${dearer ? "" : "a saving of "}${worth}`;
  return `${dearer ? "costs" : "saves"} ${worth}`;
}

function negated({ value, interval, n }: Estimate): Estimate {
  const flip = (bound: number | null | undefined) => (bound == null ? null : -bound);
  return {
    value: -value,
    interval: interval && { ...interval, low: flip(interval.high), high: flip(interval.low) },
    n,
  };
}

/** `True difference −1.2 points: within the margin.` For simulated runs. */
export function truthText(comparison: Comparison, policy: Policy): string | undefined {
  if (comparison.truth === null) return undefined;
  const margin = marginOf(policy);
  const within = comparison.truth.value > -margin;
  const place =
    policy.objective === "best-within-budget"
      ? within
        ? "a true gain"
        : "no true gain"
      : within
        ? "within the margin"
        : "past the margin";
  return `true difference ${signedPoints(comparison.truth.value, -margin)} points, ${place}`;
}

/** The whole decision in one sentence: the title of the report. */
export function headline(decision: Decision): string {
  const by = (verdict: RouteDecision["verdict"]) => decision.routes.filter((route) => route.verdict === verdict);
  const parts = [
    ...by("switch").map(({ route, candidate }) => `switch ${route} to ${candidate}`),
    ...by("keep").map(({ route, incumbent }) => `keep ${incumbent} for ${route}`),
    ...by("inconclusive").map(({ route }) => `${route} is not settled`),
  ];
  const text = parts.length === 0 ? "nothing to decide: no route rests on this suite" : parts.join("; ");
  const sentence = `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
  return decision.simulated ? `In simulation: ${text}.` : sentence;
}

/** What every output of an unfinished run says. */
export function incompleteText({ status, totals }: RunFile): string | undefined {
  if (status === "complete") return undefined;
  return `INCOMPLETE: ${plural(totals?.missing ?? 0, "answer")} missing. Resume the run (--resume) before you read a verdict into it.`;
}

/** What every output of a simulated run says. */
export const SIMULATED_NOTICE =
  "SIMULATED: these models do not exist. The answers come from an answer book, with skills stated in the catalogue (evals/demo/models.yaml by default). Nothing here says anything about a real model, and no gate accepts it.";

/** How to go on from a simulated run. */
export const ADD_A_KEY =
  "To compare real models, put a key into .env (ANTHROPIC_API_KEY, OPENAI_API_KEY, OPENROUTER_API_KEY, GEMINI_API_KEY or KIMI_API_KEY) and run the same command: `npm run models` lists what each key unlocks.";

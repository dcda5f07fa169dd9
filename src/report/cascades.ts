import type { Cascade, Decision, RouteCascades, RouteDecision } from "../domain/decision.ts";
import { change, count, percent, plural, points, seconds, signedPoints, usd, withRange } from "./numbers.ts";
import { differences, lower } from "./sentences.ts";

/** So many cascades of a route stand in a table: those that were tested, and the best of the others. */
const MOST_SHOWN = 6;
const OUTCOMES = { passes: "holds", fails: "fails", open: "is not settled" } as const;

/** The cascades of a route, a row each, below the models alone. */
export interface CascadeTable {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** What stands in decision.json only; nothing where all is here. */
  readonly left: string | undefined;
}

/** The cascades of a route; undefined where it has none. */
export function cascadesOfRoute({ cascades }: Decision, { route }: RouteDecision): RouteCascades | undefined {
  return cascades.routes.find((each) => each.route === route);
}

/** The best cascade of a route in words, and what became of the others. */
export function cascadeTexts(decision: Decision, route: RouteDecision): string[] {
  const found = cascadesOfRoute(decision, route);
  const [best] = found?.cascades ?? [];
  if (found === undefined || best === undefined) return [];
  const { cascades, chosenOn, testedOn } = found;
  const tested = cascades.filter(({ test }) => test.state === "tested").length;
  const holding = cascades.filter(isHolding).length;
  const tried = `${plural(cascades.length, "cascade")} tried on ${plural(chosenOn, "case")}`;
  if (best.test.state === "not tested") {
    return [
      `Of ${tried}, none looked worth a test on the other ${count(testedOn)}. The best, ${wordsOf(best)}: ${best.test.why}.`,
    ];
  }
  const most = route.policy.objective === "best-within-budget" ? "is the best of those" : "costs least of those";
  const place = holding > 1 ? `, and this one ${most}` : "";
  return [
    `Cascade: ${wordsOf(best)}. It ${OUTCOMES[best.test.comparison.outcome]}: ${lower(differences(best.test.comparison, route.policy))}. ${factsOf(best)}.${cheaperText(found, route)}`,
    `Of ${tried}, ${count(tested)} ${tested === 1 ? "is" : "are"} tested on the other ${count(testedOn)}; ${holding === 0 ? "none holds" : `${count(holding)} ${holding === 1 ? "holds" : "hold"}${place}`}.`,
  ];
}

function isHolding({ test }: Cascade): boolean {
  return test.state === "tested" && test.comparison.outcome === "passes";
}

function wordsOf({ first, second, rule }: Cascade): string {
  return `${first} first, ${second} where ${rule}`;
}

function factsOf({ second, escalated, quality, costPer1000, latencyP95Ms }: Cascade): string {
  return [
    `${withRange(escalated, percent)} go on to ${second}`,
    `quality ${withRange(quality, points)}`,
    `USD per 1,000 calls ${withRange(costPer1000, usd)}`,
    `p95 ${withRange(latencyP95Ms, seconds)}`,
  ].join("; ");
}

/** A switch that the route gets anyway may cost less than any cascade. */
function cheaperText({ cascades, singles }: RouteCascades, { verdict, candidate }: RouteDecision): string {
  const [best] = cascades;
  const alone = singles.find((each) => each.candidate === candidate)?.costPer1000;
  if (verdict !== "switch" || best === undefined || !isHolding(best) || best.costPer1000 === null || alone == null) {
    return "";
  }
  return alone.value < best.costPer1000.value ? ` ${candidate} alone costs less: ${withRange(alone, usd)}.` : "";
}

/** Models alone and cascades on the cases that test, best first; undefined where there are none. */
export function cascadeTable(decision: Decision, route: RouteDecision): CascadeTable | undefined {
  const found = cascadesOfRoute(decision, route);
  if (found === undefined) return undefined;
  const shown = found.cascades.slice(0, MOST_SHOWN);
  const left = found.cascades.length - shown.length;
  const taking = new Set([route.incumbent, ...shown.flatMap(({ first, second }) => [first, second])]);
  return {
    title: `On the ${plural(found.testedOn, "case")} that test cascades`,
    columns: [
      "who answers",
      "quality (95 %)",
      "USD per 1,000 calls (95 %)",
      "p95 (95 %)",
      "goes on (95 %)",
      "against the incumbent",
    ],
    rows: [
      ...found.singles
        .filter(({ candidate }) => taking.has(candidate))
        .map((single) => [
          `${single.candidate} alone`,
          ...figures(single),
          "",
          single.candidate === route.incumbent ? "serves today" : "",
        ]),
      ...shown.map((cascade) => [
        wordsOf(cascade),
        ...figures(cascade),
        withRange(cascade.escalated, percent),
        outcomeOf(cascade, route),
      ]),
    ],
    left: left === 0 ? undefined : `${plural(left, "more cascade")} ${left === 1 ? "is" : "are"} in decision.json.`,
  };
}

function figures({ quality, costPer1000, latencyP95Ms }: RouteCascades["singles"][number] | Cascade): string[] {
  return [withRange(quality, points), withRange(costPer1000, usd), withRange(latencyP95Ms, seconds)];
}

function outcomeOf({ test, chosen }: Cascade, { policy }: RouteDecision): string {
  if (test.state === "tested") {
    return `${OUTCOMES[test.comparison.outcome]}: ${lower(differences(test.comparison, policy))}`;
  }
  return `not tested, ${test.why}: quality ${signedPoints(chosen.quality.value)} points, cost ${change(chosen.costRatio.value)}`;
}

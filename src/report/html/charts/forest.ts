import type { Comparison, Decision, RouteDecision } from "../../../domain/decision.ts";
import { count, level, range, signedPoints, UNKNOWN } from "../../numbers.ts";
import { differenceDomain, marginLabel, marginOf } from "../limits.ts";
import { type Cast, glyph } from "../marks.ts";
import { list } from "../text.ts";
import { forestAxis, forestCell } from "./strip.ts";

/** Every paired difference against its margin: a table whose middle column is drawn. */
export function forestView(decision: Decision, cast: Cast) {
  const domain = differenceDomain(decision);
  const truths = decision.routes.some(({ comparisons }) => comparisons.some(({ truth }) => truth !== null));
  return {
    title: titleOf(decision),
    truths,
    span: truths ? 5 : 4,
    axis: forestAxis(domain),
    routes: decision.routes.map((route) => ({
      route: route.route,
      about: `against ${route.incumbent}, margin ${marginLabel(marginOf(route.policy))}`,
      rows: route.comparisons.map((comparison) => {
        const margin = marginOf(route.policy);
        const { quality, truth } = comparison;
        const format = (value: number) => signedPoints(value, -margin);
        return {
          glyph: glyph(cast.markOf(comparison.candidate)),
          name: comparison.candidate,
          pairs: `${count(comparison.n)} pairs`,
          drawing: forestCell({ comparison, mark: cast.markOf(comparison.candidate), margin, domain }),
          value: quality === null ? UNKNOWN : format(quality.value),
          range: quality === null ? "" : range(quality, format),
          level: quality?.interval == null ? "" : level(quality.interval.level),
          truth: truth === null ? UNKNOWN : format(truth.value),
          reads: readingOf(comparison, route),
          others: othersOf(comparison),
        };
      }),
    })),
  };
}

function readingOf(comparison: Comparison, { policy }: RouteDecision): string {
  const gain = policy.objective === "best-within-budget";
  switch (stateOf(comparison)) {
    case "holds":
      return gain ? "better" : "within";
    case "fails":
      return gain ? "no gain" : "worse";
    default:
      return "not settled";
  }
}

function stateOf(comparison: Comparison) {
  return comparison.conditions.find(({ name }) => name === "quality")?.state ?? "unknown";
}

// Quality alone does not make a switch: the other conditions that stand in its way are named beside it.
function othersOf(comparison: Comparison): string {
  const inTheWay = comparison.conditions.filter(({ name, state }) => name !== "quality" && state !== "holds");
  const words = { fails: "fails", open: "not shown", unknown: "unknown", holds: "holds" } as const;
  return list(inTheWay.map(({ name, state }) => `${name} ${words[state]}`));
}

function titleOf({ routes }: Decision): string {
  const states = routes.flatMap(({ comparisons }) => comparisons.map(stateOf));
  const total = states.length;
  if (total === 0) return "There is nothing to compare";
  const of = (wanted: string) => states.filter((state) => state === wanted).length;
  const [within, worse] = [of("holds"), of("fails")];
  const open = total - within - worse;
  const differences = total === 1 ? "difference" : "differences";
  if (open === total) return `None of ${total} ${differences} is settled`;
  const gain = routes.every(({ policy }) => policy.objective === "best-within-budget");
  const place = gain ? "be a gain" : "lie within the margin";
  return list([
    `${within === 0 ? "None" : within} of ${total} ${differences} ${within > 1 ? "are" : "is"} shown to ${place}`,
    ...(worse === 0 ? [] : [`${worse} ${gain ? "no gain" : "past it"}`]),
    ...(open === 0 ? [] : [`${open} not settled`]),
  ]);
}

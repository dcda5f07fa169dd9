import type { Comparison, RouteDecision } from "../../../domain/decision.ts";
import { count, percent, pValue, UNKNOWN } from "../../numbers.ts";
import { type Cast, glyph } from "../marks.ts";
import { drawPaths, highestOf } from "./evidence-paths.ts";
import { needOf, odds, reachedAt } from "./odds.ts";

/** How the evidence of a route grew, case by case, or what its looks saw. Null where nothing was tested. */
export function evidenceView(route: RouteDecision, index: number, cast: Cast) {
  const tested = route.comparisons.filter(({ quality }) => quality !== null);
  if (tested.length === 0) return null;
  const betting = tested.filter(({ path }) => path.length > 0);
  return {
    title: titleOf(route, tested),
    route: route.route,
    drawing: betting.length === 0 ? null : drawPaths(`evidence-${index}`, betting, cast),
    rows: tested.map((comparison) => rowOf(comparison, cast)),
    looks: tested.some(({ path }) => path.length === 0),
  };
}

function rowOf(comparison: Comparison, cast: Cast) {
  const need = needOf(comparison);
  const reached = reachedAt(comparison);
  const last = comparison.looks.at(-1);
  return {
    glyph: glyph(cast.markOf(comparison.candidate)),
    name: comparison.candidate,
    seen:
      comparison.path.length === 0
        ? comparison.looks
            .map(
              ({ n, p, share }) => `p ${pValue(p)} at ${count(n)}${share === 1 ? "" : ` (${percent(share)} of alpha)`}`,
            )
            .join(", ")
        : odds(highestOf(comparison.path)),
    need: need === null ? UNKNOWN : comparison.path.length === 0 ? `p ${pValue(1 / Math.exp(need))}` : odds(need),
    reached: reached === null ? `not in ${count(last?.n ?? comparison.n)}` : `at pair ${count(reached)}`,
  };
}

function titleOf({ route }: RouteDecision, tested: readonly Comparison[]): string {
  const first = tested
    .flatMap((comparison) => {
      const at = reachedAt(comparison);
      return at === null ? [] : [{ name: comparison.candidate, at, of: comparison.n }];
    })
    .toSorted((a, b) => a.at - b.at)[0];
  if (first === undefined) return `No candidate gathers enough evidence of its quality on ${route}`;
  return `The evidence for ${first.name} on ${route} is enough after ${count(first.at)} of ${count(first.of)} pairs`;
}

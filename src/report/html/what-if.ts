import type { ReportInput } from "../../domain/detail.ts";
import type { Run } from "../../domain/run.ts";
import { changed } from "../../domain/trial-table.ts";
import { count } from "../numbers.ts";
import { type Cast, glyph } from "./marks.ts";
import type { WhatIfData } from "./page-data.ts";
import { visible } from "./visible.ts";

/** To decide more trials again takes a browser too long to follow a slider. */
const MOST_TRIALS = 20_000;

/** Whether there is anything to ask about. */
export function offersWhatIf({ numbers }: Pick<ReportInput, "numbers">): boolean {
  return numbers.trials.size > 0 && numbers.manifest.routes.length > 0;
}

/** Whether the weights can be moved too: that decides every trial again. One part alone is the whole, whatever it weighs. */
export function weighs({ manifest, trials }: Run): boolean {
  return manifest.scorers.length > 1 && trials.size <= MOST_TRIALS;
}

/** What the template prints of it: the sliders and a row for each route. Null where there is nothing to ask about. */
export function whatIfView(input: ReportInput, cast: Cast) {
  if (!offersWhatIf(input)) return null;
  const { decision, numbers, stops } = input;
  const { scorers, suite } = numbers.manifest;
  const isTooLarge = scorers.length > 1 && !weighs(numbers);
  return {
    routes: decision.routes.map(({ route, verdict, incumbent, candidate }) => ({
      route: visible(route),
      verdict,
      glyph: glyph(cast.markOf(verdict === "switch" ? (candidate ?? incumbent) : incumbent)),
      serves: visible(verdict === "switch" ? (candidate ?? incumbent) : incumbent),
    })),
    margin: rangeOf(stops.grid.margins),
    saving: rangeOf(stops.grid.savings),
    // A route that asks for a better model has neither.
    unmoved: decision.routes
      .filter(({ policy }) => policy.objective === "best-within-budget")
      .map(({ route }) => visible(route)),
    parts: weighs(numbers)
      ? scorers.map(({ name, weight, required }, index) => ({
          index,
          name: visible(name),
          weight,
          most: Math.max(1, 2 * weight),
          required,
        }))
      : [],
    trials: count(numbers.trials.size),
    withoutPeople: numbers.people !== undefined,
    tooLarge: isTooLarge ? { most: count(MOST_TRIALS), file: `evals/${visible(suite.id)}.ts` } : null,
  };
}

/** Ends and step of a slider, in hundredths. */
function rangeOf(shares: readonly number[]) {
  const [first = 0, second = first] = shares;
  const hundredths = (share: number) => Number((100 * share).toFixed(6));
  return { least: hundredths(first), most: hundredths(shares.at(-1) ?? first), step: hundredths(second - first) };
}

/** The numbers of a run as plain data. */
export function whatIfData({ manifest, cases, trials }: Run): WhatIfData {
  return {
    manifest: { ...manifest, order: [], versions: {}, skipped: [] },
    cases: [...cases],
    trials: Array.from(trials, (trial) => changed(trial)),
  };
}

import type { ReportInput } from "../../domain/detail.ts";
import type { Run } from "../../domain/run.ts";
import { count } from "../numbers.ts";
import { type Cast, glyph } from "./marks.ts";
import type { WhatIfData } from "./page-data.ts";
import { visible } from "./visible.ts";

/** A decision over more trials takes a browser too long to follow a slider. */
const MOST_TRIALS = 20_000;

/** Whether the page can decide the run again while a slider moves. */
export function offersWhatIf({ manifest, trials }: Run): boolean {
  return trials.size > 0 && trials.size <= MOST_TRIALS && manifest.routes.length > 0;
}

/** What the template prints of it: the sliders and a row for each route. Null where it is not offered. */
export function whatIfView({ decision, numbers }: ReportInput, cast: Cast) {
  if (!offersWhatIf(numbers)) return null;
  const { scorers } = numbers.manifest;
  return {
    routes: decision.routes.map(({ route, verdict, incumbent, candidate }) => ({
      route: visible(route),
      verdict,
      glyph: glyph(cast.markOf(verdict === "switch" ? (candidate ?? incumbent) : incumbent)),
      serves: visible(verdict === "switch" ? (candidate ?? incumbent) : incumbent),
    })),
    // One part alone is the whole, whatever it weighs.
    parts:
      scorers.length < 2
        ? []
        : scorers.map(({ name, weight, required }, index) => ({
            index,
            name: visible(name),
            weight,
            most: Math.max(1, 2 * weight),
            required,
          })),
    trials: count(numbers.trials.size),
  };
}

/** The numbers of a run as plain data. */
export function whatIfData({ manifest, cases, trials }: Run): WhatIfData {
  return { manifest: { ...manifest, order: [], versions: {}, skipped: [] }, cases: [...cases], trials: [...trials] };
}

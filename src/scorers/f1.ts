import { z } from "zod";
import type { Score } from "../domain/trial.ts";
import { graded, quotes } from "./rule.ts";

/** What of found and wanted is measured. */
export const Measure = z.enum(["f1", "precision", "recall"]).default("f1");
type Measure = z.infer<typeof Measure>;

/** The harmonic mean of precision and recall, or one of them. Nothing wanted and nothing given is right. */
export function measured(measure: Measure, counts: { hits: number; given: number; wanted: number }): number {
  const { hits, given, wanted } = counts;
  if (given === 0 && wanted === 0) return 1;
  if (measure === "precision") return given === 0 ? 0 : hits / given;
  if (measure === "recall") return wanted === 0 ? 0 : hits / wanted;
  return (2 * hits) / (given + wanted);
}

/** A score over items, with those that are missing and those that nobody wanted. */
export function itemScore(
  { measure, atLeast }: { readonly measure: Measure; readonly atLeast?: number | undefined },
  found: { hits: number; given: number; wanted: number; missing: readonly string[]; extra: readonly string[] },
): Score {
  const { hits, given, wanted, missing, extra } = found;
  const faults = [
    ...(missing.length > 0 ? [`missing: ${quotes(missing)}`] : []),
    ...(extra.length > 0 ? [`not wanted: ${quotes(extra)}`] : []),
  ];
  const counted = `${hits} of ${wanted} wanted, ${given} given`;
  return graded(measured(measure, { hits, given, wanted }), [counted, ...faults].join("; "), atLeast);
}

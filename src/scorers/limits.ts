import { z } from "zod";
import type { Score } from "../domain/trial.ts";
import { passFail } from "./rule.ts";

/** Options of a rule that holds a count between two bounds; at least one must be given. */
export function limits(bound: z.ZodType<number>) {
  return z
    .strictObject({ min: bound.optional(), max: bound.optional() })
    .refine(({ min, max }) => min !== undefined || max !== undefined, { message: "give min, max or both" })
    .refine(({ min = 0, max }) => max === undefined || min <= max, { message: "min is above max", path: ["min"] });
}

/** @param unit one of what is counted */
export function withinLimits(
  count: number,
  { min = 0, max = Number.POSITIVE_INFINITY }: { readonly min?: number | undefined; readonly max?: number | undefined },
  unit: string,
): Score {
  const counted = `${count} ${unit}${count === 1 ? "" : "s"}`;
  const wanted = Number.isFinite(max) ? `${min} to ${max}` : `at least ${min}`;
  return passFail(count >= min && count <= max, counted, `${counted}, wanted ${wanted}`);
}

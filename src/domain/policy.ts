import { z } from "zod";

const Share = z.number().gt(0).lt(1);

/** What a switch must prove. Shares are fractions: margin 0.05 is five points. */
export const PolicySchema = z
  .strictObject({
    objective: z.enum(["cheapest-good-enough", "best-within-budget"]).default("cheapest-good-enough"),
    /** Highest chance of a false approval over the whole family. */
    alpha: Share.max(0.2).default(0.05),
    /** Quality the table is willing to lose for the saving. */
    margin: Share.default(0.05),
    /** Least fall of mean cost for `cheapest-good-enough`. */
    minSaving: z.number().min(0).lt(1).default(0.1),
    /** Highest mean cost over the incumbent's for `best-within-budget`; it replaces 1 - minSaving. */
    maxCostRatio: z.number().positive().optional(),
    maxErrorRate: Share.default(0.02),
    /** 95 % of answers within this time. Only where the route asks for it. */
    p95LatencyMs: z.number().positive().optional(),
    /** Let a verdict that rests on uncalibrated judges or heuristics pass the gate. */
    acceptAdvisory: z.boolean().default(false),
    /** Evidence older than this is stale. */
    maxEvidenceAgeDays: z.number().int().positive().default(31),
    /** A target that retires sooner is refused. */
    minDaysToRetirement: z.number().int().nonnegative().default(30),
    /** A price that was read longer ago is refused. */
    maxPriceAgeDays: z.number().int().positive().default(90),
    /** Only evidence that a CI run has signed counts. */
    requireCiRun: z.boolean().default(false),
  })
  .refine((policy) => policy.objective !== "best-within-budget" || policy.maxCostRatio !== undefined, {
    message: "best-within-budget needs maxCostRatio",
    path: ["maxCostRatio"],
  });
export type Policy = z.infer<typeof PolicySchema>;

/** The part of a policy that a suite, a profile or a route may state; what is left out is inherited. */
export const PolicyPatchSchema = z.strictObject({
  objective: z.enum(["cheapest-good-enough", "best-within-budget"]).optional(),
  alpha: Share.max(0.2).optional(),
  margin: Share.optional(),
  minSaving: z.number().min(0).lt(1).optional(),
  maxCostRatio: z.number().positive().optional(),
  maxErrorRate: Share.optional(),
  p95LatencyMs: z.number().positive().optional(),
  acceptAdvisory: z.boolean().optional(),
  maxEvidenceAgeDays: z.number().int().positive().optional(),
  minDaysToRetirement: z.number().int().nonnegative().optional(),
  maxPriceAgeDays: z.number().int().positive().optional(),
  requireCiRun: z.boolean().optional(),
});
export type PolicyPatch = z.infer<typeof PolicyPatchSchema>;

import { z } from "zod";
import { PolicySchema } from "./policy.ts";

const Count = z.number().int().nonnegative();

/** Bounds of an estimate. A bound that does not exist is null. */
const IntervalSchema = z.strictObject({
  low: z.number().nullable(),
  high: z.number().nullable(),
  level: z.number().gt(0).lt(1),
  method: z.string(),
});

/** A number that is never shown without what it rests on. */
export const EstimateSchema = z.strictObject({
  value: z.number(),
  interval: IntervalSchema.nullable(),
  n: Count,
});
export type Estimate = z.infer<typeof EstimateSchema>;

export const VerdictSchema = z.enum(["switch", "keep", "inconclusive"]);
export type Verdict = z.infer<typeof VerdictSchema>;
export const GradeSchema = z.enum(["certified", "calibrated", "advisory", "simulated"]);
export type Grade = z.infer<typeof GradeSchema>;

/** One model over the whole suite: described, not tested. */
const ModelSummarySchema = z.strictObject({
  candidate: z.string(),
  trials: Count,
  quality: EstimateSchema.nullable(),
  scorers: z.record(z.string(), EstimateSchema.nullable()),
  /** USD per 1,000 calls. Null where a price is unknown. */
  costPer1000: EstimateSchema.nullable(),
  latencyP50Ms: EstimateSchema.nullable(),
  latencyP95Ms: EstimateSchema.nullable(),
  errors: EstimateSchema.nullable(),
  failures: z.record(z.string(), Count),
  unscored: Count,
  unpriced: Count,
  tokens: z.strictObject({ input: z.number(), visibleOutput: z.number(), reasoning: z.number(), counted: Count }),
  /** Quality by tag, `complexity=simple` and the like: descriptive. */
  slices: z.record(z.string(), EstimateSchema.nullable()),
});
export type ModelSummary = z.infer<typeof ModelSummarySchema>;

/** A condition of a switch: what was seen, what was asked, and whether the evidence carries it. */
export const ConditionSchema = z.strictObject({
  name: z.enum(["quality", "cost", "latency", "errors"]),
  /** `holds`: proven; `fails`: the opposite is shown; `open`: neither; `unknown`: cannot be measured. */
  state: z.enum(["holds", "fails", "open", "unknown"]),
  /** p of the null "the condition does not hold", over the declared looks; null where nothing is tested. */
  p: z.number().min(0).max(1).nullable(),
  /** Why it is unknown, in words. */
  why: z.string().optional(),
  /** For latency and errors: so many of so many answers were too slow, or failed. */
  seen: z.strictObject({ count: Count, of: Count }).optional(),
});
export type Condition = z.infer<typeof ConditionSchema>;

const LookSchema = z.strictObject({ n: Count, share: z.number(), p: z.number() });

export const ComparisonSchema = z.strictObject({
  candidate: z.string(),
  incumbent: z.string(),
  /** Independent units compared (cases, or clusters of them). */
  n: Count,
  cases: Count,
  wins: Count,
  losses: Count,
  ties: Count,
  /** Cases that say nothing, by reason: `candidate: judge unparseable` and so on. */
  missing: z.record(z.string(), Count),
  /** Mean paired difference of quality, candidate minus incumbent; the interval inverts the test at its Holm level. */
  quality: EstimateSchema.nullable(),
  test: z.enum(["exact", "betting"]),
  looks: z.array(LookSchema),
  /** ln of the betting process after each unit; empty for the exact test. */
  path: z.array(z.number()),
  conditions: z.array(ConditionSchema),
  /** Largest of the conditions' p: the p that enters Holm. Null where a condition is unknown. */
  p: z.number().min(0).max(1).nullable(),
  pHolm: z.number().min(0).max(1).nullable(),
  /** Mean cost of the candidate over the incumbent's. */
  costRatio: EstimateSchema.nullable(),
  /** p95 latency of the candidate over the incumbent's: descriptive, no interval. */
  latencyRatio: z.number().nullable(),
  /** Would the missing cases, counted against it, change the outcome? */
  missingMatters: z.boolean(),
  outcome: z.enum(["passes", "fails", "open"]),
  /** About so many more cases would settle it; null where none up to the limit would. */
  moreCases: z.strictObject({ atObserved: Count.nullable(), atNoDifference: Count.nullable() }).nullable(),
  /** Smallest margin that the cases at hand resolve. */
  resolvableMargin: z.number().nullable(),
  /** True difference of expected quality; known in simulations only. */
  truth: EstimateSchema.nullable(),
});
export type Comparison = z.infer<typeof ComparisonSchema>;

const RouteDecisionSchema = z.strictObject({
  route: z.string(),
  slice: z.record(z.string(), z.string()),
  incumbent: z.string(),
  verdict: VerdictSchema,
  grade: GradeSchema,
  gradeReason: z.string(),
  /** The model to switch to. For keep and inconclusive, the candidate that came closest. */
  candidate: z.string().nullable(),
  comparisons: z.array(ComparisonSchema),
  policy: PolicySchema,
  volume: z.number().nullable(),
  /** USD a month saved (negative: spent) at the route's volume, 30 days. */
  monthlySaving: EstimateSchema.nullable(),
});
export type RouteDecision = z.infer<typeof RouteDecisionSchema>;

/** `decision.json`: what a run decides. Holds no time and no run id: the same data give the same bytes. */
export const DecisionSchema = z.strictObject({
  version: z.literal(1),
  suite: z.string(),
  simulated: z.boolean(),
  seed: z.string(),
  cases: Count,
  repeats: Count,
  /** Size of the Holm family, fixed when the run was planned. */
  family: Count,
  models: z.array(ModelSummarySchema),
  routes: z.array(RouteDecisionSchema),
});
export type Decision = z.infer<typeof DecisionSchema>;

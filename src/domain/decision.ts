import { z } from "zod";
import { LookKindSchema } from "./ledger.ts";
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
  /** Why there is no interval, or a bound of it is missing. */
  why: z.string().optional(),
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

/** A declared look: quality is shown by it where p is at most `needed`, the comparison's Holm level times the share. */
const LookSchema = z.strictObject({ n: Count, share: z.number(), p: z.number(), needed: z.number() });

/** How people and the run's scores agree on one comparison, and whether the scores may carry a verdict by that. */
const CalibrationSchema = z.strictObject({
  /** Pairs drawn at random that people voted on. */
  labels: Count,
  labelsNeeded: Count,
  /** Win, tie and loss of the run's scores against people's. */
  ac1: EstimateSchema.nullable(),
  kappa: EstimateSchema.nullable(),
  correlation: z.number().nullable(),
  /** Mean of scores minus people, in wins: above 0 the scores favour the candidate. */
  bias: z.number().nullable(),
  /** Of verdicts in both orders, how many did not flip; null where no judge compared. */
  swap: z.strictObject({ kept: Count, of: Count }).nullable(),
  /** Why the scores may not carry a verdict. Empty: they do, and `quality` is the calibrated net preference. */
  problems: z.array(z.string()),
});
export type Trust = z.infer<typeof CalibrationSchema>;

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
  /** Left out where nobody labelled. */
  calibration: CalibrationSchema.optional(),
  test: z.enum(["exact", "betting"]),
  /** Which look of its key this was; `recorded`: the ledger held the same data already, and it is no new look. */
  look: z.strictObject({ kind: LookKindSchema, j: Count, recorded: z.boolean() }),
  looks: z.array(LookSchema),
  /** ln of the betting process after each unit; empty for the exact test. */
  path: z.array(z.number()),
  /** ln of the wealth at which the betting process shows quality; null for the exact test, or where no alpha is left. */
  pathNeeded: z.number().nullable(),
  /** Cases of the route that were collected, of those planned, and why collecting stopped before them. */
  collected: z.strictObject({
    cases: Count,
    planned: Count,
    stopped: z.enum(["decided", "futile", "budget"]).nullable(),
  }),
  conditions: z.array(ConditionSchema),
  /** Largest of the conditions' p: the p that enters Holm. Null where a condition is unknown. */
  p: z.number().min(0).max(1).nullable(),
  pHolm: z.number().min(0).max(1).nullable(),
  /** Mean cost of the candidate over the incumbent's. */
  costRatio: EstimateSchema.nullable(),
  /** p95 latency of the candidate over the incumbent's: described, with a wide interval. */
  latencyRatio: EstimateSchema.nullable(),
  /** p of "not better at all": described, not decided, but where the objective asks for a better model. Null without data. */
  superiorityP: z.number().min(0).max(1).nullable(),
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

/** The verdict on one named slice of a route: other comparisons of the same family. */
const SliceDecisionSchema = z.strictObject({
  slice: z.record(z.string(), z.string()),
  verdict: VerdictSchema,
  candidate: z.string().nullable(),
  comparisons: z.array(ComparisonSchema),
});

/** A cheap model first, a dearer one where a rule sends the answer on. */
const CascadeSchema = z.strictObject({
  first: z.string(),
  second: z.string(),
  /** When the second model is asked, in words: chosen for this pair, on the half that chooses. */
  rule: z.string(),
  /** What it came to there, beside the route's incumbent on the same cases. No intervals: it was chosen by these. */
  chosen: z.strictObject({ quality: EstimateSchema, costRatio: EstimateSchema }),
  /** On the other half. The share of calls that went on to the second model. */
  escalated: EstimateSchema.nullable(),
  quality: EstimateSchema.nullable(),
  costPer1000: EstimateSchema.nullable(),
  latencyP95Ms: EstimateSchema.nullable(),
  test: z.discriminatedUnion("state", [
    /** Against the route's incumbent, on the half that did not choose it. */
    z.strictObject({ state: z.literal("tested"), comparison: ComparisonSchema }),
    /** It did not look good enough where it was chosen. */
    z.strictObject({ state: z.literal("not tested"), why: z.string() }),
  ]),
});
export type Cascade = z.infer<typeof CascadeSchema>;

/** The two-step cascades of one route: every ordered pair of its models, the cheaper first. */
const RouteCascadesSchema = z.strictObject({
  route: z.string(),
  /** Cases of the half that chooses rules and what is tested, and of the half that tests. */
  chosenOn: Count,
  testedOn: Count,
  /** Every model alone, on the half that tests. */
  singles: z.array(
    z.strictObject({
      candidate: z.string(),
      quality: EstimateSchema.nullable(),
      costPer1000: EstimateSchema.nullable(),
      latencyP95Ms: EstimateSchema.nullable(),
    }),
  ),
  /** Those that hold first, the best ahead, then the others that were tested, then those that were not. */
  cascades: z.array(CascadeSchema),
});
export type RouteCascades = z.infer<typeof RouteCascadesSchema>;

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
  /** Verdicts on the slices that the plan names. */
  slices: z.array(SliceDecisionSchema),
  policy: PolicySchema,
  volume: z.number().nullable(),
  /** USD a month saved (negative: spent) at the route's volume, 30 days. */
  monthlySaving: EstimateSchema.nullable(),
});
export type RouteDecision = z.infer<typeof RouteDecisionSchema>;

/** USD a month over all routes that state a volume. */
const ForecastSchema = z.strictObject({
  today: EstimateSchema,
  /** With every switch of this decision made. */
  after: EstimateSchema,
  saving: EstimateSchema,
  routes: Count,
  /** Routes without a volume, or with a cost that is unknown. */
  leftOut: z.array(z.string()),
  /** What is assumed of the traffic. */
  traffic: z.string(),
});
export type Forecast = z.infer<typeof ForecastSchema>;

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
  /** Calls to the models: planned, made, and saved by stopping as soon as a verdict was in. */
  calls: z.strictObject({ planned: Count, made: Count, saved: Count, untilDecided: z.boolean() }),
  models: z.array(ModelSummarySchema),
  routes: z.array(RouteDecisionSchema),
  /** Questions beside the routes': a Holm family of their own, of so many tested cascades. */
  cascades: z.strictObject({ family: Count, routes: z.array(RouteCascadesSchema) }),
  /** Null where no route states a volume. */
  forecast: ForecastSchema.nullable(),
});
export type Decision = z.infer<typeof DecisionSchema>;

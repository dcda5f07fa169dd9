import { z } from "zod";
import { EstimateSchema, GradeSchema, VerdictSchema } from "./decision.ts";

/** How a route stands: `over-provisioned`: something that pays is good enough; `under-served`: something is shown better, or the model is going. */
export const StandingSchema = z.enum(["over-provisioned", "under-served", "well-placed", "open", "no-evidence"]);
export type Standing = z.infer<typeof StandingSchema>;

/** What the audit says of one route. */
export const RecommendationSchema = z.strictObject({
  route: z.string(),
  standing: StandingSchema,
  /** The model of the table. */
  model: z.string(),
  /** Null without evidence. */
  verdict: VerdictSchema.nullable(),
  /** The model to switch to; else the one that came closest. */
  candidate: z.string().nullable(),
  /** Why, in sentences. */
  reason: z.string(),
  /** What to know besides. */
  notes: z.array(z.string()),
  /** A command that would settle it. */
  command: z.string().nullable(),
  grade: GradeSchema.nullable(),
  run: z.string().nullable(),
  quality: EstimateSchema.nullable(),
  costRatio: EstimateSchema.nullable(),
  /** USD a month saved by the candidate (negative: spent), 30 days. */
  monthlySaving: EstimateSchema.nullable(),
  /** Calls a day. */
  volume: z.number().nullable(),
  override: z.strictObject({ by: z.string(), reason: z.string(), until: z.string(), expired: z.boolean() }).nullable(),
});
export type Recommendation = z.infer<typeof RecommendationSchema>;

/** What `recommend --format json` prints. */
export const AuditSchema = z.strictObject({
  version: z.literal(1),
  table: z.string(),
  /** Over-provisioned first, by what a switch saves; then under-served, open, well placed, without evidence. */
  routes: z.array(RecommendationSchema),
});
export type Audit = z.infer<typeof AuditSchema>;

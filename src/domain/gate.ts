import { z } from "zod";
import { EstimateSchema } from "./decision.ts";

/** What is to happen to a change, from best to worst; `error`: it could not be judged. */
export const GateOutcomeSchema = z.enum(["pass", "inconclusive", "reject", "error"]);
export type GateOutcome = z.infer<typeof GateOutcomeSchema>;

/** One sentence about one changed thing of the table. */
export const GateFindingSchema = z.strictObject({
  /** The route; for what concerns no single one, the file. */
  route: z.string(),
  /** What of it has changed, or is at fault. */
  about: z.enum([
    "model",
    "fallback",
    "parameters",
    "policy",
    "suite",
    "override",
    "route",
    "ledger",
    "audit",
    "error",
  ]),
  outcome: GateOutcomeSchema,
  /** Why, as a sentence. */
  reason: z.string(),
  /** What to know besides; changes no outcome. */
  notes: z.array(z.string()),
  /** A command that would settle it. */
  command: z.string().nullable(),
  from: z.string().nullable(),
  to: z.string().nullable(),
  /** The line of the file that changed. */
  file: z.string().nullable(),
  line: z.number().int().positive().nullable(),
  /** The run whose evidence speaks, and what it says. */
  run: z.string().nullable(),
  quality: EstimateSchema.nullable(),
  costRatio: EstimateSchema.nullable(),
  /** The exception that let it through. */
  override: z.strictObject({ by: z.string(), reason: z.string(), until: z.string() }).nullable(),
});
export type GateFinding = z.infer<typeof GateFindingSchema>;

/** What `gate --json` prints, and every other output of the gate shows. */
export const GateReportSchema = z.strictObject({
  version: z.literal(1),
  exitCode: z.number().int(),
  /** What was compared with what; null where that could not be read. */
  before: z.string().nullable(),
  after: z.string().nullable(),
  findings: z.array(GateFindingSchema),
  /** Exceptions in force, changed or not. */
  overrides: z.array(
    z.strictObject({
      route: z.string(),
      what: z.string(),
      by: z.string(),
      reason: z.string(),
      until: z.string(),
      expired: z.boolean(),
    }),
  ),
});
export type GateReport = z.infer<typeof GateReportSchema>;

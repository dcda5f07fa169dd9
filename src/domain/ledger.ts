import { z } from "zod";

const Count = z.number().int().nonnegative();
const Hash = z.string().regex(/^[0-9a-f]{16,64}$/, "use a hash in hex");

/** What a look is one of. Shares of alpha are handed out per key, in the order of the ledger. */
export const LookKindSchema = z.enum(["planned", "top-up", "re-run", "confirm"]);
export type LookKind = z.infer<typeof LookKindSchema>;

/** What looks are counted by: the same question asked again counts on, whatever else has changed. */
const LedgerKeySchema = z.strictObject({
  suite: z.string().min(1),
  route: z.string().min(1),
  incumbent: z.string().min(1),
  candidate: z.string().min(1),
});
export type LedgerKey = z.infer<typeof LedgerKeySchema>;

/** What the first plan of a key fixes for all later looks under it. */
export const FrozenPlanSchema = z.strictObject({
  test: z.enum(["exact", "betting"]),
  /** Cases planned: places the declared looks. */
  plannedCases: z.number().int().positive(),
  /** Units planned: the N of the betting test. */
  plannedUnits: z.number().int().positive(),
  /** The policy's alpha over the size of the family: sizes the bets. */
  alpha: z.number().gt(0).lt(0.5),
  /** Seed of the run that was planned first. */
  seed: z.string(),
});
export type FrozenPlan = z.infer<typeof FrozenPlanSchema>;

/** One look at the evidence of one candidate for one route: a line of the ledger. */
export const LedgerEntrySchema = z.strictObject({
  ...LedgerKeySchema.shape,
  kind: LookKindSchema,
  /** 0 for planned looks; the j-th top-up or re-run of the key, or its j-th confirmation. */
  j: Count,
  /** Cases of the route that were looked at: the first so many of its order. */
  cases: Count,
  /** Hash of what a verdict is made by: objective, alpha, margin, limits and slice. */
  policy: Hash,
  /** sha256 of the dataset. */
  dataset: Hash,
  /** Hash of every number that both models gave on these cases, in test order. */
  answers: Hash,
  plan: FrozenPlanSchema,
  /** Quality p over the looks so far, each over its share; null where a condition is unknown. */
  p: z.number().min(0).max(1).nullable(),
  outcome: z.enum(["passes", "fails", "open"]),
  run: z.string(),
});
export type LedgerEntry = z.infer<typeof LedgerEntrySchema>;

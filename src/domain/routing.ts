import { z } from "zod";
import { TierSchema } from "./model.ts";
import { PolicyPatchSchema } from "./policy.ts";

export const RouteSchema = z.strictObject({
  /** Who serves the task today. */
  model: z.string().min(1),
  /** The suite whose evidence decides. */
  suite: z.string().min(1),
  /** Tags that a case must carry to count for this route; none: the whole suite. */
  slice: z.record(z.string(), z.string()).default({}),
  tier: TierSchema.optional(),
  output: z.enum(["code", "prose", "decisions"]).optional(),
  budget: z.enum(["batch", "real-time"]).optional(),
  audience: z.enum(["customer-facing", "internal"]).optional(),
  /** Calls a day. */
  volume: z.number().positive().optional(),
  /** A named set of policy values in `profiles`. */
  profile: z.string().optional(),
  policy: PolicyPatchSchema.default({}),
});
export type Route = z.infer<typeof RouteSchema>;

/** `routing.yaml`: task key -> route. The thing that the gate guards. */
export const RoutingSchema = z.strictObject({
  version: z.literal(1),
  profiles: z.record(z.string(), PolicyPatchSchema).default({}),
  routes: z.record(z.string().regex(/^[A-Za-z][\w.-]*$/, "use letters, digits and . _ - only"), RouteSchema),
});
export type Routing = z.infer<typeof RoutingSchema>;

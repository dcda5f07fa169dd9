import { z } from "zod";
import { JsonSchema } from "./json.ts";
import { DaySchema, TierSchema } from "./model.ts";
import { PolicyPatchSchema } from "./policy.ts";

const Key = z.string().regex(/^[A-Za-z][\w.-]*$/, "use letters, digits and . _ - only");
const Line = z
  .string()
  .min(1)
  .regex(/^[^\r\n]*$/, "write it on one line");

const RouteFields = {
  /** The suite whose evidence decides. */
  suite: z.string().min(1),
  /** Tags that a case must carry to count for this route, such as `complexity: simple`; none: the whole suite. */
  slice: z.record(z.string(), z.string()).default({}),
  tier: TierSchema.optional(),
  output: z.enum(["code", "prose", "decisions"]).optional(),
  budget: z.enum(["batch", "real-time"]).optional(),
  audience: z.enum(["customer-facing", "internal"]).optional(),
  /** Calls a day, or a cron expression: a call each time it is due. */
  volume: z.union([z.number().positive(), z.string().min(9)]).optional(),
  /** Named sets of policy values in `profiles`; a later one wins over an earlier. */
  profile: z.union([z.string(), z.array(z.string())]).optional(),
  policy: PolicyPatchSchema.default({}),
  /** Who serves the task when the model does not answer, in this order. */
  fallbacks: z.array(z.string().min(1)).default([]),
  /** Parameters that the caller sends with this task; what the evidence rests on must agree with them. */
  params: z.record(z.string(), JsonSchema).default({}),
};

export const RouteSchema = z.strictObject({
  model: z.string().min(1),
  ...RouteFields,
  /** By fallback: parameters that the file of the models states for it; a table states none. */
  fallbackParams: z.record(z.string(), z.record(z.string(), JsonSchema)).default({}),
});
export type Route = z.infer<typeof RouteSchema>;

/** A signed-off exception: a change that is let through without the evidence, for a time, in everybody's sight. */
export const OverrideSchema = z
  .strictObject({
    /** The model that serves the route by this exception, in the place of `from`. */
    model: z.string().min(1).optional(),
    /** The last model that was let through on evidence: runs go on comparing with it. Left out for a new route alone. */
    from: z.string().min(1).optional(),
    /** Loosened values of the policy that are agreed to; one that is no longer limited is left out. */
    policy: PolicyPatchSchema.optional(),
    /** What these values were before: the change that takes the exception out is judged against them. */
    was: PolicyPatchSchema.optional(),
    /** Fallbacks that are agreed to. */
    fallbacks: z.array(z.string().min(1)).optional(),
    /** The suite that the route is to rest on instead, and its slice. */
    suite: z.string().min(1).optional(),
    slice: z.record(z.string(), z.string()).optional(),
    reason: Line,
    by: Line,
    /** The last day on which it counts. */
    until: DaySchema,
  })
  .refine(({ model, from }) => from === undefined || (model !== undefined && model !== from), {
    message: "from names the model that `model` stands in for",
    path: ["from"],
  })
  .refine(({ policy, was }) => was === undefined || policy !== undefined, {
    message: "was goes with policy",
    path: ["was"],
  })
  .refine(({ suite, slice }) => slice === undefined || suite !== undefined, {
    message: "slice goes with suite",
    path: ["slice"],
  })
  .refine(
    ({ model, policy, fallbacks, suite }) => [model, policy, fallbacks, suite].some((part) => part !== undefined),
    {
      message: "say what is agreed to: model (and from), policy (and was), fallbacks, or suite (and slice)",
    },
  );
export type Override = z.infer<typeof OverrideSchema>;

/** Whether the last day of an exception is over (UTC). @param now milliseconds since the epoch */
export function isOver(until: string, now: number): boolean {
  return now >= Date.parse(`${until}T00:00:00Z`) + 86_400_000;
}

/** Another file that says which model serves a task; the table then says all the rest. */
export const SourceSchema = z.strictObject({
  /** From the project's folder. */
  file: z.string().min(1),
  format: z.enum(["litellm", "claude-code-router", "locator"]),
  /** For `locator`: the way to the models, `/models/{task}`. */
  locator: z.string().optional(),
  /** For `locator`: the way to lists of fallbacks. */
  fallbacks: z.string().optional(),
  /** What the file calls a task, where that is not the route's key. */
  tasks: z.record(z.string(), z.string()).default({}),
  /** What the file calls a model -> the id in the catalogue, where it cannot be told from the catalogue. */
  names: z.record(z.string(), z.string()).default({}),
});
export type Source = z.infer<typeof SourceSchema>;

const Table = {
  version: z.literal(1),
  profiles: z.record(z.string(), PolicyPatchSchema).default({}),
  overrides: z.record(Key, OverrideSchema).default({}),
  /** Ed25519 public key (base64 of its SPKI form) that evidence of CI runs is signed for. */
  evidenceKey: z.string().optional(),
  source: SourceSchema.optional(),
};

/** `routing.yaml` as it is written: with a `source`, routes leave their model out. */
export const RoutingFileSchema = z.strictObject({
  ...Table,
  routes: z.record(Key, z.strictObject({ ...RouteFields, model: z.string().min(1).optional() })),
});
export type RoutingFile = z.infer<typeof RoutingFileSchema>;

/** A routing table with a model for every route: task key -> route. The thing that the gate guards. */
export const RoutingSchema = z.strictObject({ ...Table, routes: z.record(Key, RouteSchema) });
export type Routing = z.infer<typeof RoutingSchema>;

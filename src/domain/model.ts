import { z } from "zod";
import { JsonSchema } from "./json.ts";

const Usd = z.number().nonnegative();
/** A calendar day, `2026-11-30`. */
export const DaySchema = z.iso.date();

/** USD per million tokens. A bucket that has no price is left out: unknown, never 0. */
const RatesSchema = z.strictObject({
  input: Usd,
  output: Usd,
  cacheRead: Usd.optional(),
  cacheWrite5m: Usd.optional(),
  cacheWrite1h: Usd.optional(),
});
export type Rates = z.infer<typeof RatesSchema>;

/** A dated price: from where, read when, and what a long prompt costs. */
export const PriceSchema = RatesSchema.extend({
  source: z.string().min(1),
  checkedAt: DaySchema,
  /** Rates of calls whose whole prompt is longer than `aboveInputTokens`. */
  longPrompt: RatesSchema.extend({ aboveInputTokens: z.number().int().positive() }).optional(),
});

/** Sampling and length parameters, by our names; each provider translates them. */
export const ParamsSchema = z.strictObject({
  maxTokens: z.number().int().positive().optional(),
  temperature: z.number().min(0).max(2).optional(),
  topP: z.number().min(0).max(1).optional(),
  reasoningEffort: z.enum(["none", "minimal", "low", "medium", "high"]).optional(),
  /** Fields handed to the provider as they are. */
  extra: z.record(z.string(), JsonSchema).optional(),
});
export type Params = z.infer<typeof ParamsSchema>;
export const ParamName = z.enum(["maxTokens", "temperature", "topP", "reasoningEffort"]);

export const TierSchema = z.enum(["orchestrator", "quality-critical", "specialist", "worker"]);

const Chance = z.number().min(0).max(1);

/** How a simulated model behaves. Every probability is stated here, so that the truth of a simulated run is known. */
export const SimulationSchema = z.strictObject({
  /** Skill in [0,1] by suite and complexity: the probability of getting a case (a key point, for prose) right. */
  skill: z.record(z.string(), z.strictObject({ simple: Chance, complex: Chance })).default({}),
  latencyMs: z.strictObject({ median: z.number().positive(), sigma: z.number().nonnegative() }),
  /** Chance that a call fails for good. */
  failureRate: Chance,
  /** 1 answers to the point; 2 about doubles the words. */
  verbosity: z.number().min(0.5).max(4),
  /** Chance that an answer in prose carries a claim that no source makes. */
  inventionRate: Chance.default(0),
  /** For a judge: chance that it reads one criterion rightly. */
  judgeAccuracy: Chance.optional(),
  /** Chance that it names the first of two answers without looking. */
  judgePositionBias: Chance.default(0),
  /** Chance that it names the longer of two answers without looking. */
  judgeVerbosityBias: Chance.default(0),
  /** Chance that it lets a criterion pass that it read as not met. */
  judgeLeniency: Chance.default(0),
});
export type Simulation = z.infer<typeof SimulationSchema>;

const ModelId = z.string().regex(/^[A-Za-z0-9][\w./:-]*$/, "use letters, digits and . _ - / : only");

export const ModelSchema = z
  .strictObject({
    /** Our name: keys the routing table, flags and reports. */
    id: ModelId,
    provider: z.string().min(1),
    /** The provider's exact API id. */
    model: z.string().min(1),
    /** Who trained it: a judge must be of another family than the models it judges. */
    family: z.string().min(1),
    tier: TierSchema.optional(),
    params: ParamsSchema.default({}),
    /** The limit of its replies where it judges; what it thinks counts. */
    judgeMaxTokens: z.number().int().positive().optional(),
    /** Parameters the API takes; anything else is not sent. */
    accepts: z.array(ParamName).default(["maxTokens"]),
    /** `free` for a local server; `unknown` (or left out) where nobody can say. */
    price: z.union([PriceSchema, z.literal("free"), z.literal("unknown")]).default("unknown"),
    retiresOn: DaySchema.optional(),
    note: z.string().optional(),
    simulation: SimulationSchema.optional(),
  })
  .readonly();
export type Model = z.infer<typeof ModelSchema>;

export const ProviderConfigSchema = z.strictObject({
  dialect: z.enum(["anthropic", "openai", "simulated", "replay"]),
  baseURL: z
    .url()
    .refine((text) => /^https?:\/\/[^@?#]+$/i.test(text), "use http(s)://host/path: a key belongs into keyVariable")
    .optional(),
  /** The environment variable that holds the key. Left out for a server that needs none. */
  keyVariable: z.string().optional(),
  /** Calls in flight at once. */
  concurrency: z.number().int().positive().default(8),
});

export type ProviderConfig = z.infer<typeof ProviderConfigSchema>;

/** A model that turns texts into vectors. It is no candidate. */
const EmbedderSchema = z.strictObject({
  id: ModelId,
  provider: z.string().min(1),
  /** The provider's exact API id. */
  model: z.string().min(1),
  /** USD per million tokens of text. */
  price: z
    .union([
      z.strictObject({ input: Usd, source: z.string().min(1), checkedAt: DaySchema }),
      z.literal("free"),
      z.literal("unknown"),
    ])
    .default("unknown"),
});
export type EmbedderEntry = z.infer<typeof EmbedderSchema>;

/** `models.yaml`: the candidates and where they are served. */
export const CatalogSchema = z.strictObject({
  providers: z.record(z.string(), ProviderConfigSchema),
  models: z.array(ModelSchema).min(1),
  /** Model ids that may judge, in order of preference. */
  judges: z.array(z.string()).default([]),
  /** For the rule `similarity`; the first is taken where a suite names none. */
  embedders: z.array(EmbedderSchema).default([]),
});
export type Catalog = z.infer<typeof CatalogSchema>;

/**
 * Where a model is served, and in what words: part of what identifies an answer. The same name at another address may
 * be another model. A dialect without an address is its vendor's own.
 */
export function endpointOf(model: Model, { providers }: Pick<Catalog, "providers">): string {
  const { dialect, baseURL } = providers[model.provider] ?? {};
  return `${dialect ?? "unknown"} ${baseURL?.replace(/\/+$/, "") ?? ""}`.trim();
}

/** What is compared: a model with its parameters, and a prompt variant. */
export interface Candidate {
  /** The model's id, followed by `#variant` where the prompt is not the default one. */
  readonly id: string;
  readonly model: Model;
  readonly variant: string;
}

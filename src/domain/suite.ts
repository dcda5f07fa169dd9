import { z } from "zod";
import type { Case } from "./case.ts";
import { ParamsSchema } from "./model.ts";
import { PolicyPatchSchema } from "./policy.ts";
import type { Completion, Score } from "./trial.ts";

/** What a rule sees of an answer. */
export interface Answer {
  readonly case: Case;
  readonly completion: Completion;
  readonly repeat: number;
  /** Known cost of all attempts at the answer, in USD; left out where a price or a token count is unknown. */
  readonly costUsd?: number;
}

/** A rule of the user's own: a number in [0, 1], or a whole score. */
export type CustomRule = (answer: Answer) => number | Score | Promise<number | Score>;

const ScorerUseSchema = z.strictObject({
  /** Names the column in every report. */
  name: z.string().regex(/^[A-Za-z][\w -]*$/, "use letters, digits, space, _ and - only"),
  /** A rule of the table (`signalbox` documents them in docs/scorers.md), or a function. */
  rule: z.union([z.string().min(1), z.custom<CustomRule>((value) => typeof value === "function", "not a function")]),
  /** Its part in the quality; 0: it is read, and has none. */
  weight: z.number().nonnegative().default(1),
  /** Failing it (a value of 0) makes the quality of the trial 0. */
  required: z.boolean().default(false),
  /** It sees no target, needs no second answer and calls nothing that costs: a cascade may ask another model where it fails. */
  atServing: z.boolean().optional(),
  options: z.record(z.string(), z.unknown()).default({}),
});
export type ScorerUse = z.infer<typeof ScorerUseSchema>;

const PromptSchema = z.strictObject({
  system: z.string().optional(),
  user: z.string().min(1).default("{{{input}}}"),
});
export type Prompt = z.infer<typeof PromptSchema>;

/** What the plan expects of the paired differences when two models are equally good. Used for power only, never for a verdict. */
const AssumptionSchema = z.union([
  z.strictObject({ win: z.number().min(0).max(0.5), loss: z.number().min(0).max(0.5) }),
  z.strictObject({ sd: z.number().positive().max(1) }),
]);
export type Assumption = z.infer<typeof AssumptionSchema>;

/** A task category: dataset, prompt, scorers, what quality means, and what a switch must prove. */
export const SuiteSchema = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9-]*$/, "use lower-case letters, digits and - only"),
  title: z.string().min(1),
  description: z.string().default(""),
  /** JSONL of cases, from the project's folder. */
  dataset: z.string().min(1),
  /** JSONL of answers for the simulated fleet. No scorer and no prompt reads it. */
  answers: z.string().min(1).optional(),
  /** Prompt variants, Handlebars over `input`, the case's `vars` and `data`. */
  prompts: z.record(z.string().regex(/^[a-z][\w-]*$/), PromptSchema).default({ default: { user: "{{{input}}}" } }),
  /** Shared values for the templates, such as label definitions. */
  data: z.record(z.string(), z.unknown()).default({}),
  params: ParamsSchema.default({}),
  /** `binary`: quality is 0 or 1. `graded`: anything between. Decides, with the planned N, which test is used. */
  scale: z.enum(["binary", "graded"]),
  scorers: z
    .array(ScorerUseSchema)
    .min(1)
    .refine((uses) => uses.some(({ weight }) => weight > 0), "no scorer weighs anything: give one a weight above 0"),
  policy: PolicyPatchSchema.default({}),
  repeats: z.number().int().positive().default(1),
  /** At most so many cases of one cluster are used. */
  maxPerCluster: z.number().int().positive().default(5),
  assume: AssumptionSchema.optional(),
  /** Tags whose every value has a verdict of its own, in the family of the run: more questions, each harder to answer. */
  verdictsBy: z.array(z.string().min(1)).default([]),
});
export type Suite = z.infer<typeof SuiteSchema>;
export type SuiteInput = z.input<typeof SuiteSchema>;

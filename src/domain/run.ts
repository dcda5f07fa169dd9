import { z } from "zod";
import type { PeopleFacts } from "./label.ts";
import { ModelSchema, ParamsSchema, TierSchema } from "./model.ts";
import { PolicySchema } from "./policy.ts";

const Count = z.number().int().nonnegative();

/** A route as the run was planned for it. */
export const PlannedRouteSchema = z.strictObject({
  route: z.string(),
  incumbent: z.string(),
  slice: z.record(z.string(), z.string()),
  policy: PolicySchema,
  volume: z.number().nullable(),
  tier: TierSchema.optional(),
  audience: z.string().optional(),
  /** By which signed-off exception another model than the incumbent serves the route, as a sentence. */
  exception: z.string().optional(),
  /** Parts of the slice that have verdicts of their own, in the same family. */
  slices: z.array(z.record(z.string(), z.string())).optional(),
  budget: z.string().optional(),
});
export type PlannedRoute = z.infer<typeof PlannedRouteSchema>;

const PlannedCandidateSchema = z.strictObject({
  id: z.string(),
  model: ModelSchema,
  variant: z.string(),
  /** Parameters as sent. */
  params: ParamsSchema,
  /** Dialect and address of its provider: the same name elsewhere may be another model. */
  endpoint: z.string(),
});
export type PlannedCandidate = z.infer<typeof PlannedCandidateSchema>;

const ScorerFactSchema = z.strictObject({
  name: z.string(),
  rule: z.string(),
  weight: z.number(),
  required: z.boolean(),
  certainty: z.enum(["exact", "heuristic", "judge"]),
  /** It sees no target, so a cascade can ask it while serving. */
  atServing: z.boolean().optional(),
  /** How a panel's values are put together. */
  panel: z.enum(["mean", "majority"]).optional(),
});

/** What a run rests on, fixed when it is planned. */
export const ManifestSchema = z.strictObject({
  version: z.literal(1),
  runId: z.string(),
  suite: z.strictObject({
    id: z.string(),
    title: z.string(),
    scale: z.enum(["binary", "graded"]),
    /** sha256 of prompts, scorers, parameters and policy. */
    hash: z.string(),
    dataset: z.string(),
    datasetSha256: z.string(),
    maxPerCluster: z.number().int().positive(),
  }),
  scorers: z.array(ScorerFactSchema),
  /** Scorers that were dropped, with the reason. */
  dropped: z.array(z.strictObject({ name: z.string(), reason: z.string() })),
  /** Of a panel: the names joined, and each member. */
  judge: z
    .strictObject({
      model: z.string(),
      family: z.string(),
      related: z.boolean(),
      panel: z.array(z.strictObject({ model: z.string(), family: z.string() })).optional(),
    })
    .nullable(),
  candidates: z.array(PlannedCandidateSchema).min(1),
  /** Models of the table that do not run, with the reason. */
  skipped: z.array(z.strictObject({ model: z.string(), reason: z.string() })),
  routes: z.array(PlannedRouteSchema),
  /** Case ids in the order in which they are tested: drawn from the suite's id. */
  order: z.array(z.string()),
  plannedN: z.number().int().positive(),
  /** The one candidate that this run confirms, on cases no earlier look has used. Left out for any other run. */
  confirms: z.string().optional(),
  /** Answers that earlier runs paid for are asked for again. Left out where they are taken from the cache. */
  fresh: z.boolean().optional(),
  /** Cases are collected look by look, and a candidate is asked no more once its verdict is in. Left out where all are asked. */
  untilDecided: z.boolean().optional(),
  repeats: z.number().int().positive(),
  seed: z.string(),
  /** `recorded`: answers collected elsewhere. */
  source: z.enum(["live", "recorded", "simulated"]),
  startedAt: z.string(),
  gitCommit: z.string().nullable(),
  gitDirty: z.boolean().nullable(),
  versions: z.record(z.string(), z.string()),
  command: z.string(),
});
export type Manifest = z.infer<typeof ManifestSchema>;

/** `run.json`: the manifest and how the run ended. Trials stand in `journal.jsonl`. */
export const RunFileSchema = z.strictObject({
  manifest: ManifestSchema,
  status: z.enum(["running", "complete", "incomplete"]),
  finishedAt: z.string().nullable(),
  /**
   * Calls whose answers a hard stop loses, so that they are paid for again. Of a run that is `running`: the most that can be in
   * flight at once, judges' among them. Of one that was stopped by a second Ctrl-C: those that were given up.
   */
  inFlight: Count.optional(),
  totals: z
    .strictObject({
      planned: Count,
      completed: Count,
      /** Of the completed ones: those that could not be scored, or not in every part. */
      unscored: Count,
      failed: Count,
      missing: Count,
      knownUsd: z.number(),
      judgeUsd: z.number(),
      /** Judged answers whose judging cost nobody knows. */
      judgeUnpriced: Count.optional(),
      unpricedTrials: Count,
      /** Trials that an earlier process had finished; null where a run was killed and is only reported. */
      resumed: Count.nullable(),
      /** Answers that an earlier run paid for, and what they cost it. They are not in `knownUsd`. */
      cached: Count,
      cachedUsd: z.number(),
      /** When the oldest of those answers was asked for. Left out where there is none. */
      cachedSince: z.string().optional(),
    })
    .nullable(),
});
export type RunFile = z.infer<typeof RunFileSchema>;

/** A case as the comparison sees it: no text. */
export interface CaseFact {
  readonly id: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly clusterId: string | undefined;
}

/** The facts of cases in some order. An array of them is one; those of a dataset stand in columns. */
export interface CaseFacts extends Iterable<CaseFact> {
  readonly length: number;
  /** Undefined beyond the end. */
  at(index: number): CaseFact | undefined;
  keys(): IteratorObject<number>;
  values(): IteratorObject<CaseFact>;
  entries(): IteratorObject<[number, CaseFact]>;
}

/** The numbers of one trial. What is unknown is null. */
export interface TrialNumbers {
  /** Index into `Run.cases`. */
  readonly caseIndex: number;
  /** Index into `Run.manifest.candidates`. */
  readonly candidateIndex: number;
  readonly repeat: number;
  /** `failed` is the model's own doing (quality 0); `missing` is ours, and says why in `reason`. */
  readonly state: "completed" | "failed" | "missing";
  readonly reason: string | null;
  /** In [0, 1]. Null when missing or when a part could not be scored. */
  readonly quality: number | null;
  /** Scorer values in the manifest's order. */
  readonly values: readonly (number | null)[];
  /** In a run with a panel: what each member said, by scorer and then in the panel's order; null where it has no vote. */
  readonly votes?: readonly (readonly (number | null)[])[];
  readonly costUsd: number | null;
  readonly latencyMs: number | null;
  readonly inputTokens: number | null;
  readonly visibleTokens: number | null;
  readonly reasoningTokens: number | null;
  /** The answer was cut at its token limit. */
  readonly capped: boolean;
  /** The run that asked; null for this one. Times of different runs are not compared. */
  readonly from: string | null;
}

/**
 * The numbers of the trials of a run, one place for each case, candidate and repeat. A trial that it gives is to be read, not
 * spread: each number is looked up where it stands when it is read, since most readers want one or two of many.
 */
export interface Trials extends Iterable<TrialNumbers> {
  /** Trials that are there. */
  readonly size: number;
  /** One candidate's trials of one case, in order of repeat. */
  of(candidateIndex: number, caseIndex: number): TrialNumbers[];
}

/** Everything that a verdict is a function of, besides the true qualities of a simulated fleet. */
export interface Run {
  readonly manifest: Manifest;
  /** In the order in which they are tested. */
  readonly cases: CaseFacts;
  readonly trials: Trials;
  /** What people said of its answers; left out where nobody was asked. */
  readonly people?: PeopleFacts;
}

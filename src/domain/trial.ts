import { z } from "zod";
import { JsonSchema } from "./json.ts";

const Count = z.number().int().nonnegative();

/** Tokens in disjoint buckets. A bucket the provider did not report is left out: unknown, never 0. */
export const UsageSchema = z.strictObject({
  freshInput: Count.optional(),
  cacheRead: Count.optional(),
  cacheWrite5m: Count.optional(),
  cacheWrite1h: Count.optional(),
  visibleOutput: Count.optional(),
  reasoning: Count.optional(),
});
export type Usage = z.infer<typeof UsageSchema>;

export const FinishReasonSchema = z.strictObject({
  unified: z.enum(["stop", "length", "tool-calls", "refusal", "other"]),
  raw: z.string(),
});

export const ToolCallSchema = z.strictObject({
  name: z.string(),
  /** Parsed arguments; the raw text where it is not JSON. */
  arguments: JsonSchema,
});

/** What a model answered. */
export const CompletionSchema = z.strictObject({
  text: z.string(),
  toolCalls: z.array(ToolCallSchema),
  finishReason: FinishReasonSchema,
  usage: UsageSchema,
  /** The model that says it answered. */
  servedModel: z.string(),
  /** What the provider says it charged, in USD. */
  billedUsd: z.number().nonnegative().optional(),
  /** Wall time of the answering attempt. Undefined where nobody measured it. */
  latencyMs: z.number().nonnegative().optional(),
  requestId: z.string().optional(),
  /** A score in [0, 1] that came with a recorded answer. */
  recordedScore: z.number().min(0).max(1).optional(),
});
export type Completion = z.infer<typeof CompletionSchema>;

/** Failures that are the model's (or its service's) own: quality 0, cost charged. */
export const MODEL_FAILURES = [
  "refused",
  "timeout",
  "rate-limited",
  "server-error",
  "bad-response",
  "wrong-model",
  "invalid-request",
] as const;
/** Failures that are ours, or the line's: the case is missing, and missing counts against the candidate. */
export const OUR_FAILURES = ["network", "auth"] as const;

export const FailureReasonSchema = z.enum([...MODEL_FAILURES, ...OUR_FAILURES]);
export type FailureReason = z.infer<typeof FailureReasonSchema>;

export const OutcomeSchema = z.discriminatedUnion("state", [
  z.strictObject({
    state: z.literal("completed"),
    completion: CompletionSchema,
    attempts: z.number().int().positive(),
    /** Known cost of all attempts in USD; left out where a price or a token count is unknown. */
    costUsd: z.number().nonnegative().optional(),
  }),
  z.strictObject({
    state: z.literal("failed"),
    reason: FailureReasonSchema,
    message: z.string(),
    attempts: z.number().int().positive(),
    latencyMs: z.number().nonnegative().optional(),
    costUsd: z.number().nonnegative().optional(),
  }),
]);
export type Outcome = z.infer<typeof OutcomeSchema>;

/** One judge's vote in a panel. Null where it abstains, with the reason. */
const JudgeVoteSchema = z.strictObject({
  model: z.string(),
  family: z.string(),
  value: z.number().min(0).max(1).nullable(),
  reason: z.string().optional(),
});
export type JudgeVote = z.infer<typeof JudgeVoteSchema>;

const PairOutcome = z.enum(["win", "tie", "loss"]);

/** A scorer's word on one answer. */
export const ScoreSchema = z.discriminatedUnion("state", [
  z.strictObject({
    state: z.literal("scored"),
    /** In [0, 1]. */
    value: z.number().min(0).max(1),
    explanation: z.string(),
    /** What it cost to score, where no judge did it. */
    costUsd: z.number().nonnegative().optional(),
    /** It was paid for, and nobody knows how much. */
    unpriced: z.literal(true).optional(),
    /** What a judge adds: who judged, by which rubric, at what cost. */
    judge: z
      .strictObject({
        model: z.string(),
        rubric: z.string(),
        costUsd: z.number().nonnegative().optional(),
        criteria: z.array(z.strictObject({ id: z.string(), met: z.boolean(), evidence: z.string() })),
        /** Of a panel alone. */
        votes: z.array(JudgeVoteSchema).optional(),
        /** Repeated readings, and how many of them differ from the first. */
        flips: z.strictObject({ of: Count, flipped: Count }).optional(),
        /** Of a comparison: what became of the answer when it was shown first, and when second; one entry a reading. */
        orders: z.array(z.strictObject({ first: PairOutcome, second: PairOutcome })).optional(),
        /** Of a choice: what was chosen, one name a reading. */
        choice: z.string().optional(),
      })
      .optional(),
  }),
  z.strictObject({
    state: z.literal("unscored"),
    reason: z.string(),
    /** What a judge said and nobody could read. */
    judgeText: z.string().optional(),
    costUsd: z.number().nonnegative().optional(),
    /** A judge was paid for nothing, and nobody knows how much. */
    unpriced: z.literal(true).optional(),
  }),
]);
export type Score = z.infer<typeof ScoreSchema>;

/** One case x one candidate x one repeat, and what came of it. */
export const TrialSchema = z.strictObject({
  /** Hash of everything that decides the answer; the same key is never paid for twice. */
  key: z.string(),
  caseId: z.string(),
  candidate: z.string(),
  repeat: Count,
  startedAt: z.string(),
  outcome: OutcomeSchema,
  /** The run that asked and paid, where it was an earlier one; cost, latency and `startedAt` are from then. */
  from: z.string().optional(),
});
export type Trial = z.infer<typeof TrialSchema>;

/** The scores of a trial, in the order of the suite's scorers. */
export const TrialScoresSchema = z.strictObject({
  key: z.string(),
  caseId: z.string(),
  candidate: z.string(),
  repeat: Count,
  scores: z.record(z.string(), ScoreSchema),
  /** In [0, 1]; null where a part of it could not be scored. */
  quality: z.number().min(0).max(1).nullable(),
});
export type TrialScores = z.infer<typeof TrialScoresSchema>;

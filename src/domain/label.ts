import { z } from "zod";

/** 16 hex digits of sha256: of an answer's text, or of what was asked. */
const HashSchema = z.string().regex(/^[0-9a-f]{16}$/);

const Facts = {
  /** Of this label; what an undo names. */
  id: z.string().min(1),
  case: z.string().min(1),
  /** Hash of the question and its material, as shown. */
  question: HashSchema,
  who: z.string().min(1),
  at: z.iso.datetime(),
  reason: z.string().optional(),
  /** The part of the cases that this one was drawn from, and the planned chance of being drawn; null where it was not. */
  drawn: z.strictObject({ stratum: z.string(), probability: z.number().gt(0).max(1) }).nullable(),
};

export const VoteSchema = z.enum(["left", "right", "tie", "both-bad", "skip"]);
export type Vote = z.infer<typeof VoteSchema>;

/** A vote between two answers, by the hashes of their texts. No model is named. */
export const PairLabelSchema = z.strictObject({
  kind: z.literal("pair"),
  ...Facts,
  left: HashSchema,
  right: HashSchema,
  vote: VoteSchema,
});
export type PairLabel = z.infer<typeof PairLabelSchema>;

/** One answer against the criteria of a rubric. */
export const RubricLabelSchema = z.strictObject({
  kind: z.literal("rubric"),
  ...Facts,
  answer: HashSchema,
  /** As in a judge's score: the rubric and the words around it. */
  rubric: z.string(),
  /** By criterion; null where the answer was skipped. */
  met: z.record(z.string(), z.boolean()).nullable(),
});
export type RubricLabel = z.infer<typeof RubricLabelSchema>;

/** A line of `datasets/labels/<suite>.jsonl`. Lines are only ever added: an undo is a line, too. */
export const LabelLineSchema = z.discriminatedUnion("kind", [
  PairLabelSchema,
  RubricLabelSchema,
  z.strictObject({ kind: z.literal("undo"), of: z.string().min(1), who: z.string().min(1), at: z.iso.datetime() }),
]);
export type LabelLine = z.infer<typeof LabelLineSchema>;
export type Label = PairLabel | RubricLabel;

/** What people said of one pair of answers of a run. */
export interface LabelledPair {
  readonly caseIndex: number;
  readonly incumbentIndex: number;
  readonly candidateIndex: number;
  /** Those that count towards a verdict: 1 for the candidate, -1 for the incumbent, 0 for neither. */
  readonly votes: readonly number[];
  /** Every vote with who gave it; evidence holds none. */
  readonly said: readonly { readonly who: string; readonly vote: number }[];
  /** Whether the pair was drawn at random: only then does it stand for others. */
  readonly drawn: boolean;
}

/** The answers of two models to one case. */
export type PairAddress = Pick<LabelledPair, "caseIndex" | "incumbentIndex" | "candidateIndex">;

/** What is known of a run beyond its numbers, for calibration. */
export interface PeopleFacts {
  readonly pairs: readonly LabelledPair[];
  /** Pairs (by case, incumbent and candidate) whose answers have the same words: nobody need be asked. */
  readonly same: readonly PairAddress[];
  /** Comparisons by a judge in both orders, and those whose verdict did not flip; null where none was made. */
  readonly swap: { readonly kept: number; readonly of: number } | null;
  /** Pairs on which scorers contradict each other; left out where the run's own values say it. */
  readonly disagreements?: readonly PairAddress[];
}

const Index = z.number().int().nonnegative();
/** Case, incumbent and candidate, by index. */
const AddressSchema = z.tuple([Index, Index, Index]);

/** {@link PeopleFacts} as evidence holds them: of each labelled pair its votes and whether it was drawn. */
export const EvidencePeopleSchema = z.strictObject({
  pairs: z.array(z.tuple([AddressSchema, z.array(z.number().min(-1).max(1)).min(1), z.boolean()])),
  same: z.array(AddressSchema),
  disagreements: z.array(AddressSchema),
  swap: z.strictObject({ kept: Index, of: Index }).nullable(),
});
export type EvidencePeople = z.infer<typeof EvidencePeopleSchema>;

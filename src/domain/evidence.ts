import { z } from "zod";
import { EvidencePeopleSchema } from "./label.ts";
import { ManifestSchema } from "./run.ts";

const Hash = z.string().regex(/^[0-9a-f]{64}$/, "use a sha256 in hex");
const Short = z.string().regex(/^[0-9a-f]{8,64}$/, "use a hash in hex");
const Count = z.number().int().nonnegative();
const Amount = z.number().nonnegative().nullable();

/**
 * The numbers of one trial: quality, USD, milliseconds, input tokens, and where there are any: reasoning tokens, and a note
 * (`from RUN`: an earlier run asked; `cut`: stopped at the token limit; `failed: ...`: the model's own doing; `missing: ...`: ours; `unscored: ...`).
 * Null where nobody knows; null in place of the whole where there is no such trial.
 */
const NumbersSchema = z
  .union([
    z.tuple([z.number().min(0).max(1).nullable(), Amount, Amount, Count.nullable()]),
    z.tuple([z.number().min(0).max(1).nullable(), Amount, Amount, Count.nullable(), Count.nullable()]),
    z.tuple([z.number().min(0).max(1).nullable(), Amount, Amount, Count.nullable(), Count.nullable(), z.string()]),
  ])
  .nullable();
export type Numbers = z.infer<typeof NumbersSchema>;

/** A case: id, place of its tags in `tags`, cluster, a link of the chain, then for each model (in the order of `models`) its trials by repeat. */
const EvidenceCaseSchema = z.tuple([
  z.string().min(1),
  Count,
  z.string().nullable(),
  Short,
  z.array(z.array(NumbersSchema)),
]);
export type EvidenceCase = z.infer<typeof EvidenceCaseSchema>;

const EvidenceModelSchema = z.strictObject({
  id: z.string(),
  /** The model's own name, as asked for. */
  asked: z.string(),
  /** The names under which answers came back, and how often. */
  served: z.record(z.string(), Count),
  /** Host of the provider's base URL; null for the dialect's own. */
  host: z.string().nullable(),
  /** Hash of dialect and base URL. */
  endpoint: Hash,
  /** Hash of the parameters as sent. */
  parameters: Hash,
  /** Hash of the prices, without where and when they were read. */
  price: Hash,
  /** Hash of the id and of its answers. */
  answers: Hash,
});
export type EvidenceModel = z.infer<typeof EvidenceModelSchema>;

/** Where a run was made, as the machine said; `signature` (Ed25519, base64) is over the seal and the rest. */
const AttestationSchema = z.strictObject({
  service: z.string(),
  repository: z.string(),
  runUrl: z.string(),
  commit: z.string(),
  signature: z.string(),
});
export type Attestation = z.infer<typeof AttestationSchema>;

/** `reports/evidence/<suite>.json`: what verdicts rest on, small enough to commit: numbers and hashes, no texts. */
export const EvidenceSchema = z.strictObject({
  version: z.literal(1),
  /** The run's manifest; the order of its cases is that of `cases`. */
  manifest: ManifestSchema.omit({ order: true, skipped: true }),
  /** When the oldest of its answers was asked for: the run's start, or before it where an earlier run paid. Older files lack it. */
  oldestAnswerAt: z.string().optional(),
  hashes: z.strictObject({
    prompts: Hash,
    rubrics: Hash,
    /** Of the files that hold code the suite scores by, by path. Older files lack it: there the suite's hash alone says so. */
    code: z.record(z.string(), Hash).optional(),
    /** Model, parameters and address of the judge; null where none was asked. */
    judge: Hash.nullable(),
  }),
  models: z.array(EvidenceModelSchema),
  /** sha256 over all of this but the attestation and itself. */
  seal: Hash,
  attestation: AttestationSchema.nullable(),
  /** The sets of tags that cases carry, in the order in which they come up. */
  tags: z.array(z.record(z.string(), z.string())),
  cases: z.array(EvidenceCaseSchema),
  /** Left out where nobody labelled. */
  people: EvidencePeopleSchema.optional(),
});
export type Evidence = z.infer<typeof EvidenceSchema>;

import { z } from "zod";
import { JsonSchema } from "../domain/json.ts";

/** How a label may go wrong, and how a chatty model would put the right one. */
const LabelEntry = z.strictObject({
  id: z.string(),
  confusions: z.array(z.string()).min(1),
  chatty: z.string().optional(),
});

/** A solution that passes, and plausible ones that do not. */
const CodeEntry = z.strictObject({
  id: z.string(),
  reference: z.string(),
  wrong: z.array(z.strictObject({ why: z.string(), code: z.string() })).min(1),
});

/** Key points in other words than the scorers' patterns were made from, and mistakes an analyst might make. */
const SynthesisEntry = z.strictObject({
  id: z.string(),
  points: z.record(z.string(), z.array(z.string()).min(1)),
  errors: z.array(z.string()).min(1),
  filler: z.array(z.string()).min(1),
});

const Call = z.strictObject({ tool: z.string().min(1), arguments: z.record(z.string(), JsonSchema) });

/** An accepted move of an agent, and plausible ones that are not; no call at all may be one of them. */
const MoveEntry = z.strictObject({
  id: z.string(),
  right: z.array(Call),
  wrong: z.array(z.strictObject({ why: z.string(), calls: z.array(Call) })).min(1),
});

export type MoveEntry = z.infer<typeof MoveEntry>;

/** What a fleet might answer to one case. No scorer and no prompt reads it. */
export const AnswerEntrySchema = z.union([LabelEntry, CodeEntry, SynthesisEntry, MoveEntry]);
export type AnswerEntry = z.infer<typeof AnswerEntrySchema>;

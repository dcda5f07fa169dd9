import { z } from "zod";

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

/** What a fleet might answer to one case. No scorer and no prompt reads it. */
export const AnswerEntrySchema = z.union([LabelEntry, CodeEntry, SynthesisEntry]);
export type AnswerEntry = z.infer<typeof AnswerEntrySchema>;

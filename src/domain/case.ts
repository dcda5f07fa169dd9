import { z } from "zod";
import { JsonSchema } from "./json.ts";

/** One turn of a conversation. */
export const MessageSchema = z.strictObject({
  role: z.enum(["system", "user", "assistant"]),
  content: z.string(),
});
export type Message = z.infer<typeof MessageSchema>;

/** A tool that the model may call; `parameters` is a JSON Schema. */
export const ToolSchema = z.strictObject({
  name: z.string().min(1),
  description: z.string(),
  parameters: z.record(z.string(), JsonSchema),
});
export type Tool = z.infer<typeof ToolSchema>;

/**
 * A case as a line of a dataset.
 * `input` is a question (a plain string is shorthand for one user message) or a whole conversation.
 * `vars` is what the prompt template may show; `target` is what scorers read and no prompt may show;
 * `metadata` is for people and is neither shown nor scored.
 */
export const CaseSchema = z.strictObject({
  id: z.string().min(1),
  input: z.union([z.string().min(1), z.array(MessageSchema).min(1)]),
  vars: z.record(z.string(), JsonSchema).default({}),
  tools: z.array(ToolSchema).optional(),
  target: JsonSchema.optional(),
  tags: z.record(z.string(), z.string()).default({}),
  /** Cases drawn from one document share it: they are one independent unit. */
  clusterId: z.string().min(1).optional(),
  metadata: z.record(z.string(), JsonSchema).default({}),
});
export type Case = z.infer<typeof CaseSchema>;

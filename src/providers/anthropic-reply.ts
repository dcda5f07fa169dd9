import { z } from "zod";
import { JsonSchema } from "../domain/json.ts";
import type { Completion } from "../domain/trial.ts";
import type { ProviderAnswer } from "../ports.ts";
import { failure, requestIdOf } from "./failure.ts";
import type { Reply } from "./http.ts";
import { statedFailure, UNREADABLE } from "./http-errors.ts";
import { readLimits } from "./rate-headers.ts";
import { acceptAnswer } from "./served.ts";
import { anthropicUsage } from "./usage.ts";

const Block = z.object({
  type: z.string(),
  text: z.string().optional().catch(undefined),
  name: z.string().optional().catch(undefined),
  input: JsonSchema.optional(),
});
const MessageBody = z.object({
  id: z.string().nullish().catch(undefined),
  model: z.string().nullish().catch(undefined),
  content: z.array(Block),
  stop_reason: z.string().nullish(),
  usage: z.unknown().optional(),
});

const UNIFIED: Readonly<Record<string, Completion["finishReason"]["unified"]>> = {
  end_turn: "stop",
  stop_sequence: "stop",
  max_tokens: "length",
  model_context_window_exceeded: "length",
  tool_use: "tool-calls",
  refusal: "refusal",
  pause_turn: "other",
};

const Stated = z.object({ error: z.unknown(), usage: z.unknown().optional() });

/**
 * Reads a message. Thinking blocks are left out of the text.
 * @throws ProviderError when it holds no answer, states an error, or comes from another model.
 */
export function readAnthropicReply({ body, facts }: Reply): ProviderAnswer {
  const stated = Stated.safeParse(body).data;
  if (stated?.error)
    throw statedFailure(body, { ...facts, ...(stated.usage ? { usage: anthropicUsage(stated.usage) } : {}) });
  const parsed = MessageBody.safeParse(body);
  if (!parsed.success) {
    const path = parsed.error.issues[0]?.path.join(".") ?? "";
    throw failure(`the answer for ${facts.model} is not a message (at "${path}")`, UNREADABLE, facts);
  }
  const { data } = parsed;
  const raw = data.stop_reason ?? "";
  const known = { ...facts, bodyId: data.id };
  const requestId = requestIdOf(known);
  const limits = facts.headers && readLimits(facts.headers, facts.now);
  const completion: ProviderAnswer = {
    text: data.content.map((block) => (block.type === "text" ? (block.text ?? "") : "")).join(""),
    toolCalls: data.content
      .filter((block) => block.type === "tool_use")
      .map((block) => ({ name: block.name ?? "", arguments: block.input ?? {} })),
    finishReason: { unified: UNIFIED[raw] ?? "other", raw },
    usage: anthropicUsage(data.usage),
    servedModel: data.model ?? "",
    latencyMs: facts.latencyMs,
    ...(requestId === undefined ? {} : { requestId }),
    ...(limits === undefined ? {} : { limits }),
  };
  return acceptAnswer(completion, known);
}

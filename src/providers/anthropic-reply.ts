import { z } from "zod";
import { JsonSchema } from "../domain/json.ts";
import type { Completion } from "../domain/trial.ts";
import { ProviderError } from "../ports.ts";
import type { Reply } from "./http.ts";
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

/**
 * Reads a message. Thinking blocks are left out of the text. `asked` is the model's API id.
 * @throws ProviderError when it holds no answer or comes from another model.
 */
export function readAnthropicReply({ body, headers, latencyMs }: Reply, asked: string): Completion {
  const parsed = MessageBody.safeParse(body);
  if (!parsed.success) {
    const path = parsed.error.issues[0]?.path.join(".") ?? "";
    const message = `the answer is not a message (at "${path}")`;
    throw new ProviderError(message, { reason: "bad-response", retryable: true, latencyMs });
  }
  const { data } = parsed;
  const raw = data.stop_reason ?? "";
  const requestId = headers.get("request-id") ?? data.id;
  const completion: Completion = {
    text: data.content.map((block) => (block.type === "text" ? (block.text ?? "") : "")).join(""),
    toolCalls: data.content
      .filter((block) => block.type === "tool_use")
      .map((block) => ({ name: block.name ?? "", arguments: block.input ?? {} })),
    finishReason: { unified: UNIFIED[raw] ?? "other", raw },
    usage: anthropicUsage(data.usage),
    servedModel: data.model ?? "",
    latencyMs,
    ...(requestId ? { requestId } : {}),
  };
  return acceptAnswer(completion, asked);
}

import type { Json } from "../domain/json.ts";
import type { Completion } from "../domain/trial.ts";
import type { ProviderAnswer } from "../ports.ts";
import { failure, requestIdOf } from "./failure.ts";
import { type Fields, Reading, textOf } from "./fields.ts";
import type { Reply } from "./http.ts";
import { statedFailure, UNREADABLE } from "./http-errors.ts";
import { readLimits } from "./rate-headers.ts";
import { acceptAnswer } from "./served.ts";
import { anthropicUsage } from "./usage.ts";

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
 * Reads a message. Thinking blocks are left out of the text.
 * @throws ProviderError when it holds no answer, states an error, or comes from another model.
 */
export function readAnthropicReply({ body, facts }: Reply): ProviderAnswer {
  if (body.error) throw statedFailure(body, { ...facts, ...(body.usage ? { usage: anthropicUsage(body.usage) } : {}) });
  const read = new Reading((path) =>
    failure(`the answer for ${facts.model} is not a message (at "${path}")`, UNREADABLE, facts),
  );
  const blocks: readonly (Fields & { readonly type: string })[] = read
    .list(body.content, "content")
    .map((block, at) => {
      const fields = read.fields(block, `content.${at}`);
      return { ...fields, type: read.text(fields.type, `content.${at}.type`) };
    });
  const blocksOf = (type: string) => blocks.filter((block) => block.type === type);
  const raw = read.text(body.stop_reason ?? "", "stop_reason");
  const known = { ...facts, bodyId: textOf(body.id) };
  const requestId = requestIdOf(known);
  const limits = facts.headers && readLimits(facts.headers, facts.now);
  const completion: ProviderAnswer = {
    text: blocksOf("text")
      .map(({ text }) => textOf(text) ?? "")
      .join(""),
    toolCalls: blocksOf("tool_use").map(({ name, input }) => ({
      name: textOf(name) ?? "",
      arguments: (input ?? {}) as Json,
    })),
    finishReason: { unified: UNIFIED[raw] ?? "other", raw },
    usage: anthropicUsage(body.usage),
    servedModel: textOf(body.model) ?? "",
    latencyMs: facts.latencyMs,
    ...(requestId === undefined ? {} : { requestId }),
    ...(limits === undefined ? {} : { limits }),
  };
  return acceptAnswer(completion, known);
}

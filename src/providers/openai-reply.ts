import { z } from "zod";
import { type Json, JsonSchema } from "../domain/json.ts";
import type { Completion } from "../domain/trial.ts";
import { ProviderError } from "../ports.ts";
import type { Reply } from "./http.ts";
import { statedFailure } from "./http-errors.ts";
import { acceptAnswer } from "./served.ts";
import { billedUsd, openAiUsage } from "./usage.ts";

const ToolCall = z.object({ function: z.object({ name: z.string(), arguments: JsonSchema.optional() }) });
const Choice = z.object({
  finish_reason: z.string().nullish(),
  message: z
    .object({
      content: z.string().nullish(),
      refusal: z.string().nullish(),
      tool_calls: z.array(ToolCall).nullish(),
    })
    .nullish(),
  /** OpenRouter: the upstream broke off while it was answering. */
  error: z.unknown().optional(),
});
const ChatBody = z.object({
  id: z.string().nullish().catch(undefined),
  model: z.string().nullish().catch(undefined),
  choices: z.array(Choice).nullish(),
  usage: z.unknown().optional(),
});

const UNIFIED: Readonly<Record<string, Completion["finishReason"]["unified"]>> = {
  stop: "stop",
  length: "length",
  tool_calls: "tool-calls",
  function_call: "tool-calls",
  content_filter: "refusal",
};

/**
 * Reads a chat completion. `asked` is the model's API id.
 * @throws ProviderError when it holds no answer, states an error, or comes from another model.
 */
export function readOpenAiReply(
  { body, headers, latencyMs }: Reply,
  asked: string,
  context: { readonly now: number; readonly secret: string | undefined },
): Completion {
  const parsed = ChatBody.safeParse(body);
  if (!parsed.success) {
    const path = parsed.error.issues[0]?.path.join(".") ?? "";
    throw badResponse(`the answer is not a chat completion (at "${path}")`, { latencyMs });
  }
  const { data } = parsed;
  const usage = openAiUsage(data.usage);
  const [choice] = data.choices ?? [];
  if (choice === undefined) throw badResponse("the answer has no choices", { usage, latencyMs });
  if (choice.error) throw statedFailure(choice.error, { ...context, usage, latencyMs, headers });
  const { content, refusal, tool_calls } = choice.message ?? {};
  const raw = choice.finish_reason ?? "";
  const requestId = headers.get("x-request-id") ?? data.id;
  const billed = billedUsd(data.usage);
  const completion: Completion = {
    text: content || refusal || "",
    toolCalls: (tool_calls ?? []).map(({ function: { name, arguments: written } }) => ({
      name,
      arguments: parseArguments(written),
    })),
    finishReason: { unified: refusal ? "refusal" : (UNIFIED[raw] ?? "other"), raw },
    usage,
    servedModel: data.model ?? "",
    latencyMs,
    ...(billed === undefined ? {} : { billedUsd: billed }),
    ...(requestId ? { requestId } : {}),
  };
  return acceptAnswer(completion, asked);
}

/** Arguments come as JSON in a string; the model wrote it, so it may be anything. Some local servers send the object. */
function parseArguments(written: Json | undefined): Json {
  if (typeof written !== "string") return written ?? {};
  try {
    return JSON.parse(written);
  } catch {
    return written;
  }
}

function badResponse(message: string, facts: { latencyMs: number; usage?: Completion["usage"] }): ProviderError {
  return new ProviderError(message, { reason: "bad-response", retryable: true, ...facts });
}

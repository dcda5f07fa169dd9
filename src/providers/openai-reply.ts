import { z } from "zod";
import { type Json, JsonSchema } from "../domain/json.ts";
import type { Completion } from "../domain/trial.ts";
import type { ProviderAnswer } from "../ports.ts";
import { failure, requestIdOf } from "./failure.ts";
import type { Reply } from "./http.ts";
import { statedFailure, UNREADABLE } from "./http-errors.ts";
import { readLimits } from "./rate-headers.ts";
import { acceptAnswer } from "./served.ts";
import { billedUsd, openAiUsage } from "./usage.ts";

const ToolCall = z.object({ function: z.object({ name: z.string(), arguments: JsonSchema.optional() }) });
/** Some services answer in parts, with the thinking in parts of its own kind. */
const Content = z.union([z.string(), z.array(z.looseObject({ type: z.string(), text: z.string().optional() }))]);
const Choice = z.object({
  finish_reason: z.string().nullish(),
  message: z
    .object({
      content: Content.nullish(),
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
  /** A late error: the status was sent before it was known. */
  error: z.unknown().optional(),
});

const UNIFIED: Readonly<Record<string, Completion["finishReason"]["unified"]>> = {
  stop: "stop",
  length: "length",
  tool_calls: "tool-calls",
  function_call: "tool-calls",
  content_filter: "refusal",
};

/**
 * Reads a chat completion.
 * @throws ProviderError when it holds no answer, states an error, or comes from another model.
 */
export function readOpenAiReply({ body, facts }: Reply): ProviderAnswer {
  const parsed = ChatBody.safeParse(body);
  if (!parsed.success) {
    const path = parsed.error.issues[0]?.path.join(".") ?? "";
    throw failure(`the answer for ${facts.model} is not a chat completion (at "${path}")`, UNREADABLE, facts);
  }
  const { data } = parsed;
  const usage = openAiUsage(data.usage);
  const billed = billedUsd(data.usage);
  const known = { ...facts, bodyId: data.id, billedUsd: billed };
  const charged = data.usage ? { ...known, usage } : known;
  if (data.error) throw statedFailure(body, charged);
  const [choice] = data.choices ?? [];
  if (choice === undefined) throw failure(`the answer for ${facts.model} has no choices`, UNREADABLE, charged);
  const raw = choice.finish_reason ?? "";
  if (choice.error || raw === "error") {
    throw statedFailure(choice.error ?? { message: 'finish reason "error"' }, charged, true);
  }
  const { content, refusal, tool_calls } = choice.message ?? {};
  const requestId = requestIdOf(known);
  const limits = facts.headers && readLimits(facts.headers, facts.now);
  const completion: ProviderAnswer = {
    text: textOf(content) || refusal || "",
    toolCalls: (tool_calls ?? []).map(({ function: { name, arguments: written } }) => ({
      name,
      arguments: parseArguments(written),
    })),
    finishReason: { unified: refusal ? "refusal" : (UNIFIED[raw] ?? "other"), raw },
    usage,
    servedModel: data.model ?? "",
    latencyMs: facts.latencyMs,
    ...(billed === undefined ? {} : { billedUsd: billed }),
    ...(requestId === undefined ? {} : { requestId }),
    ...(limits === undefined ? {} : { limits }),
  };
  return acceptAnswer(completion, known);
}

function textOf(content: z.infer<typeof Content> | null | undefined): string {
  if (typeof content === "string") return content;
  return (content ?? []).map(({ type, text }) => (type === "text" ? (text ?? "") : "")).join("");
}

/** Arguments come as JSON in a string; the model wrote it, so it may be anything. Some local servers send the object. */
function parseArguments(written: Json | undefined): Json {
  if (typeof written !== "string") return written ?? {};
  if (written.trim() === "") return {};
  try {
    return JSON.parse(written);
  } catch {
    return written;
  }
}

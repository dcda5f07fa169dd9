import type { Json } from "../domain/json.ts";
import type { Completion } from "../domain/trial.ts";
import type { ProviderAnswer } from "../ports.ts";
import { failure, requestIdOf } from "./failure.ts";
import { Reading, textOf } from "./fields.ts";
import type { Reply } from "./http.ts";
import { statedFailure, UNREADABLE } from "./http-errors.ts";
import { readLimits } from "./rate-headers.ts";
import { acceptAnswer } from "./served.ts";
import { billedUsd, openAiUsage } from "./usage.ts";

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
  const usage = openAiUsage(body.usage);
  const billed = billedUsd(body.usage);
  const known = { ...facts, bodyId: textOf(body.id), billedUsd: billed };
  const charged = body.usage ? { ...known, usage } : known;
  // It may come late: the status was sent before it was known.
  if (body.error) throw statedFailure(body, charged);
  const read = new Reading((path) =>
    failure(`the answer for ${facts.model} is not a chat completion (at "${path}")`, UNREADABLE, facts),
  );
  const [first] = read.list(body.choices ?? [], "choices");
  if (first === undefined) throw failure(`the answer for ${facts.model} has no choices`, UNREADABLE, charged);
  const choice = read.fields(first, "choices.0");
  const raw = read.text(choice.finish_reason ?? "", "choices.0.finish_reason");
  // OpenRouter: the upstream broke off while it was answering.
  if (choice.error || raw === "error") {
    throw statedFailure(choice.error ?? { message: 'finish reason "error"' }, charged, true);
  }
  const message = read.fields(choice.message ?? {}, "choices.0.message");
  const refusal = read.text(message.refusal ?? "", "choices.0.message.refusal");
  const requestId = requestIdOf(known);
  const limits = facts.headers && readLimits(facts.headers, facts.now);
  const completion: ProviderAnswer = {
    text: contentOf(message.content ?? "", read) || refusal,
    toolCalls: toolCallsOf(message.tool_calls ?? [], read),
    finishReason: { unified: refusal !== "" ? "refusal" : (UNIFIED[raw] ?? "other"), raw },
    usage,
    servedModel: textOf(body.model) ?? "",
    latencyMs: facts.latencyMs,
    ...(billed === undefined ? {} : { billedUsd: billed }),
    ...(requestId === undefined ? {} : { requestId }),
    ...(limits === undefined ? {} : { limits }),
  };
  return acceptAnswer(completion, known);
}

/** Some services answer in parts, with the thinking in parts of its own kind. */
function contentOf(content: unknown, read: Reading): string {
  const path = "choices.0.message.content";
  if (typeof content === "string") return content;
  return read
    .list(content, path)
    .map((part) => {
      const { type, text } = read.fields(part, path);
      return read.text(type, path) === "text" ? read.text(text ?? "", path) : "";
    })
    .join("");
}

function toolCallsOf(calls: unknown, read: Reading): Completion["toolCalls"] {
  return read.list(calls, "choices.0.message.tool_calls").map((call, at) => {
    const path = `choices.0.message.tool_calls.${at}`;
    const { name, arguments: written } = read.fields(read.fields(call, path).function, `${path}.function`);
    return { name: read.text(name, `${path}.function.name`), arguments: parseArguments(written as Json | undefined) };
  });
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

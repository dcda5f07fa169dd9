import { CONTRACT_KEY, CONTRACT_NOW, type Scene } from "./contract.ts";
import type { ScriptedReply } from "./http.testing.ts";

const USAGE = {
  input_tokens: 12,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 0,
  cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
  output_tokens: 3,
  output_tokens_details: null,
  service_tier: "standard",
};
const BERLIN = { type: "text", text: "Berlin.", citations: null };

/** A message as Anthropic sends it, trimmed. For tests. */
export function anthropicMessage(changes: {
  readonly content?: readonly object[];
  readonly stop?: string;
  readonly usage?: object;
  readonly model?: string;
}): ScriptedReply {
  return {
    headers: { "request-id": "req_011CSHoEeqs5C35K2UUqR7Fy" },
    body: {
      id: "msg_013Zva2CMHLNnXjNJJKqJ2EF",
      type: "message",
      role: "assistant",
      model: changes.model ?? "asked-1",
      content: changes.content ?? [BERLIN],
      stop_reason: changes.stop ?? "end_turn",
      stop_sequence: null,
      stop_details: null,
      usage: changes.usage ?? USAGE,
    },
  };
}

function failure(status: number, type: string, message: string, headers: Record<string, string> = {}): ScriptedReply {
  const body = { type: "error", error: { type, message }, request_id: "req_err" };
  return { status, headers: { "request-id": "req_err", ...headers }, body };
}

const LIMIT = [429, "rate_limit_error", "This request would exceed your organization's rate limit."] as const;
const TOOL_USE = { type: "tool_use", id: "toolu_1", name: "get_weather", input: { city: "Berlin", days: 2 } };

/** What an Anthropic-like server says in each scene of the contract. */
export const ANTHROPIC_SCENES: Readonly<Record<Exclude<Scene, "silence" | "connection refused">, ScriptedReply>> = {
  plain: anthropicMessage({}),
  "tool call": anthropicMessage({ content: [TOOL_USE], stop: "tool_use" }),
  "text and a tool call": anthropicMessage({
    content: [{ type: "text", text: "Let me look.", citations: null }, TOOL_USE],
    stop: "tool_use",
  }),
  "cached prompt": anthropicMessage({ usage: { ...USAGE, input_tokens: 40, cache_read_input_tokens: 1_000 } }),
  reasoning: anthropicMessage({
    content: [{ type: "thinking", thinking: "Germany: Berlin.", signature: "EqQB" }, BERLIN],
    usage: { ...USAGE, output_tokens: 203, output_tokens_details: { thinking_tokens: 200 } },
  }),
  "cut short": anthropicMessage({
    content: [{ type: "text", text: "Berlin is", citations: null }],
    stop: "max_tokens",
  }),
  "cut short before the first word": anthropicMessage({ content: [], stop: "model_context_window_exceeded" }),
  refusal: anthropicMessage({
    content: [{ type: "text", text: "I can't help with that.", citations: null }],
    stop: "refusal",
  }),
  "dated model": anthropicMessage({ model: "asked-1-20251001" }),
  "wrong key": failure(401, "authentication_error", `invalid x-api-key ${CONTRACT_KEY}`),
  forbidden: failure(403, "permission_error", "Your API key does not have permission to use the specified resource."),
  "unknown model": failure(404, "not_found_error", "model: asked-1"),
  "bad request": failure(400, "invalid_request_error", `max_tokens: ${"x".repeat(400)}`),
  "rate limit": failure(...LIMIT),
  "rate limit with seconds": failure(...LIMIT, { "retry-after": "7" }),
  "rate limit with a date": failure(...LIMIT, { "retry-after": new Date(CONTRACT_NOW + 30_000).toUTCString() }),
  "server error": failure(500, "api_error", "Internal server error"),
  overload: failure(529, "overloaded_error", "Overloaded"),
  "gateway timeout": failure(504, "timeout_error", "Request timed out"),
  "error in 200": { ...failure(500, "overloaded_error", "Overloaded"), status: 200 },
  "rate limit in 200": { ...failure(...LIMIT), status: 200 },
  "not JSON": { body: '{"id":"msg_1","content":[' },
  "a web page": { headers: { "content-type": "text/html" }, body: "<html>Sign in to the hotel's network</html>" },
  "not an answer": { body: { id: "msg_1", type: "message", model: "asked-1", content: "Berlin." } },
  "empty answer": anthropicMessage({ content: [], usage: { ...USAGE, output_tokens: 0 } }),
  "another model": anthropicMessage({ model: "asked-2" }),
};

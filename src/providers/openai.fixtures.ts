import { CONTRACT_KEY, CONTRACT_NOW, type Scene } from "./contract.ts";
import type { ScriptedReply } from "./http.testing.ts";

const USAGE = {
  prompt_tokens: 12,
  completion_tokens: 3,
  total_tokens: 15,
  prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
  completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0, accepted_prediction_tokens: 0 },
};

/** A chat completion as OpenAI sends it, trimmed. For tests. */
export function chatCompletion(changes: {
  readonly message?: object;
  readonly finish?: string;
  readonly usage?: object;
  readonly model?: string;
}): ScriptedReply {
  return {
    headers: { "x-request-id": "req_7f3a" },
    body: {
      id: "chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT",
      object: "chat.completion",
      created: 1_793_534_400,
      model: changes.model ?? "asked-1",
      choices: [
        {
          index: 0,
          message: { role: "assistant", content: "Berlin.", refusal: null, annotations: [], ...changes.message },
          logprobs: null,
          finish_reason: changes.finish ?? "stop",
        },
      ],
      usage: changes.usage ?? USAGE,
      service_tier: "default",
    },
  };
}

function failure(status: number, error: object, headers: Record<string, string> = {}): ScriptedReply {
  return { status, headers: { "x-request-id": "req_err", ...headers }, body: { error } };
}

const LIMIT = {
  message: "Rate limit reached for requests",
  type: "requests",
  param: null,
  code: "rate_limit_exceeded",
};
const TOOL_CALLS = [
  { id: "call_1", type: "function", function: { name: "get_weather", arguments: '{"city":"Berlin","days":2}' } },
];
const BUSY = { message: "The server had an error while processing your request.", type: "server_error", code: null };

/** What an OpenAI-like server says in each scene of the contract. */
export const OPENAI_SCENES: Readonly<Record<Exclude<Scene, "silence" | "connection refused">, ScriptedReply>> = {
  plain: chatCompletion({}),
  "tool call": chatCompletion({ message: { content: null, tool_calls: TOOL_CALLS }, finish: "tool_calls" }),
  "text and a tool call": chatCompletion({
    message: { content: "Let me look.", tool_calls: TOOL_CALLS },
    finish: "tool_calls",
  }),
  "cached prompt": chatCompletion({
    usage: { ...USAGE, prompt_tokens: 1_040, total_tokens: 1_043, prompt_tokens_details: { cached_tokens: 1_000 } },
  }),
  reasoning: chatCompletion({
    usage: {
      ...USAGE,
      completion_tokens: 203,
      total_tokens: 215,
      completion_tokens_details: { reasoning_tokens: 200 },
    },
  }),
  "cut short": chatCompletion({ message: { content: "Berlin is" }, finish: "length" }),
  "cut short before the first word": chatCompletion({ message: { content: "" }, finish: "length" }),
  refusal: chatCompletion({ message: { content: null, refusal: "I can't help with that." } }),
  "dated model": chatCompletion({ model: "asked-1-2024-08-06" }),
  "wrong key": failure(401, {
    message: `Incorrect API key provided: ${CONTRACT_KEY}. You can find your API key in the dashboard.`,
    type: "invalid_request_error",
    code: "invalid_api_key",
  }),
  forbidden: failure(403, { message: "Country, region, or territory not supported", type: "request_forbidden" }),
  "unknown model": failure(404, { message: "The model `asked-1` does not exist", code: "model_not_found" }),
  "bad request": failure(400, { message: `Unsupported value: ${"x".repeat(400)}`, type: "invalid_request_error" }),
  "rate limit": failure(429, LIMIT),
  "rate limit with seconds": failure(429, LIMIT, { "retry-after": "7" }),
  "rate limit with a date": failure(429, LIMIT, { "retry-after": new Date(CONTRACT_NOW + 30_000).toUTCString() }),
  "server error": failure(500, BUSY),
  overload: failure(529, BUSY),
  "gateway timeout": { status: 504, headers: { "content-type": "text/html" }, body: "<html>\n<h1>504</h1>\n</html>" },
  "error in 200": {
    body: { error: { code: 502, message: "Provider returned error", metadata: { raw: "upstream reset" } } },
  },
  "rate limit in 200": { body: { error: { code: 429, message: "Provider is rate limited" } } },
  "not JSON": { body: '{"id":"chatcmpl-1","choices":[' },
  "a web page": { headers: { "content-type": "text/html" }, body: "<html>Sign in to the hotel's network</html>" },
  "not an answer": { body: { id: "chatcmpl-1", object: "chat.completion", model: "asked-1", choices: [] } },
  "empty answer": chatCompletion({
    message: { content: "" },
    usage: { ...USAGE, completion_tokens: 0, total_tokens: 12 },
  }),
  "another model": chatCompletion({ model: "asked-2" }),
};

import { createRequire } from "node:module";
import type OpenAI from "openai";
import type { ChatCompletionCreateParamsNonStreaming } from "openai/resources/chat/completions";
import type { Clock, Provider, ProviderRequest } from "../ports.ts";
import { exchange, NO_SDK_TIMEOUT } from "./http.ts";
import { type Fetch, lineOf } from "./http-line.ts";
import { readOpenAiReply } from "./openai-reply.ts";
import { preparedOnce } from "./sdk-request.ts";
import { VENDOR_URL } from "./vendors.ts";

export interface OpenAiOptions {
  /** Undefined for a local server that needs none. */
  readonly apiKey: string | undefined;
  /** Everything up to `/chat/completions`. Left out, it is OpenAI itself, whatever the environment says. */
  readonly baseURL?: string | undefined;
  readonly fetch: Fetch;
  readonly clock: Clock;
  /** The field that carries `maxTokens`. By default the new one for OpenAI, the old one for any other base URL. */
  readonly tokenField?: "max_completion_tokens" | "max_tokens" | undefined;
}

/** The OpenAI dialect: OpenAI, OpenRouter, Gemini, Moonshot, local servers. Loads the SDK on its first call. */
export function createOpenAiProvider(options: OpenAiOptions): Provider {
  const { clock, apiKey } = options;
  const tokenField = options.tokenField ?? (options.baseURL === undefined ? "max_completion_tokens" : "max_tokens");
  const { host } = new URL(options.baseURL ?? VENDOR_URL.openai);
  // Said with every call: it goes before all that the SDK finds in the environment.
  const headers = { authorization: apiKey === undefined ? null : `Bearer ${apiKey}` };
  let client: OpenAI | undefined;
  return {
    async complete(request) {
      client ??= connectOpenAi(options);
      const sdk = client;
      const body = openAiBody(request, tokenField);
      const reply = await exchange(
        () => sdk.post("/chat/completions", { body, signal: request.signal, headers }).asResponse(),
        {
          signal: request.signal,
          clock,
          secret: apiKey,
          model: request.model.model,
          host,
        },
      );
      return readOpenAiReply(reply);
    },
  };
}

/** Loads the SDK. It sends nothing that it finds in the environment. */
export function connectOpenAi({ apiKey, baseURL = VENDOR_URL.openai, fetch }: OpenAiOptions): OpenAI {
  // As CommonJS its two hundred modules take a quarter less time to load.
  const { OpenAI } = createRequire(import.meta.url)("openai/client") as typeof import("openai/client");
  const client = new OpenAI({
    baseURL,
    // The SDK insists on a key; the header it makes of it goes out nowhere.
    apiKey: apiKey ?? "none",
    fetch: lineOf(fetch),
    maxRetries: 0,
    timeout: NO_SDK_TIMEOUT,
    logLevel: "off",
    // Undefined would let the SDK read the environment and send OpenAI's account to other vendors.
    organization: null,
    project: null,
    adminAPIKey: null,
    webhookSecret: null,
  });
  return preparedOnce(client);
}

function openAiBody(
  { model, messages, tools, params, jsonSchema }: ProviderRequest,
  tokenField: "max_completion_tokens" | "max_tokens",
): ChatCompletionCreateParamsNonStreaming {
  const { maxTokens, temperature, topP, reasoningEffort, extra } = params;
  return {
    model: model.model,
    messages: messages.map(({ role, content }) => ({ role, content })),
    ...(maxTokens === undefined ? {} : { [tokenField]: maxTokens }),
    ...(temperature === undefined ? {} : { temperature }),
    ...(topP === undefined ? {} : { top_p: topP }),
    ...(reasoningEffort === undefined ? {} : { reasoning_effort: reasoningEffort }),
    ...(tools.length === 0 ? {} : { tools: tools.map((tool) => ({ type: "function", function: { ...tool } })) }),
    ...(jsonSchema === undefined
      ? {}
      : {
          response_format: { type: "json_schema", json_schema: { name: "answer", schema: jsonSchema, strict: true } },
        }),
    ...extra,
  };
}

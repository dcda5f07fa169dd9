import { createRequire } from "node:module";
import type Anthropic from "@anthropic-ai/sdk";
import type { MessageCreateParamsNonStreaming } from "@anthropic-ai/sdk/resources/messages";
import type { Params } from "../domain/model.ts";
import type { Clock, Provider, ProviderRequest } from "../ports.ts";
import { readAnthropicReply } from "./anthropic-reply.ts";
import { exchange, NO_SDK_TIMEOUT } from "./http.ts";
import { type Fetch, lineOf } from "./http-line.ts";
import { preparedOnce } from "./sdk-request.ts";
import { VENDOR_URL } from "./vendors.ts";

export interface AnthropicOptions {
  /** Undefined for a local server that needs none. */
  readonly apiKey: string | undefined;
  /** Everything up to `/v1/messages`. Left out, it is Anthropic itself, whatever the environment says. */
  readonly baseURL?: string | undefined;
  readonly fetch: Fetch;
  readonly clock: Clock;
}

/** The API wants a limit; the budget reserves as much where a model states none. */
const DEFAULT_MAX_TOKENS = 4_096;

/** The Anthropic dialect. Loads the SDK on its first call. */
export function createAnthropicProvider(options: AnthropicOptions): Provider {
  const { clock, apiKey } = options;
  const { host } = new URL(options.baseURL ?? VENDOR_URL.anthropic);
  // Said with every call: it goes before all that the SDK finds in the environment.
  const headers = { authorization: apiKey === undefined ? null : `Bearer ${apiKey}` };
  let client: Anthropic | undefined;
  return {
    async complete(request) {
      client ??= connect(options);
      const sdk = client;
      const body = anthropicBody(request);
      // Not messages.create(): for a model about to retire it writes a warning to the console on every call.
      const reply = await exchange(
        () => sdk.post("/v1/messages", { body, signal: request.signal, headers }).asResponse(),
        {
          signal: request.signal,
          clock,
          secret: apiKey,
          model: request.model.model,
          host,
        },
      );
      return readAnthropicReply(reply);
    },
  };
}

function connect({ apiKey, baseURL = VENDOR_URL.anthropic, fetch }: AnthropicOptions): Anthropic {
  // As CommonJS its two hundred modules take a quarter less time to load.
  const { Anthropic } = createRequire(import.meta.url)(
    "@anthropic-ai/sdk/client",
  ) as typeof import("@anthropic-ai/sdk/client");
  const client = new Anthropic({
    baseURL,
    // Without one, the SDK would look for credentials on the machine.
    apiKey: apiKey ?? "none",
    fetch: lineOf(fetch),
    maxRetries: 0,
    timeout: NO_SDK_TIMEOUT,
    logLevel: "off",
    openTelemetry: false,
    webhookKey: null,
  });
  return preparedOnce(client);
}

function anthropicBody({
  model,
  messages,
  tools,
  params,
  jsonSchema,
}: ProviderRequest): MessageCreateParamsNonStreaming {
  const system = messages.filter(({ role }) => role === "system").map(({ content }) => content);
  const { effort, thinking } = effortOf(params.reasoningEffort);
  const output = {
    ...(effort === undefined ? {} : { effort }),
    ...(jsonSchema === undefined ? {} : { format: { type: "json_schema" as const, schema: jsonSchema } }),
  };
  return {
    model: model.model,
    max_tokens: params.maxTokens ?? DEFAULT_MAX_TOKENS,
    ...(system.length === 0 ? {} : { system: system.join("\n\n") }),
    messages: messages.filter(({ role }) => role !== "system"),
    ...(thinking === undefined ? {} : { thinking: { type: thinking } }),
    ...(Object.keys(output).length === 0 ? {} : { output_config: output }),
    ...(tools.length === 0
      ? {}
      : {
          tools: tools.map(({ name, description, parameters }) => ({
            name,
            description,
            input_schema: { ...parameters, type: "object" as const },
          })),
        }),
    ...params.extra,
  };
}

/**
 * Effort in this dialect is two things: how much the model may think, and how many words it spends in all.
 * `none` only forbids thinking; `minimal` forbids it and asks for few words.
 */
function effortOf(effort: Params["reasoningEffort"]): {
  effort?: "low" | "medium" | "high";
  thinking?: "adaptive" | "disabled";
} {
  if (effort === undefined) return {};
  if (effort === "none") return { thinking: "disabled" };
  if (effort === "minimal") return { thinking: "disabled", effort: "low" };
  return { thinking: "adaptive", effort };
}

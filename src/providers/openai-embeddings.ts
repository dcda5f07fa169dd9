import { z } from "zod";
import type { Provider } from "../ports.ts";
import { failure } from "./failure.ts";
import { exchange } from "./http.ts";
import { UNREADABLE } from "./http-errors.ts";
import { connectOpenAi, type OpenAiOptions } from "./openai.ts";
import { acceptAnswer } from "./served.ts";
import { VENDOR_URL } from "./vendors.ts";

const Body = z.object({
  model: z.string().nullish().catch(undefined),
  data: z.array(z.object({ embedding: z.array(z.number()).min(1) })).min(1),
  usage: z.object({ prompt_tokens: z.number().int().nonnegative() }).nullish().catch(undefined),
});

/**
 * Embeddings in the OpenAI dialect, for one text a call: the content of the last message. The text of the answer is the
 * vector as JSON, so that retries, limits and bills are those of any other call.
 */
export function createEmbeddingProvider(options: OpenAiOptions): Provider {
  const { clock, apiKey } = options;
  const { host } = new URL(options.baseURL ?? VENDOR_URL.openai);
  const headers = { authorization: apiKey === undefined ? null : `Bearer ${apiKey}` };
  let client: ReturnType<typeof connectOpenAi> | undefined;
  return {
    async complete({ model, messages, signal }) {
      client ??= connectOpenAi(options);
      const { embeddings } = client;
      const body = { model: model.model, input: messages.at(-1)?.content ?? "", encoding_format: "float" as const };
      const send = () => embeddings.create(body, { signal, headers }).asResponse();
      const context = { signal, clock, secret: apiKey, model: model.model, host };
      const { body: reply, facts } = await exchange(send, context);
      const parsed = Body.safeParse(reply);
      if (!parsed.success) throw failure(`the answer of ${model.model} holds no embedding`, UNREADABLE, facts);
      const { data, usage } = parsed.data;
      const completion = {
        text: JSON.stringify(data[0]?.embedding),
        toolCalls: [],
        finishReason: { unified: "stop" as const, raw: "stop" },
        usage: usage ? { freshInput: usage.prompt_tokens, visibleOutput: 0 } : {},
        servedModel: parsed.data.model ?? "",
        latencyMs: facts.latencyMs,
      };
      return acceptAnswer(completion, facts);
    },
  };
}

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";

interface ChatBody {
  readonly model: string;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
}

export interface Answering {
  /** Milliseconds before the answer. */
  readonly delayMs?: number;
  /** The answer's text, or a status to fail with. */
  readonly answer: (
    question: string,
    model: string,
    headers: IncomingMessage["headers"],
  ) => string | { status: number; message: string };
}

export interface ChatServer {
  readonly url: string;
  /** Finished and running calls by `model question`. */
  readonly calls: ReadonlyMap<string, number>;
  readonly total: () => number;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A server on loopback that speaks the OpenAI dialect and counts what it is asked. */
export async function startChatServer({ delayMs = 0, answer }: Answering): Promise<ChatServer> {
  const calls = new Map<string, number>();
  const server = createServer((request, response) => {
    void respond(request, response);
  });
  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = JSON.parse(Buffer.concat(chunks).toString("utf8")) as ChatBody;
    const question = body.messages.at(-1)?.content ?? "";
    const key = `${body.model} ${question}`;
    calls.set(key, (calls.get(key) ?? 0) + 1);
    if (delayMs > 0) await wait(delayMs);
    const said = answer(question, body.model, request.headers);
    response.setHeader("content-type", "application/json");
    if (typeof said !== "string") {
      response.statusCode = said.status;
      response.end(JSON.stringify({ error: { message: said.message, type: "error", code: null } }));
      return;
    }
    const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };
    const message = { role: "assistant", content: said, refusal: null };
    const choices = [{ index: 0, finish_reason: "stop", logprobs: null, message }];
    response.end(
      JSON.stringify({ id: "chat-1", object: "chat.completion", created: 1, model: body.model, choices, usage }),
    );
  }
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    calls,
    total: () => [...calls.values()].reduce((sum, count) => sum + count, 0),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

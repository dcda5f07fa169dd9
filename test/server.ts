import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";

interface ChatBody {
  readonly model: string;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
}

/** Ways to fail that a status does not say. */
export type Fault =
  | "hang"
  | "reset"
  | "truncated body"
  | "cut stream"
  | "invalid JSON"
  | "not JSON at all"
  | "empty completion"
  | "wrong model"
  | "error in a 200";

/** The answer's text; a status to fail with; or another way to fail. */
export type Said =
  | string
  | { readonly status: number; readonly message: string; readonly headers?: Readonly<Record<string, string>> }
  | { readonly fault: Fault };

export interface Answering {
  /** Milliseconds before the answer. */
  readonly delayMs?: number;
  readonly answer: (question: string, model: string, headers: IncomingMessage["headers"]) => Said;
}

export interface ChatServer {
  /** Up to `/chat/completions`. */
  readonly url: string;
  /** Up to `/v1/messages`. */
  readonly anthropicUrl: string;
  /** Finished and running calls by `model question`. */
  readonly calls: ReadonlyMap<string, number>;
  readonly total: () => number;
  /** Calls in flight at the busiest moment. */
  readonly mostAtOnce: () => number;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A server on loopback that speaks both dialects, fails as it is told, and counts what it is asked. */
export async function startChatServer({ delayMs = 0, answer }: Answering): Promise<ChatServer> {
  const calls = new Map<string, number>();
  let running = 0;
  let most = 0;
  const server = createServer((request, response) => {
    void respond(request, response);
  });
  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    running += 1;
    most = Math.max(most, running);
    response.once("close", () => {
      running -= 1;
    });
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = JSON.parse(Buffer.concat(chunks).toString("utf8")) as ChatBody;
    const question = body.messages.at(-1)?.content ?? "";
    const key = `${body.model} ${question}`;
    calls.set(key, (calls.get(key) ?? 0) + 1);
    if (delayMs > 0) await wait(delayMs);
    const speak = request.url?.endsWith("/messages") ? anthropic : openai;
    send(response, speak(answer(question, body.model, request.headers), body.model));
  }
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    anthropicUrl: `http://127.0.0.1:${port}`,
    calls,
    total: () => [...calls.values()].reduce((sum, count) => sum + count, 0),
    mostAtOnce: () => most,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: object;
  readonly fault?: Fault;
}

function send(response: ServerResponse, { status, headers, body, fault }: Reply): void {
  const text = fault === "not JSON at all" ? "<html><title>Hotel network</title></html>" : JSON.stringify(body);
  const half = text.slice(0, text.length / 2);
  if (fault === "hang") return;
  if (fault === "reset") {
    response.socket?.resetAndDestroy();
    return;
  }
  const type = fault === "not JSON at all" ? "text/html" : "application/json";
  const length = fault === "truncated body" ? { "content-length": Buffer.byteLength(text) } : {};
  response.writeHead(status, { "content-type": type, "x-request-id": "req_server", ...length, ...headers });
  // Ended by the line, not by the protocol.
  if (fault === "truncated body" || fault === "cut stream") response.write(half, () => response.socket?.destroy());
  else response.end(fault === "invalid JSON" ? half : text);
}

function openai(said: Said, asked: string): Reply {
  const failed = typeof said === "object" && "status" in said;
  if (failed) return { ...said, body: { error: { message: said.message, type: "error", code: null } } };
  const fault = typeof said === "object" ? said.fault : undefined;
  if (fault === "error in a 200") {
    return { status: 200, body: { error: { code: 502, message: "Provider returned error" } } };
  }
  const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };
  const content = fault === "empty completion" ? "" : typeof said === "string" ? said : "yes";
  const message = { role: "assistant", content, refusal: null };
  const choices = [{ index: 0, finish_reason: "stop", logprobs: null, message }];
  const model = fault === "wrong model" ? "another-model" : asked;
  const body = { id: "chat-1", object: "chat.completion", created: 1, model, choices, usage };
  return { status: 200, body, ...(fault === undefined ? {} : { fault }) };
}

function anthropic(said: Said, asked: string): Reply {
  const failed = typeof said === "object" && "status" in said;
  if (failed) return { ...said, body: { type: "error", error: { type: "error", message: said.message } } };
  const fault = typeof said === "object" ? said.fault : undefined;
  if (fault === "error in a 200") {
    return { status: 200, body: { type: "error", error: { type: "overloaded_error", message: "Overloaded" } } };
  }
  const text = typeof said === "string" ? said : "yes";
  const content = fault === "empty completion" ? [] : [{ type: "text", text, citations: null }];
  const model = fault === "wrong model" ? "another-model" : asked;
  const usage = { input_tokens: 10, output_tokens: 5 };
  const body = { id: "msg_1", type: "message", role: "assistant", model, content, stop_reason: "end_turn", usage };
  return { status: 200, body, ...(fault === undefined ? {} : { fault }) };
}

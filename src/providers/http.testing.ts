import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

/** What the server answers: JSON, or a text as it is. */
export interface ScriptedReply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** What a client sent. */
export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Record<string, unknown>;
}

export interface ScriptedServer {
  readonly url: string;
  readonly received: Received[];
  /** Answers every request from now on; "silence" never answers. */
  script(reply: ScriptedReply | "silence"): void;
  /** Resolves when the next request has been read. */
  nextRequest(): Promise<Received>;
  /** Cuts every open connection. */
  dropConnections(): void;
  close(): Promise<void>;
}

/** A real HTTP server on a free port of 127.0.0.1. For tests. */
export async function startScriptedServer(): Promise<ScriptedServer> {
  const received: Received[] = [];
  const waiting: ((request: Received) => void)[] = [];
  let reply: ScriptedReply | "silence" = "silence";
  const server = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += String(chunk);
    const seen = { path: request.url ?? "", headers: request.headers, body: JSON.parse(text) };
    received.push(seen);
    for (const resolve of waiting.splice(0)) resolve(seen);
    if (reply === "silence") return;
    const { status = 200, headers = {}, body } = reply;
    // Tests set the clock: the server must not state another time.
    response.sendDate = false;
    response.writeHead(status, { "content-type": "application/json", ...headers });
    const out = typeof body === "string" ? body : JSON.stringify(body);
    // A script that announces more than it has leaves the client waiting.
    if ("content-length" in headers) response.write(out);
    else response.end(out);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    script: (next) => {
      reply = next;
    },
    nextRequest: () => new Promise((resolve) => waiting.push(resolve)),
    dropConnections: () => server.closeAllConnections(),
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

import { randomBytes, timingSafeEqual } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { UserError } from "../errors.ts";
import { type LabelSession, SaidSchema } from "./label-session.ts";

/** A page for one labeller, on this machine alone. */
export interface LabelServer {
  /** With a token that nobody can guess: without it every request is refused. */
  readonly url: string;
  close(): Promise<void>;
}

// The page runs no code and no style but its own, loads nothing, and cannot be framed or sent anywhere.
const HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "cache-control": "no-store",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};
const FILES: Readonly<Record<string, readonly [file: string, type: string]>> = {
  "": ["page.html", "text/html; charset=utf-8"],
  "page.js": ["page.js", "text/javascript; charset=utf-8"],
  "page.css": ["page.css", "text/css; charset=utf-8"],
};
const LARGEST_BODY = 16_384;

/** @param port 0 for any that is free. @throws UserError where it is taken */
export async function startLabelServer(session: LabelSession, port = 0): Promise<LabelServer> {
  const token = randomBytes(24).toString("base64url");
  const server = createServer((request, response) => {
    answer(request, response).catch(() => send(response, 500, "Something went wrong."));
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const own = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    // A page elsewhere can point a name of its own at this address: the browser then sends that name.
    const isOwn = request.headers.host === own && [undefined, `http://${own}`].includes(request.headers.origin);
    const [, given = "", path = "", ...rest] = (request.url ?? "").split("?")[0]?.split("/") ?? [];
    if (!isOwn || !sameText(given, token) || rest.length > 0) return send(response, 404, "Not here.");
    if (request.method === "GET") {
      if (path === "next") return sendJson(response, 200, session.view());
      const [file, type] = Object.hasOwn(FILES, path) ? (FILES[path] ?? []) : [];
      if (file === undefined || type === undefined) return send(response, 404, "Not here.");
      return send(response, 200, readFileSync(new URL(`label-page/${file}`, import.meta.url), "utf8"), type);
    }
    if (request.method !== "POST" || request.headers["content-type"] !== "application/json") {
      return send(response, 405, "Not like this.");
    }
    const body = await bodyOf(request);
    if (path === "undo") return sendJson(response, session.undo() ? 200 : 409, session.view());
    const said = SaidSchema.safeParse(body);
    if (path !== "say" || !said.success) return send(response, 400, "Not understood.");
    sendJson(response, session.say(said.data) ? 200 : 409, session.view());
  }

  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const what = `The page cannot be served on port ${port} (${error.code}).`;
      reject(new UserError({ where: "--port", what, remedy: "Name another port, or none." }));
    });
    server.listen(port, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/${token}/`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function sameText(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > LARGEST_BODY) return undefined;
    chunks.push(chunk as Buffer);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch {
    return undefined;
  }
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  send(response, status, JSON.stringify(value), "application/json; charset=utf-8");
}

function send(response: ServerResponse, status: number, text: string, type = "text/plain; charset=utf-8"): void {
  response.writeHead(status, { ...HEADERS, "content-type": type });
  response.end(text);
}

import { createServer, type Server, type ServerResponse } from "node:http";
import { type AddressInfo, createServer as createRawServer, type Server as RawServer, type Socket } from "node:net";
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { afterEach, describe, expect, it, vi } from "vitest";
import { lineCodeOf } from "./http-line.ts";
import { createLeanFetch } from "./lean-fetch.ts";
import { MOST_BODY_BYTES } from "./lean-response.ts";

const fetch = createLeanFetch();
const open: (Server | RawServer)[] = [];
const sockets: Socket[] = [];

async function listen(server: Server | RawServer): Promise<string> {
  open.push(server);
  server.on("connection", (socket: Socket) => sockets.push(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Sends these bytes to whoever asks, and then ends the connection, or breaks or keeps it. */
const raw = (bytes: string, then: "end" | "break" | "keep" = "end") =>
  listen(
    createRawServer((socket) => {
      socket.on("error", () => {});
      socket.once("data", () => {
        socket.write(bytes, () => {
          if (then === "end") socket.end();
          if (then === "break") socket.resetAndDestroy();
        });
      });
    }),
  );

const post = (url: string, init: RequestInit = {}) => fetch(url, { method: "POST", body: "{}", ...init });
const codeOf = (call: Promise<unknown>) => call.then(() => "none", lineCodeOf);

describe("the lean fetch", () => {
  afterEach(() => {
    for (const server of open.splice(0)) server.close();
    for (const socket of sockets.splice(0)) socket.destroy();
  });

  it("sends method, path, headers and body, and reads status, headers and body", async () => {
    const url = await listen(
      createServer(async (request, response) => {
        let body = "";
        for await (const chunk of request) body += String(chunk);
        const { method, url: path, headers } = request;
        response.writeHead(201, { "content-type": "application/json", "X-Twice": ["a", "b"] });
        response.end(JSON.stringify({ method, path, body, key: headers["x-key"], length: headers["content-length"] }));
      }),
    );
    const response = await post(`${url}/v1/chat?a=1`, { body: '{"say":"ä"}', headers: { "X-Key": "k" } });
    expect(response.ok).toBe(true);
    expect(response.status).toBe(201);
    expect(response.url).toBe(`${url}/v1/chat?a=1`);
    expect(response.headers.get("X-TWICE")).toBe("a, b");
    expect(response.headers.get("x-none")).toBeNull();
    expect([...response.headers].map(([name]) => name)).toContain("content-type");
    expect(await response.json()).toEqual({
      method: "POST",
      path: "/v1/chat?a=1",
      body: '{"say":"ä"}',
      key: "k",
      length: "12",
    });
  });

  it("keeps its connections, one for each call in flight", async () => {
    const url = await listen(createServer((_request, response) => void setTimeout(() => response.end("{}"), 5)));
    const own = createLeanFetch();
    const both = () => Promise.all([1, 2].map(async () => (await own(url, { method: "POST", body: "{}" })).text()));
    await both();
    await both();
    expect(sockets).toHaveLength(2);
  });

  it("gives an answer that is here to a caller who stops waiting while others are handed on", async () => {
    const waiting: ServerResponse[] = [];
    const url = await listen(
      createServer((_request, response) => {
        waiting.push(response);
        if (waiting.length === 2) for (const one of waiting) one.end("{}");
      }),
    );
    const own = createLeanFetch();
    const calls = [0, 1].map(() => new AbortController());
    const read: string[] = [];
    const asked = calls.map(async ({ signal }, index) => {
      const text = await (await own(url, { method: "POST", body: "{}", signal })).text();
      // The first one handed on ends the other's patience.
      calls[1 - index]?.abort(new Error("too late"));
      read.push(text);
    });
    await Promise.all(asked);
    expect(read).toEqual(["{}", "{}"]);
  });

  it("sends the call that follows an answer before it hands on the next answer", async () => {
    const log: string[] = [];
    const waiting: ServerResponse[] = [];
    const url = await listen(
      createServer((request, response) => {
        log.push(`sent ${request.url}`);
        waiting.push(response);
        // The first three are answered together.
        if (waiting.length === 3) for (const one of waiting) one.end("{}");
        if (waiting.length > 3) response.end("{}");
      }),
    );
    const own = createLeanFetch();
    const call = (path: string) => own(`${url}${path}`, { method: "POST", body: "{}" });
    const lane = async (name: string) => {
      await call(`/${name}1`);
      // Longer than all else in this test takes: as an answer that is scored.
      const until = performance.now() + 5;
      while (performance.now() < until);
      log.push(`read ${name}`);
      await call(`/${name}2`);
    };
    await Promise.all(["a", "b", "c"].map(lane));
    const order = log.slice(3).map((line) => line.replace("/", ""));
    expect(order).toEqual(["read a", "sent a2", "read b", "sent b2", "read c", "sent c2"]);
  });

  it.each([
    ["of known length", 'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{"a":"b"}'],
    ["in chunks", 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\n{"a"\r\n5\r\n:"b"}\r\n0\r\n\r\n'],
    ["up to the connection's end", 'HTTP/1.1 200 OK\r\n\r\n{"a":"b"}'],
    ["after an early hint", 'HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{"a":"b"}'],
    ["behind a byte order mark", 'HTTP/1.1 200 OK\r\n\r\n\uFEFF{"a":"b"}'],
  ])("reads a body %s", async (_name, bytes) => {
    expect(await (await post(await raw(bytes))).json()).toEqual({ a: "b" });
  });

  it("joins characters that the line has cut in two", async () => {
    const text = "ä".repeat(200_000);
    const url = await listen(createServer((_request, response) => void response.end(`-${text}`)));
    expect(await (await post(url)).text()).toBe(`-${text}`);
  });

  it.each([
    ["gzip", gzipSync],
    ["deflate", deflateSync],
    ["br", brotliCompressSync],
    ["zstd", zstdCompressSync],
  ] as const)("unpacks %s, though it never asks for it", async (encoding, pack) => {
    let accepts: unknown = "";
    const url = await listen(
      createServer((request, response) => {
        accepts = request.headers["accept-encoding"];
        response.writeHead(200, { "content-encoding": encoding }).end(pack(Buffer.from("packed")));
      }),
    );
    expect(await (await post(url)).text()).toBe("packed");
    expect(accepts).toBeUndefined();
  });

  it("names what it cannot unpack", async () => {
    const text = async (bytes: string) => codeOf((await post(await raw(bytes))).text());
    expect(await text("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\n\r\nplain")).toBe("Z_DATA_ERROR");
    expect(await text("HTTP/1.1 200 OK\r\ncontent-encoding: rot13\r\n\r\nplain")).toBe("content-encoding rot13");
    const bomb = gzipSync(Buffer.alloc(MOST_BODY_BYTES + 1));
    const url = await listen(
      createServer((_request, response) => void response.writeHead(200, { "content-encoding": "gzip" }).end(bomb)),
    );
    expect(await codeOf((await post(url)).text())).toBe("ERR_BUFFER_TOO_LARGE");
  });

  it("breaks off a body without end", async () => {
    const chunk = Buffer.alloc(2 ** 20, "x");
    const url = await listen(
      createServer((request, response) => {
        const more = () => {
          while (!response.destroyed && response.write(chunk));
        };
        response.on("drain", more).on("error", () => {});
        request.resume();
        more();
      }),
    );
    expect(await codeOf((await post(url)).text())).toMatch(/^longer than/);
  });

  it("keeps the status of an answer that is cut off, and says what broke the body", async () => {
    const response = await post(await raw("HTTP/1.1 500 Oops\r\ncontent-length: 100\r\n\r\n{"));
    expect(response.status).toBe(500);
    expect(await codeOf(response.text())).toBe("UND_ERR_SOCKET");
    const reset = await post(await raw("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{", "break"));
    expect(await codeOf(reset.text())).toMatch(/ECONNRESET|UND_ERR_SOCKET/);
  });

  it("fails with the line's code where nothing answers", async () => {
    expect(await codeOf(post(await raw("", "break")))).toMatch(/ECONNRESET|UND_ERR_SOCKET/);
    const server = createRawServer();
    const url = await listen(server);
    await new Promise((resolve) => server.close(resolve));
    expect(await codeOf(post(url))).toBe("ECONNREFUSED");
    expect(await codeOf(post("http://no-such-host.invalid/"))).toMatch(/ENOTFOUND|EAI_AGAIN/);
    expect(await codeOf(post(await raw("no HTTP at all\r\n\r\n")))).toBe("HTTPParserError");
  });

  it("follows no redirect", async () => {
    const elsewhere = "HTTP/1.1 307 Elsewhere\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n";
    const response = await post(await raw(elsewhere));
    expect({ status: response.status, ok: response.ok }).toEqual({ status: 307, ok: false });
  });

  it.each([
    ["before the answer", ""],
    ["in the middle of the answer", "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"],
  ])("ends at once when the call is aborted %s, and closes the line", async (_name, bytes) => {
    const controller = new AbortController();
    const reason = new Error("enough");
    const url = await raw(bytes, "keep");
    const closed = new Promise((resolve) => {
      open[0]?.once("connection", (socket: Socket) => {
        socket.once("close", resolve);
        socket.once("data", () => setImmediate(() => controller.abort(reason)));
      });
    });
    await expect(post(url, { signal: controller.signal })).rejects.toBe(reason);
    await closed;
  });

  it("sends nothing when aborted before", async () => {
    const url = await raw("HTTP/1.1 200 OK\r\n\r\n");
    const reason = new Error("before");
    await expect(post(url, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(sockets).toHaveLength(0);
  });

  it("lets go of the signal when the call has ended", async () => {
    let listening = 0;
    const { signal } = new AbortController();
    vi.spyOn(signal, "addEventListener").mockImplementation(() => void listening++);
    vi.spyOn(signal, "removeEventListener").mockImplementation(() => void listening--);
    await (await post(await raw("HTTP/1.1 200 OK\r\n\r\n{}"), { signal })).text();
    expect(signal.addEventListener).toHaveBeenCalledOnce();
    expect(listening).toBe(0);
  });

  it("refuses to send what is no text", async () => {
    await expect(post("http://127.0.0.1:1/", { body: new Uint8Array(3) })).rejects.toThrow("only text");
  });
});

describe("the lean fetch behind a proxy", () => {
  afterEach(() => {
    for (const server of open.splice(0)) server.close();
    for (const socket of sockets.splice(0)) socket.destroy();
  });

  /** A proxy that forwards what is plain, opens tunnels to nowhere, and notes what it is asked for. */
  async function startProxy(): Promise<{ url: string; asked: string[] }> {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(`${request.method} ${request.url} ${request.headers["proxy-authorization"]}`);
      response.end("forwarded");
    });
    server.on("connect", ({ url, headers }, socket: Socket) => {
      asked.push(`CONNECT ${url} ${headers["proxy-authorization"]}`);
      socket.end("HTTP/1.1 502 Nobody there\r\n\r\n");
    });
    return { url: await listen(server), asked };
  }

  it("goes through it, with its user and password, and past it where it may", async () => {
    const { url, asked } = await startProxy();
    const http = url.replace("http://", "http://user:secret@");
    const proxied = createLeanFetch({ http, except: "127.0.0.1" });
    const basic = `Basic ${btoa("user:secret")}`;
    expect(await (await proxied("http://plain.test/v1", { method: "POST", body: "{}" })).text()).toBe("forwarded");
    const refused = proxied("https://safe.test/v1", { method: "POST", body: "{}" });
    await expect(refused).rejects.toSatisfy((error: unknown) => !String(error).includes("secret"));
    expect(asked).toEqual([`POST http://plain.test/v1 ${basic}`, `CONNECT safe.test:443 ${basic}`]);
    const target = await listen(createServer((_request, response) => void response.end("reached")));
    expect(await (await proxied(target, { method: "POST", body: "{}" })).text()).toBe("reached");
  });
});

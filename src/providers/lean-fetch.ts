import { createRequire } from "node:module";
import type { Agent, Dispatcher } from "undici";
import type { Fetch } from "./http-line.ts";
import { type LeanResponse, Receiver } from "./lean-response.ts";
import { Turns } from "./turns.ts";

/** The proxies to go through, each `http://[user:password@]host:port`. */
export interface Proxies {
  readonly http?: string | undefined;
  /** Left out: the one for http. */
  readonly https?: string | undefined;
  /** Hosts that are reached directly, separated by commas. */
  readonly except?: string | undefined;
}

/**
 * `fetch` over undici's dispatcher, for the SDKs alone: the web's Response and its streams cost as much as all the rest
 * of a call (docs/benchmarks.md). It sends text, resolves when the whole answer is here, follows no redirect, and has
 * no timeout but the one for connecting: the caller's signal is the deadline. There are as many connections as calls in
 * flight, and they are kept for the next ones.
 */
export function createLeanFetch(proxies: Proxies = {}): Fetch {
  const dispatcher = createDispatcher(proxies);
  const turns = new Turns();
  return async (input, init = {}) => {
    const { body = null, method = "GET", signal } = init;
    signal?.throwIfAborted();
    if (body !== null && typeof body !== "string") throw new TypeError("only text can be sent");
    const url = new URL(input instanceof Request ? input.url : input);
    const headers = Array.isArray(init.headers) ? new Headers(init.headers) : (init.headers ?? {});
    const received = await new Promise<LeanResponse>((resolve, reject) => {
      const call = { origin: url.origin, path: url.pathname + url.search, method, headers, body };
      dispatcher.dispatch(call, new Receiver({ url: url.href, signal: signal ?? undefined, turns, resolve, reject }));
    });
    // It has the part of a Response that the SDKs use, and the type of `fetch` knows no less than the whole.
    return received as unknown as Response;
  };
}

const load = createRequire(import.meta.url);

function createDispatcher({ http = "", https = "", except = "" }: Proxies): Dispatcher {
  // HTTP/1.1, one call a connection: a line that breaks costs one answer, not all that share it.
  const settings = { headersTimeout: 0, bodyTimeout: 0, allowH2: false };
  if (http === "" && https === "") {
    // The agent alone: the package's index loads a hundred modules (WebSocket, caches, cookies) that no call needs.
    const DirectAgent = load("undici/lib/dispatcher/agent.js") as typeof Agent;
    return new DirectAgent(settings);
  }
  const { EnvHttpProxyAgent } = load("undici") as typeof import("undici");
  return new EnvHttpProxyAgent({ ...settings, httpProxy: http, httpsProxy: https, noProxy: except });
}

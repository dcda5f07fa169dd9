import type { HeaderSource } from "./rate-headers.ts";
import type { LineRequest } from "./sdk-request.ts";

export type Fetch = typeof globalThis.fetch;

/** What a line of ours tells of its answers, and Node's own `fetch` does not. */
export interface HeldResponse {
  /** How long the whole answer lay here before it was handed on, in ms: no part of what the provider took. */
  readonly heldMs: number;
}

/** An answer whose status is no success, with all it says: the SDKs keep a part of it, and each another one. */
export class HttpFault extends Error {
  readonly status: number;
  readonly headers: HeaderSource;
  readonly body: string;

  constructor(status: number, headers: HeaderSource, body: string) {
    super(`HTTP ${status}`);
    this.name = "HttpFault";
    this.status = status;
    this.headers = headers;
    this.body = body;
  }
}

/** An answer whose body came, but cannot be read. Its code says why. */
export class UnreadableBody extends Error {
  readonly code: string;

  constructor(code: string) {
    super(`the body cannot be read: ${code}`);
    this.name = "UnreadableBody";
    this.code = code;
  }
}

/**
 * What leaves the house. The SDKs also send headers that the environment gives them (`OPENAI_CUSTOM_HEADERS` could hold
 * the key of one vendor, and reach another) and tell which machine they run on.
 */
const SENT = ["accept", "content-type", "user-agent", "authorization", "anthropic-version"];

/**
 * A `fetch` for an SDK. It sends no header but ours, throws what is no success, and its failures carry the line's own
 * error code and nothing else: the SDKs read the text of what `fetch` throws, and make one "timed out" of a model that thinks too long and of a
 * network that is not there; the first is the model's failure and charged, the second is ours.
 */
export function lineOf(fetch: Fetch): Fetch {
  // An SDK that prepares its headers once gives the same ones with every call.
  const known = new WeakMap<Headers, Record<string, string>>();
  const sent = (headers: Headers) => {
    const ours = known.get(headers) ?? onlySent(headers);
    known.set(headers, ours);
    return ours;
  };
  return async (input, { deadline, ...init }: LineRequest = {}) => {
    const signal = deadline ?? init.signal ?? null;
    const { headers } = init;
    let response: Response;
    try {
      response = await fetch(input, {
        ...init,
        signal,
        headers: sent(headers instanceof Headers ? headers : new Headers(headers)),
      });
    } catch (thrown) {
      if (signal?.aborted === true) throw thrown;
      throw new LineFault(lineCodeOf(thrown) ?? "no connection");
    }
    if (response.ok) return response;
    // The status tells enough where the body breaks off.
    const body = await response.text().catch(() => "");
    throw new HttpFault(response.status, response.headers, body);
  };
}

function onlySent(all: Headers): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const name of SENT) {
    const value = all.get(name);
    if (value !== null) headers[name] = value;
  }
  return headers;
}

/** The message stays clear of the words that the SDKs look for. */
class LineFault extends Error {
  readonly code: string;

  constructor(code: string) {
    super("fetch failed");
    this.name = "LineFault";
    this.code = code;
  }
}

/** The system's or undici's error code (`ECONNREFUSED`, `UND_ERR_SOCKET`) from anywhere in the chain of causes. */
export function lineCodeOf(thrown: unknown): string | undefined {
  for (const error of causesOf(thrown)) if ("code" in error && typeof error.code === "string") return error.code;
  return undefined;
}

/** What was thrown, and what it says was behind it. */
export function* causesOf(thrown: unknown): Generator<Error> {
  let error = thrown;
  for (let depth = 0; error instanceof Error && depth < 5; depth++) {
    yield error;
    error = error.cause;
  }
}

/** Nothing was sent: no name, no route, nobody there, or nobody who can prove who he is. */
const NEVER_SENT = /^(?:ENOTFOUND|EAI_|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)/;
/** Another try would end alike: nobody who can be trusted, or an address (of a proxy, too) that is none. */
const HOPELESS = /CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS|ERR_SSL|EPROTO|ERR_INVALID|UND_ERR_INVALID_ARG/;

/** What a broken line means: whether another try may help, and whether the request may have reached the model. */
export function lineVerdict(code: string | undefined): { readonly retryable: boolean; readonly mayBeCharged: boolean } {
  // Without a code nothing broke on the line: the request never left, and another try would end alike.
  if (code === undefined || HOPELESS.test(code)) return { retryable: false, mayBeCharged: false };
  return { retryable: true, mayBeCharged: !NEVER_SENT.test(code) };
}

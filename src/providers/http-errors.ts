import { z } from "zod";
import type { FailureReason, Usage } from "../domain/trial.ts";
import { messageOf } from "../errors.ts";
import { ProviderError } from "../ports.ts";
import { lineCodeOf } from "./http-line.ts";

/** What is known of a failed call besides the error itself. */
export interface CallFacts {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly latencyMs: number;
  /** The key, so that no message can carry it. */
  readonly secret: string | undefined;
  readonly headers?: Headers;
  readonly usage?: Usage;
}

/** The failure behind whatever an SDK threw: an HTTP status, a broken line, or a body that is not JSON. */
export function failureOf(thrown: unknown, facts: CallFacts): ProviderError {
  const { latencyMs, secret } = facts;
  if (isHttpFailure(thrown)) {
    const fault = readFault(thrown.error);
    const text = fault.message ?? thrown.message.replace(/^\d{3} /, "");
    const { status, headers } = thrown;
    return new ProviderError(publicLine(`HTTP ${status}: ${text}`, secret), {
      ...judge(status, fault),
      status,
      latencyMs,
      retryAfterMs: retryAfterMs(headers, facts.now),
    });
  }
  if (thrown instanceof SyntaxError) {
    return new ProviderError("the answer is not JSON", { reason: "bad-response", retryable: true, latencyMs });
  }
  const code = lineCodeOf(thrown);
  if (code === "UND_ERR_HEADERS_TIMEOUT" || code === "UND_ERR_BODY_TIMEOUT") {
    const message = `the server fell silent for longer than fetch waits (${code})`;
    return new ProviderError(message, { reason: "timeout", retryable: true, latencyMs });
  }
  // Without a code nothing broke on the line: the request never left, and another try would end alike.
  const message = publicLine(`no connection: ${code ?? messageOf(thrown)}`, secret);
  return new ProviderError(message, { reason: "network", retryable: code !== undefined, latencyMs });
}

/** The failure that a body states although its status was 200. `body` is the error itself, or holds it as `error`. */
export function statedFailure(body: unknown, facts: CallFacts): ProviderError {
  const fault = readFault(body);
  const status = fault.status ?? STATUS_OF_TYPE[fault.type ?? ""];
  const text = `error in the answer${status === undefined ? "" : ` (${status})`}: ${fault.message ?? "no message"}`;
  return new ProviderError(publicLine(text, facts.secret), {
    ...judge(status, fault),
    status,
    latencyMs: facts.latencyMs,
    usage: facts.usage,
    retryAfterMs: facts.headers && retryAfterMs(facts.headers, facts.now),
  });
}

/** How long a server asks us to wait, in ms. A wait of nothing is no advice: undefined, so that the caller backs off. */
export function retryAfterMs(headers: Headers, now: number): number | undefined {
  const millis = Number(headers.get("retry-after-ms") ?? Number.NaN);
  const after = headers.get("retry-after") ?? "";
  const seconds = after === "" ? Number.NaN : Number(after);
  const wait = [millis, seconds * 1000, Date.parse(after) - now].find((value) => Number.isFinite(value));
  return wait !== undefined && wait > 0 ? Math.ceil(wait) : undefined;
}

/** First line of a text, at most 300 characters, without the key or anything that looks like one. */
export function publicLine(text: string, secret: string | undefined): string {
  // The key goes first: cut at a line break, half of a badly pasted one would stay.
  const clean = (secret ? text.replaceAll(secret, "[key]") : text).replace(/\bsk-[\w*.-]{6,}/g, "[key]");
  const [line = ""] = clean.trim().split(/[\r\n]/, 1);
  return line.length <= 300 ? line : `${line.slice(0, 299)}…`;
}

interface Fault {
  readonly status: number | undefined;
  readonly type: string | undefined;
  readonly code: string | undefined;
  readonly message: string | undefined;
  /** A filter of the service, not the model, turned the input away. */
  readonly flagged: boolean;
}

const Text = z.string().nullish().catch(undefined);
const FaultBody = z.object({
  message: Text,
  type: Text,
  code: z.union([z.string(), z.number()]).nullish().catch(undefined),
  details: z.object({ error_code: Text }).nullish().catch(undefined),
  metadata: z
    .object({ raw: Text, reasons: z.unknown().optional(), flagged_input: z.unknown().optional() })
    .nullish()
    .catch(undefined),
});

/** Reads `{error: {...}}`, `{error: "text"}`, the bare error, and Gemini's list of one. */
function readFault(body: unknown): Fault {
  const first: unknown = Array.isArray(body) ? body[0] : body;
  const inner: unknown = typeof first === "object" && first !== null && "error" in first ? first.error : first;
  const { data } = FaultBody.safeParse(typeof inner === "string" ? { message: inner } : inner);
  const number = Number(data?.code ?? Number.NaN);
  const { raw, reasons, flagged_input } = data?.metadata ?? {};
  return {
    status: number >= 400 && number < 600 ? number : undefined,
    type: data?.type ?? undefined,
    code: typeof data?.code === "string" ? data.code : (data?.details?.error_code ?? undefined),
    // OpenRouter's own message says only that the upstream failed; `raw` says how.
    message: data?.message ? data.message + (raw ? ` (${raw})` : "") : undefined,
    flagged: reasons !== undefined || flagged_input !== undefined,
  };
}

const STATUS_OF_TYPE: Readonly<Record<string, number>> = {
  invalid_request_error: 400,
  authentication_error: 401,
  billing_error: 402,
  permission_error: 403,
  not_found_error: 404,
  rate_limit_error: 429,
  api_error: 500,
  server_error: 500,
  timeout_error: 504,
  overloaded_error: 529,
};

/** An empty account or a wrong key, under whatever status: OpenAI says 429, Anthropic 400 or 429, Gemini 400. */
const OUR_ACCOUNT =
  /insufficient_quota|exceeded_current_quota|billing_hard_limit|spend_limit_reached|credit balance is too low|api key not valid/i;
const FILTERED = /^(?:content_filter|content_policy_violation)$/;

type Verdict = { readonly reason: FailureReason; readonly retryable: boolean };

function judge(status: number | undefined, fault: Fault): Verdict {
  if (OUR_ACCOUNT.test([fault.code, fault.type, fault.message].join(" "))) return { reason: "auth", retryable: false };
  if (fault.flagged || [fault.code, fault.type].some((word) => FILTERED.test(word ?? ""))) {
    return { reason: "refused", retryable: false };
  }
  if (status === undefined) return { reason: "bad-response", retryable: true };
  if (status === 401 || status === 402 || status === 403) return { reason: "auth", retryable: false };
  if (status === 408 || status === 504 || status === 524) return { reason: "timeout", retryable: true };
  if (status === 429) return { reason: "rate-limited", retryable: true };
  if (status === 409 || status >= 500) return { reason: "server-error", retryable: true };
  return { reason: "invalid-request", retryable: false };
}

function isHttpFailure(thrown: unknown): thrown is Error & { status: number; headers: Headers; error: unknown } {
  if (!(thrown instanceof Error && "status" in thrown && "headers" in thrown && "error" in thrown)) return false;
  return typeof thrown.status === "number" && thrown.headers instanceof Headers;
}

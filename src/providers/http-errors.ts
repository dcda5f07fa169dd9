import { messageOf } from "../errors.ts";
import type { ProviderError } from "../ports.ts";
import { type CallFacts, failure } from "./failure.ts";
import { judgeFault, readFault } from "./fault.ts";
import { type Fields, fieldsOf } from "./fields.ts";
import { causesOf, HttpFault, lineCodeOf, lineVerdict, UnreadableBody } from "./http-line.ts";

/** The failure behind whatever an SDK or the line threw: an HTTP status, a broken line, or a body that cannot be unpacked. */
export function failureOf(thrown: unknown, facts: CallFacts): ProviderError {
  const { model, host } = facts;
  for (const error of causesOf(thrown)) if (error instanceof HttpFault) return httpFailure(error, facts);
  if (thrown instanceof UnreadableBody) {
    return failure(`the answer for ${model} cannot be read (${thrown.code})`, UNREADABLE, facts);
  }
  const code = lineCodeOf(thrown);
  const verdict = lineVerdict(code);
  const what = verdict.mayBeCharged ? `the line to ${host} broke` : `no connection to ${host}`;
  return failure(`${what} for ${model}: ${code ?? messageOf(thrown)}`, { reason: "network", ...verdict }, facts);
}

function httpFailure({ status, headers, body }: HttpFault, facts: CallFacts): ProviderError {
  const { model, host } = facts;
  const fault = readFault(parsed(body) ?? plainText(body));
  const known = { ...facts, headers, bodyId: fault.requestId };
  if (status >= 300 && status < 400) {
    const text = `HTTP ${status} for ${model}: ${host} redirects elsewhere, which is not followed; mend its baseURL`;
    return failure(text, { reason: "network", retryable: false, status }, known);
  }
  const verdict = { ...judgeFault(status, fault), status, bodyWaitMs: fault.waitMs };
  return failure(`HTTP ${status} for ${model}: ${fault.message ?? (plainText(body) || "no message")}`, verdict, known);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The JSON object in a body of status 2xx. @throws ProviderError `bad-response` where there is none. */
export function readBody(text: string, facts: CallFacts): Fields {
  const body = parsed(text);
  if (body === undefined) {
    const page = /^\s*</.test(text) ? `: ${plainText(text)}` : "";
    throw failure(`the answer for ${facts.model} is not JSON${page}`, UNREADABLE, facts);
  }
  const fields = fieldsOf(body);
  if (fields !== undefined) return fields;
  throw failure(`the answer for ${facts.model} is not a JSON object`, UNREADABLE, facts);
}

/** An answer that nobody can read was made all the same, and is charged. */
export const UNREADABLE = { reason: "bad-response", retryable: true, mayBeCharged: true } as const;

/**
 * The failure that a body states although its status was 200: the error itself, or a body that holds it as `error`.
 * @param underWay the model had begun to answer
 */
export function statedFailure(body: unknown, facts: CallFacts, underWay = false): ProviderError {
  const fault = readFault(body);
  const status = fault.status ?? STATUS_OF_TYPE[fault.type ?? ""];
  const of = status === undefined ? "" : ` ${status}`;
  const text = `error${of} in the answer for ${facts.model}: ${fault.message ?? "no message"}`;
  const verdict = { ...judgeFault(status, fault), status, bodyWaitMs: fault.waitMs };
  const known = { ...facts, bodyId: fault.requestId ?? facts.bodyId };
  return failure(text, underWay ? { ...verdict, mayBeCharged: true } : verdict, known);
}

// Gateways and hotel networks answer with pages; their title is all that is worth a line.
function plainText(text: string): string {
  if (!/^\s*</.test(text)) return text;
  const title = /<title[^>]*>([^<]*)/i.exec(text)?.[1]?.trim();
  return title ? `a web page, "${title}"` : "a web page";
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

import type { FailureReason, Usage } from "../domain/trial.ts";
import { ProviderError } from "../ports.ts";
import { type HeaderSource, readLimits, retryAfterMs } from "./rate-headers.ts";

/** What is known of a call, however it ended. */
export interface CallFacts {
  /** The API id of the model that was asked. */
  readonly model: string;
  /** Where it was asked: host and port. */
  readonly host: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly latencyMs: number;
  /** The key, so that no message can carry it. */
  readonly secret: string | undefined;
  readonly headers?: HeaderSource | undefined;
  /** The id that the body states; one in the headers goes first. */
  readonly bodyId?: string | null | undefined;
  readonly usage?: Usage | undefined;
  readonly billedUsd?: number | undefined;
}

interface Verdict {
  readonly reason: FailureReason;
  readonly retryable: boolean;
  readonly status?: number | undefined;
  readonly mayBeCharged?: boolean | undefined;
  /** What the body asks us to wait; a header goes first. */
  readonly bodyWaitMs?: number | undefined;
}

/** A failure with all that is known of the call. `text` names the model; the request's id is added to it. */
export function failure(text: string, verdict: Verdict, facts: CallFacts): ProviderError {
  const { headers, now, secret, usage, billedUsd, latencyMs } = facts;
  const requestId = requestIdOf(facts);
  const suffix = requestId === undefined ? "" : ` (request ${requestId})`;
  const line = publicLine(text, secret, LONGEST_LINE - suffix.length) + suffix;
  const asked = headers && retryAfterMs(headers, now);
  return new ProviderError(line, {
    reason: verdict.reason,
    retryable: verdict.retryable,
    status: verdict.status,
    mayBeCharged: verdict.mayBeCharged,
    retryAfterMs: asked ?? verdict.bodyWaitMs,
    limits: headers && readLimits(headers, now),
    usage,
    billedUsd,
    latencyMs,
    requestId,
  });
}

/** The id by which the provider's support finds the call. */
export function requestIdOf({ headers, bodyId, secret }: CallFacts): string | undefined {
  const id = headers?.get("request-id") ?? headers?.get("x-request-id") ?? bodyId ?? "";
  return /^[\w.:-]{1,100}$/.test(id) && (!secret || !id.includes(secret)) ? id : undefined;
}

const LONGEST_LINE = 300;

/** First line of a text, cut to `longest` characters, without the key or anything that looks like one. */
export function publicLine(text: string, secret: string | undefined, longest = LONGEST_LINE): string {
  // The key goes first: cut at a line break, half of a badly pasted one would stay.
  const clean = (secret ? text.replaceAll(secret, "[key]") : text).replace(KEY_LIKE, "[key]");
  const [line = ""] = clean.trim().split(/[\r\n]/, 1);
  return line.length <= longest ? line : `${line.slice(0, longest - 1)}…`;
}

/** Keys as the vendors make them, also with the middle starred out. */
const KEY_LIKE = /\b(?:sk-[\w*.-]{6,}|AIza[\w*-]{10,})/g;

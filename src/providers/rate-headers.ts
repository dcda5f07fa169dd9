import type { Allowance, RateLimits } from "../domain/limits.ts";

/** Where headers are looked up by name, in whatever case. */
export interface HeaderSource {
  get(name: string): string | null;
}

/** Three headers that state one limit. */
interface Names {
  readonly limit: string;
  readonly remaining: string;
  readonly reset: string;
}

const named = (pattern: string): Names => ({
  limit: pattern.replace("@", "limit"),
  remaining: pattern.replace("@", "remaining"),
  reset: pattern.replace("@", "reset"),
});

/** The names that the dialects use. OpenRouter's plain ones count requests. */
const NAMES: readonly (readonly [kind: keyof RateLimits, names: Names])[] = [
  ["requests", named("x-ratelimit-@-requests")],
  ["requests", named("anthropic-ratelimit-requests-@")],
  ["requests", named("x-ratelimit-@")],
  ["tokens", named("x-ratelimit-@-tokens")],
  ["tokens", named("anthropic-ratelimit-tokens-@")],
  ["inputTokens", named("anthropic-ratelimit-input-tokens-@")],
  ["outputTokens", named("anthropic-ratelimit-output-tokens-@")],
];

/** What is left of a provider's limits; undefined where it says nothing of them. `now` in ms since the epoch. */
export function readLimits(headers: HeaderSource, now: number): RateLimits | undefined {
  const found: { -readonly [kind in keyof RateLimits]: RateLimits[kind] } = {};
  for (const [kind, names] of NAMES) {
    if (found[kind] !== undefined) continue;
    const allowance = readAllowance(headers, names, now);
    if (allowance !== undefined) found[kind] = allowance;
  }
  return Object.keys(found).length === 0 ? undefined : found;
}

function readAllowance(headers: HeaderSource, names: Names, now: number): Allowance | undefined {
  const limit = count(headers.get(names.limit));
  const remaining = count(headers.get(names.remaining));
  const reset = headers.get(names.reset);
  const resetMs = reset === null ? undefined : waitMs(reset, () => serverTime(headers, now));
  if (limit === undefined && remaining === undefined && resetMs === undefined) return undefined;
  return {
    ...(limit === undefined ? {} : { limit }),
    ...(remaining === undefined ? {} : { remaining }),
    ...(resetMs === undefined ? {} : { resetMs }),
  };
}

/** How long a server asks us to wait, in ms. A wait of nothing is no advice: undefined, so that the caller backs off. */
export function retryAfterMs(headers: HeaderSource, now: number): number | undefined {
  const millis = headers.get("retry-after-ms") ?? "";
  const wait =
    NUMBER.test(millis) && Number.isFinite(Number(millis))
      ? Number(millis)
      : waitMs(headers.get("retry-after") ?? "", () => serverTime(headers, now));
  return wait !== undefined && wait > 0 ? Math.ceil(wait) : undefined;
}

/** A time that the server states is a time of the server's clock, and ours may be wrong. */
function serverTime(headers: HeaderSource, now: number): number {
  const stated = headers.get("date") ?? "";
  const time = DATE.test(stated) ? Date.parse(stated) : Number.NaN;
  return Number.isNaN(time) ? now : time;
}

const NUMBER = /^\d+(?:\.\d+)?$/;
/** `2026-11-01T12:00:00Z` or `Sun, 01 Nov 2026 12:00:00 GMT`: `Date.parse` alone finds a date in "sooner than 7". */
const DATE = /^(?:\d{4}-\d\d-\d\dT|[A-Z][a-z]{2}, \d)/;
/** A part of a duration: `6m`, `0.25s`. Sticky: the next one starts where it ends. */
const DURATION = /(\d+(?:\.\d+)?)(ms|us|µs|ns|[dhms])/y;
const UNIT_MS: Readonly<Record<string, number>> = {
  d: 86_400_000,
  h: 3_600_000,
  m: 60_000,
  s: 1_000,
  ms: 1,
  us: 1e-3,
  µs: 1e-3,
  ns: 1e-6,
};
/** More seconds than this are a time since the epoch, more than a thousand times as many are milliseconds. */
const EPOCH = 1e9;

/**
 * Milliseconds that a text asks to wait: seconds (`7`, `0.25`), a duration (`6m0s`, `20ms`), a time since the epoch, or
 * a date as of RFC 3339 or HTTP. A time that has passed is 0. Undefined where it is none of these.
 * @param now asked only where the text states a time
 */
export function waitMs(text: string, now: () => number): number | undefined {
  const trimmed = text.trim();
  if (NUMBER.test(trimmed)) {
    const number = Number(trimmed);
    if (!Number.isFinite(number)) return undefined;
    if (number < EPOCH) return number * 1_000;
    return Math.max(0, (number < EPOCH * 1_000 ? number * 1_000 : number) - now());
  }
  const duration = durationMs(trimmed);
  if (duration !== undefined) return duration;
  const time = DATE.test(trimmed) ? Date.parse(trimmed) : Number.NaN;
  return Number.isNaN(time) ? undefined : Math.max(0, time - now());
}

function durationMs(text: string): number | undefined {
  let sum: number | undefined;
  for (let at = 0; at < text.length; at = DURATION.lastIndex) {
    DURATION.lastIndex = at;
    const [, amount, unit = ""] = DURATION.exec(text) ?? [];
    if (amount === undefined) return undefined;
    sum = (sum ?? 0) + Number(amount) * (UNIT_MS[unit] ?? 0);
  }
  return sum;
}

function count(text: string | null): number | undefined {
  const trimmed = text?.trim() ?? "";
  return NUMBER.test(trimmed) && Number.isSafeInteger(Number(trimmed)) ? Number(trimmed) : undefined;
}

import { type Clock, ProviderError } from "../ports.ts";
import { failureOf, statedFailure } from "./http-errors.ts";

/** What one call needs besides the SDK. */
export interface ExchangeContext {
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** The key, so that no message can carry it. */
  readonly secret: string | undefined;
}

/** A body that came with status 2xx and states no error. */
export interface Reply {
  readonly body: object;
  readonly headers: Headers;
  /** Wall time from sending to the last byte. */
  readonly latencyMs: number;
}

/** Longer than any deadline of ours: the caller's signal ends a call, never the SDK's own timer. In ms. */
export const NO_SDK_TIMEOUT = 2 ** 31 - 1;

/**
 * Sends one request through an SDK and reads the whole answer.
 * @throws the signal's reason when it is aborted, and a ProviderError for everything else.
 */
export async function exchange(
  send: () => PromiseLike<{ data: unknown; response: Response }>,
  context: ExchangeContext,
): Promise<Reply> {
  const { signal, clock, secret } = context;
  signal.throwIfAborted();
  const started = clock.monotonic();
  const answer = await Promise.resolve()
    .then(send)
    .catch((thrown: unknown) => {
      signal.throwIfAborted();
      throw failureOf(thrown, { now: clock.now(), latencyMs: clock.monotonic() - started, secret });
    });
  const latencyMs = clock.monotonic() - started;
  const { data: body, response } = answer;
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    const message = `HTTP ${response.status}: the answer is not a JSON object`;
    throw new ProviderError(message, { reason: "bad-response", retryable: true, status: response.status, latencyMs });
  }
  if ("error" in body && body.error) {
    throw statedFailure(body, { now: clock.now(), latencyMs, secret, headers: response.headers });
  }
  return { body, headers: response.headers, latencyMs };
}

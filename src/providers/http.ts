import type { Clock } from "../ports.ts";
import { type CallFacts, failure } from "./failure.ts";
import { failureOf, UNREADABLE } from "./http-errors.ts";

/** What one call needs besides the SDK. */
export interface ExchangeContext {
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** The key, so that no message can carry it. */
  readonly secret: string | undefined;
  /** The API id of the model that is asked. */
  readonly model: string;
  readonly host: string;
}

/** A JSON object that came with status 2xx. It may still state an error. */
export interface Reply {
  readonly body: object;
  /** `latencyMs`: wall time from sending to the last byte. */
  readonly facts: CallFacts;
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
  const { signal, clock, secret, model, host } = context;
  signal.throwIfAborted();
  const started = clock.monotonic();
  const known = () => ({ model, host, secret, now: clock.now(), latencyMs: clock.monotonic() - started });
  const { data: body, response } = await Promise.resolve()
    .then(send)
    .catch((thrown: unknown) => {
      signal.throwIfAborted();
      throw failureOf(thrown, known());
    });
  const facts = { ...known(), headers: response.headers };
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    const text = `HTTP ${response.status} for ${model}: the answer is not a JSON object`;
    throw failure(text, { ...UNREADABLE, status: response.status }, facts);
  }
  return { body, facts };
}

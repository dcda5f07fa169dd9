import type { Clock } from "../ports.ts";
import type { CallFacts } from "./failure.ts";
import type { Fields } from "./fields.ts";
import { failureOf, readBody } from "./http-errors.ts";
import type { HeldResponse } from "./http-line.ts";
import type { HeaderSource } from "./rate-headers.ts";

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
  readonly body: Fields;
  /** `latencyMs`: wall time from sending to the last byte. */
  readonly facts: CallFacts;
}

/** Longer than any deadline of ours: the caller's signal ends a call, never the SDK's own timer. In ms. */
export const NO_SDK_TIMEOUT = 2 ** 31 - 1;

/**
 * Sends one request through an SDK and reads the whole answer. `send` resolves with an answer of status 2xx; its body is
 * read here, since what the SDKs throw of one that breaks or is not JSON no longer knows status and headers.
 * @throws the signal's reason when it is aborted, and a ProviderError for everything else.
 */
export async function exchange(send: () => PromiseLike<Response>, context: ExchangeContext): Promise<Reply> {
  const { signal, clock, secret, model, host } = context;
  signal.throwIfAborted();
  const started = clock.monotonic();
  let headers: HeaderSource | undefined;
  let heldMs = 0;
  const latencyMs = () => Math.max(0, clock.monotonic() - started - heldMs);
  const facts = () => ({ model, host, secret, headers, now: clock.now(), latencyMs: latencyMs() });
  let text: string;
  try {
    const response: Response & Partial<HeldResponse> = await send();
    headers = response.headers;
    heldMs = response.heldMs ?? 0;
    text = await response.text();
  } catch (thrown) {
    signal.throwIfAborted();
    throw failureOf(thrown, facts());
  }
  const known = facts();
  return { body: readBody(text, known), facts: known };
}

import type { RateLimits } from "../domain/limits.ts";
import type { Clock, ProviderError } from "../ports.ts";

/** After so long without one answer, a provider that keeps failing is given up on. Its trials can be resumed. */
export const GIVE_UP_MS = 120_000;
/** Growth pauses for so long after a server's own error. */
const PAUSE_MS = 10_000;
/** So many failures in a row, with no answer between them, make a provider look down. */
const LOOKS_DOWN = 3;

/** Something that lets a number of calls through at once: p-limit's shape. */
interface Gate {
  concurrency: number;
}

/**
 * How fast a provider may be asked. Starts with all the calls that it may have in flight; halves them once per episode of
 * rate limiting (calls that went out before the last cut cannot cut again), and grows back by one for every round of
 * answers. Waits for as long as the provider asks, all calls together.
 */
export class Pace {
  readonly #gate: Gate;
  readonly #most: number;
  readonly #clock: Clock;
  /** Monotonic times, in ms. */
  #cutAt = Number.NEGATIVE_INFINITY;
  #holdUntil = 0;
  #growFrom = 0;
  #failingSince: number | undefined;
  #failures = 0;
  #hasAnswered = false;
  /** Answers since the number of calls was last changed. */
  #answers = 0;

  constructor(gate: Gate, clock: Clock) {
    this.#gate = gate;
    this.#most = gate.concurrency;
    this.#clock = clock;
  }

  /** Resolves when a call may go out, with the time at which it does. @throws the signal's reason when aborted */
  async ready(signal: AbortSignal): Promise<number> {
    for (;;) {
      const wait = this.#holdUntil - this.#clock.monotonic();
      if (wait <= 0) return this.#clock.monotonic();
      await this.#clock.sleep(wait, signal);
    }
  }

  /** The provider answered, if only to say that the request was wrong: it is up. */
  answered(limits: RateLimits | undefined): void {
    this.#hasAnswered = true;
    this.#failingSince = undefined;
    this.#failures = 0;
    this.#heed(limits);
    const now = this.#clock.monotonic();
    if (this.#gate.concurrency >= this.#most || now < this.#growFrom) return;
    this.#answers += 1;
    if (this.#answers < this.#gate.concurrency) return;
    this.#gate.concurrency += 1;
    this.#answers = 0;
  }

  /** @param wentOutAt what {@link ready} said of the call that failed */
  failed(failure: ProviderError, wentOutAt: number): void {
    // What is wrong with the request itself shows that the provider is up.
    if (!failure.retryable && failure.reason !== "timeout" && failure.reason !== "network") {
      this.answered(failure.limits);
      return;
    }
    const now = this.#clock.monotonic();
    this.#failures += 1;
    this.#failingSince ??= now;
    this.#heed(failure.limits);
    if (failure.retryAfterMs !== undefined) this.#holdUntil = Math.max(this.#holdUntil, now + failure.retryAfterMs);
    if (failure.reason === "server-error") this.#growFrom = now + PAUSE_MS;
    if (failure.reason !== "rate-limited" || wentOutAt <= this.#cutAt) return;
    this.#gate.concurrency = Math.max(1, Math.floor(this.#gate.concurrency / 2));
    this.#cutAt = now;
    this.#answers = 0;
  }

  /** Whether nothing but failures comes back: what fails now says nothing about the model. */
  get looksDown(): boolean {
    return this.#failures >= LOOKS_DOWN;
  }

  /** Whether to go on trying beyond the usual number of attempts: until the provider is back, or given up on. */
  isWorthWaiting(failure: ProviderError): boolean {
    // A line that was never there is not coming back.
    const wasThere = failure.reason !== "network" || this.#hasAnswered;
    return wasThere && this.looksDown && this.givenUp === undefined;
  }

  /** Why the provider is given up on, once it is. */
  get givenUp(): string | undefined {
    const now = this.#clock.monotonic();
    const wait = this.#holdUntil - now;
    if (wait > GIVE_UP_MS) return `it asks for no call within the next ${minutes(wait)}`;
    if (this.#failingSince === undefined || !this.looksDown || now - this.#failingSince < GIVE_UP_MS) return undefined;
    return `no answer for ${minutes(now - this.#failingSince)}, ${this.#failures} failures in a row`;
  }

  #heed(limits: RateLimits | undefined): void {
    if (limits === undefined) return;
    for (const { remaining, resetMs } of Object.values(limits)) {
      if (remaining !== 0 || resetMs === undefined) continue;
      this.#holdUntil = Math.max(this.#holdUntil, this.#clock.monotonic() + resetMs);
    }
  }
}

function minutes(ms: number): string {
  return ms < 90_000 ? `${Math.round(ms / 1_000)} s` : `${Math.round(ms / 60_000)} min`;
}

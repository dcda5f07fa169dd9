import type { RateLimits } from "../domain/limits.ts";
import type { FailureReason } from "../domain/trial.ts";
import type { Clock, ProviderError } from "../ports.ts";

/** After so long without one answer, a provider that keeps failing is given up on. Its trials can be resumed. */
export const GIVE_UP_MS = 120_000;
/** Growth pauses for so long after a server's own error. */
const PAUSE_MS = 10_000;
/** While a provider looks down, it is asked again so often. */
const DOWN_PAUSE_MS = 5_000;
/** So many new calls that fail in a row, with no answer between them, make a provider look down. */
const LOOKS_DOWN = 3;

/** From so many attempts on that failed while others were answered, a failure is the call's own. */
const OWN_FAILURES = 2;
/** What a provider that is down answers with, if it does. */
const OUTAGES: readonly FailureReason[] = ["rate-limited", "server-error", "timeout", "network"];

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
  /** Since the last answer: attempts that failed, and calls whose first attempt did. */
  #failures = 0;
  #turnedAway = 0;
  #answeredAt = Number.NEGATIVE_INFINITY;
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
    this.#answeredAt = this.#clock.monotonic();
    this.#failingSince = undefined;
    this.#failures = 0;
    this.#turnedAway = 0;
    this.#heed(limits);
    const now = this.#clock.monotonic();
    if (this.#gate.concurrency >= this.#most || now < this.#growFrom) return;
    this.#answers += 1;
    if (this.#answers < this.#gate.concurrency) return;
    this.#gate.concurrency += 1;
    this.#answers = 0;
  }

  /**
   * @param wentOutAt what {@link ready} said of the call that failed
   * @param attempt from 1: only first attempts show that a provider is down; a case that it cannot bear fails at every one
   */
  failed(failure: ProviderError, wentOutAt: number, attempt = 1): void {
    // What is wrong with the request itself shows that the provider is up.
    if (!failure.retryable && failure.reason !== "timeout" && failure.reason !== "network") {
      this.answered(failure.limits);
      return;
    }
    const now = this.#clock.monotonic();
    // A call that went out before the last answer came says nothing of what has been since.
    if (wentOutAt >= this.#answeredAt) {
      this.#failures += 1;
      if (attempt === 1) this.#turnedAway += 1;
      this.#failingSince ??= now;
    }
    if (this.looksDown) this.#hold(DOWN_PAUSE_MS);
    this.#heed(failure.limits);
    if (failure.retryAfterMs !== undefined) this.#hold(failure.retryAfterMs);
    if (failure.reason === "server-error") this.#growFrom = now + PAUSE_MS;
    if (failure.reason !== "rate-limited" || wentOutAt <= this.#cutAt) return;
    this.#gate.concurrency = Math.max(1, Math.floor(this.#gate.concurrency / 2));
    this.#cutAt = now;
    this.#answers = 0;
  }

  /** Whether the provider was ever there. */
  get hasAnswered(): boolean {
    return this.#answeredAt > Number.NEGATIVE_INFINITY;
  }

  /** Whether nothing but failures comes back. */
  get looksDown(): boolean {
    return this.#turnedAway >= LOOKS_DOWN;
  }

  /**
   * Whether a call failed because the whole provider is down, not by itself.
   * @param wentOutAt when its failed attempts went out
   */
  isOutage({ reason }: ProviderError, wentOutAt: readonly number[]): boolean {
    if (!OUTAGES.includes(reason)) return false;
    // A line that was never there is not coming back.
    if (reason === "network" && !this.hasAnswered) return false;
    // Others were answered while this call failed, and more than once: that is its own doing.
    const whileUp = wentOutAt.filter((at) => at < this.#answeredAt).length;
    return this.givenUp !== undefined || (this.looksDown && whileUp < OWN_FAILURES);
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
      this.#hold(resetMs);
    }
  }

  #hold(ms: number): void {
    this.#holdUntil = Math.max(this.#holdUntil, this.#clock.monotonic() + ms);
  }
}

function minutes(ms: number): string {
  return ms < 90_000 ? `${Math.round(ms / 1_000)} s` : `${Math.round(ms / 60_000)} min`;
}

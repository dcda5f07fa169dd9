/** What is left of one limit. What the provider does not say is left out: unknown, never 0. */
export interface Allowance {
  /** In the window of the limit. */
  readonly limit?: number;
  readonly remaining?: number;
  /** Milliseconds from the answer until the limit is whole again. */
  readonly resetMs?: number;
}

/** The limits of a provider, as its last answer states them. One that it does not state is left out. */
export interface RateLimits {
  readonly requests?: Allowance;
  /** Of input and output together, where the provider counts them so. */
  readonly tokens?: Allowance;
  readonly inputTokens?: Allowance;
  readonly outputTokens?: Allowance;
}

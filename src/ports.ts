import type { Case, Message, Tool } from "./domain/case.ts";
import type { CodeOutcome, CodeTarget } from "./domain/code.ts";
import type { RateLimits } from "./domain/limits.ts";
import type { Model, Params } from "./domain/model.ts";
import type { Answer } from "./domain/suite.ts";
import type { Completion, FailureReason, Score, Trial, TrialScores, Usage } from "./domain/trial.ts";

/** One call. Everything a provider may know of it. */
export interface ProviderRequest {
  readonly model: Model;
  readonly messages: readonly Message[];
  readonly tools: readonly Tool[];
  readonly params: Params;
  /** A JSON Schema that the answer must follow, where the provider can hold the model to it. */
  readonly jsonSchema?: Readonly<Record<string, unknown>>;
  readonly signal: AbortSignal;
  /** Whose answer this is. Recorded and simulated answers are looked up by it; real providers never send it. */
  readonly origin: {
    readonly caseId: string;
    readonly repeat: number;
    readonly role: "answer" | "judge";
    /** Which of several readings by a judge; 0 where it is left out. */
    readonly sample?: number;
  };
}

/** An answer, and what is left of the provider's limits after it. The limits are for the limiter; nobody keeps them. */
export interface ProviderAnswer extends Completion {
  readonly limits?: RateLimits;
}

/** Answers one call, or throws a {@link ProviderError}. Never retries: the run does. */
export interface Provider {
  complete(request: ProviderRequest): Promise<ProviderAnswer>;
}

/** What is known of a call that did not end in an answer. */
interface FailureFacts {
  readonly reason: FailureReason;
  readonly retryable: boolean;
  readonly status?: number | undefined;
  /** How long the provider asked us to wait. */
  readonly retryAfterMs?: number | undefined;
  readonly limits?: RateLimits | undefined;
  /** What the failed call used, where the provider says so: failed calls are charged. */
  readonly usage?: Usage | undefined;
  /** What the provider says it charged, in USD. Goes before `usage` and the price. */
  readonly billedUsd?: number | undefined;
  /** The provider may have charged it, and does not say how much: the worst case, unless `billedUsd` or `usage` tell. */
  readonly mayBeCharged?: boolean | undefined;
  readonly latencyMs?: number | undefined;
  readonly requestId?: string | undefined;
}

/** A call that did not end in an answer. `retryable` is decided where the status is known. */
export class ProviderError extends Error {
  readonly reason: FailureReason;
  readonly retryable: boolean;
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;
  readonly limits: RateLimits | undefined;
  readonly usage: Usage | undefined;
  readonly billedUsd: number | undefined;
  readonly mayBeCharged: boolean;
  readonly latencyMs: number | undefined;
  readonly requestId: string | undefined;

  constructor(message: string, facts: FailureFacts) {
    super(message);
    this.name = "ProviderError";
    this.reason = facts.reason;
    this.retryable = facts.retryable;
    this.status = facts.status;
    this.retryAfterMs = facts.retryAfterMs;
    this.limits = facts.limits;
    this.usage = facts.usage;
    this.billedUsd = facts.billedUsd;
    this.mayBeCharged = facts.mayBeCharged ?? facts.reason === "timeout";
    this.latencyMs = facts.latencyMs;
    this.requestId = facts.requestId;
  }
}

/** The one clock. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Milliseconds from a fixed start; never goes back. */
  monotonic(): number;
  /** Resolves after `ms`; rejects with the signal's reason when it aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The one source of chance: each name gives its own stream, the same for the same seed. Values in [0, 1). */
export type Random = (name: string) => () => number;

/** What is safe on disk. One record a line; a torn last line is dropped on reading. */
export interface Journal {
  /** Returns where the record stands, in bytes. */
  append(record: JournalRecord): number;
  /** Resolves when everything appended so far is on disk. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

export type JournalRecord =
  | { readonly type: "trial"; readonly trial: Trial }
  | { readonly type: "scores"; readonly scores: TrialScores };

/** What a scorer is given: the case, the answer to it, and a signal that stops the work. */
export interface ScorerInput extends Answer {
  readonly signal: AbortSignal;
  /** Who trained the model that answered. A judge is never shown it; one of that family has no vote in a panel. */
  readonly family?: string;
  /** The answer to compare with, for scorers that need one. */
  readonly rival?: Rival;
}

/** What the model that serves today answered to the same case, in the same repeat. `self`: this is its answer. */
export type Rival =
  | { readonly state: "self" }
  | { readonly state: "answered"; readonly text: string; readonly family: string }
  | { readonly state: "failed" };

/** One column of the suite's quality. Throws nothing about the answer: what cannot be scored is `unscored`. */
export interface Scorer {
  readonly name: string;
  readonly rule: string;
  readonly weight: number;
  readonly required: boolean;
  /** `exact`: labels, tests, schemas. `heuristic`: judges of a kind, advisory until calibrated. `judge`: a model. */
  readonly certainty: "exact" | "heuristic" | "judge";
  /** Whether it compares with another answer: it can score only when that is there. */
  readonly needsRival?: true;
  /** Whether it calls a service that is paid for, though it is no judge. */
  readonly paid?: true;
  /** Of a judge: how a panel's values are put together. */
  readonly panel?: "mean" | "majority";
  /** Why this case cannot be scored by it at all, or undefined. Called for every case before anything runs. */
  refuses(item: Case): string | undefined;
  score(input: ScorerInput): Promise<Score>;
}

/** Runs model-written code in the sandbox. */
export interface CodeRunner {
  run(answer: string, target: CodeTarget): Promise<CodeOutcome>;
}

/** A judge's reply, or why there is none. */
export type JudgeReply =
  | {
      readonly state: "replied";
      readonly text: string;
      readonly costUsd?: number;
      /** It ends where the limit of tokens cut it: whatever it holds by then is no verdict. */
      readonly cut?: boolean;
      /** Called when the reply could be read: it need not be paid for again. */
      readonly keep?: () => void;
    }
  | { readonly state: "failed"; readonly reason: string; readonly costUsd?: number };

/** Asks the judge model. Has its own limiter and its own bill. */
export interface Judge {
  readonly model: string;
  readonly family: string;
  ask(request: {
    readonly messages: readonly Message[];
    readonly jsonSchema: Readonly<Record<string, unknown>>;
    readonly caseId: string;
    readonly repeat: number;
    /** Which of several readings of the same answer. */
    readonly sample: number;
    readonly signal: AbortSignal;
  }): Promise<JudgeReply>;
}

/** A text as a vector, or why there is none. */
export type Embedding =
  | { readonly state: "embedded"; readonly vector: readonly number[]; readonly costUsd?: number }
  | { readonly state: "failed"; readonly reason: string; readonly costUsd?: number };

/** Turns texts into vectors that are near where the texts are alike. Has its own limiter; its cost counts. */
export interface Embedder {
  readonly model: string;
  embed(request: { readonly text: string; readonly caseId: string; readonly signal: AbortSignal }): Promise<Embedding>;
}

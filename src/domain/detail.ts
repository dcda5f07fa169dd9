import type { Decision } from "./decision.ts";
import type { RunFile } from "./run.ts";
import type { FailureReason, Score } from "./trial.ts";

/** One answer as a report shows it. */
export interface AnswerDetail {
  readonly candidate: string;
  readonly repeat: number;
  /** What the model said; hostile until escaped. */
  readonly text: string;
  readonly failure: { readonly reason: FailureReason; readonly message: string } | undefined;
  readonly scores: Readonly<Record<string, Score>>;
  readonly quality: number | null;
  readonly costUsd: number | null;
  readonly latencyMs: number | null;
  readonly servedModel: string | undefined;
}

/** One case with every answer to it. */
export interface CaseDetail {
  readonly id: string;
  readonly tags: Readonly<Record<string, string>>;
  /** The question, or the conversation as `role: text` lines. */
  readonly input: string;
  /** What the prompt showed beside it: sources, code to work with. */
  readonly context: readonly { readonly title: string; readonly text: string }[];
  /** What a good answer says, for people to read. */
  readonly reference: readonly string[];
  /** In the manifest's order of candidates, then by repeat. */
  readonly answers: readonly AnswerDetail[];
}

/** Everything that a report shows. */
export interface ReportInput {
  readonly run: RunFile;
  readonly decision: Decision;
  /** In test order. */
  readonly cases: readonly CaseDetail[];
}

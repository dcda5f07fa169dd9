import type { Decision } from "./decision.ts";
import type { PeopleReport } from "./judge-report.ts";
import type { Manifest, Run, RunFile } from "./run.ts";
import type { RunStops } from "./stops.ts";
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

/** A hidden test of a code case, as people read it. */
export interface TestDetail {
  readonly name: string;
  readonly source: string;
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
  /** The hidden tests of a code case and the language that answers it; undefined for any other. */
  readonly tests: { readonly language: string; readonly list: readonly TestDetail[] } | undefined;
  /** How people voted between two of the answers: 1 for the candidate, -1 for the incumbent, 0 for neither. */
  readonly people: readonly {
    readonly candidate: string;
    readonly incumbent: string;
    readonly votes: readonly number[];
  }[];
  /** In the manifest's order of candidates, then by repeat. */
  readonly answers: readonly AnswerDetail[];
}

/** Dollars of some calls: the sum of the known ones, and how many are not. */
export interface Spend {
  readonly calls: number;
  readonly knownUsd: number;
  readonly unpriced: number;
}

/** What a report shows of one model over all its answers. */
export interface ModelFacts {
  readonly candidate: string;
  /** Calls that were answered. */
  readonly answered: number;
  /** Who says it answered, and how often; null where nobody said. */
  readonly served: readonly { readonly model: string | null; readonly count: number }[];
  /** Answered calls by latency, between the edges that all models share. Empty where none was measured. */
  readonly latencies: readonly number[];
  readonly answers: Spend;
  readonly judging: Spend;
}

/** What is counted over all trials of a run, for reading. */
export interface RunFacts {
  readonly models: readonly ModelFacts[];
  /** Ends of the bins of latency, in ms; the last bin holds everything slower too. Empty where none was measured. */
  readonly latencyEdges: readonly number[];
  /** The values of every tag that a reader may filter by. */
  readonly tags: Readonly<Record<string, readonly string[]>>;
}

/** Everything that a report shows of a run as a whole. Its cases pass by one at a time. */
export interface ReportInput {
  readonly run: RunFile;
  readonly decision: Decision;
  readonly facts: RunFacts;
  /** What the decision was made from, for readers who ask "what if" with other weights. */
  readonly numbers: Run;
  /** What its comparisons say at other margins and savings. */
  readonly stops: RunStops;
  /** How far people agree with the scores, for each comparison that they were asked about. */
  readonly people: readonly PeopleReport[];
}

/** A piece of an output, or the promise of one that is being compressed beside the walk. */
export type Piece = string | Promise<string>;

/** What is known of a run before its first answer, and is enough to show its cases. */
export interface ReportFrame {
  readonly manifest: Manifest;
  readonly tags: RunFacts["tags"];
}

/**
 * An output that grows with the run: pieces to write before, at and after the cases. Cases are added in test order; what stands
 * before them may be asked for later, since it says what they come to. Never held whole.
 */
export interface Growing {
  start(input: ReportInput): string;
  add(item: CaseDetail): Piece;
  end(input: ReportInput): Piece;
}

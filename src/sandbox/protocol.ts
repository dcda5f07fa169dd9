/** What the pool and its workers say to each other. Expected results are not among it: they never leave the host. */

/** One solution and the bodies of its tests. */
export interface Job {
  readonly language: "javascript" | "typescript";
  readonly code: string;
  readonly runs: readonly string[];
  readonly deadlineMs: number;
}

/** What one test did. `json` is the returned value in the notation of `values.ts`. */
export type TestReport =
  | { readonly state: "returned"; readonly json: string }
  /** `kinds` are all the classes the error is of, `name` among them, where a language has them. */
  | { readonly state: "threw"; readonly name: string; readonly message: string; readonly kinds?: readonly string[] }
  | { readonly state: "never-settled" };

/** What a job did. `test` is an index into `runs`; without it the solution was still loading. */
export type JobReport =
  | { readonly state: "ran"; readonly tests: readonly TestReport[] }
  | { readonly state: "not-loaded"; readonly message: string }
  | { readonly state: "timeout"; readonly test?: number }
  | { readonly state: "out-of-memory" }
  | { readonly state: "refused"; readonly reason: string }
  | { readonly state: "crashed"; readonly reason: string };

/** A worker's message: it is up, or it has done its job and says whether it is fit for another. */
export type WorkerMessage =
  | { readonly kind: "ready" }
  | { readonly kind: "done"; readonly report: JobReport; readonly reusable: boolean };

/** What a thread is started with. */
export interface WorkerSetup {
  /** All the memory QuickJS may ever have in this thread, at least 16 MiB. */
  readonly memoryBytes: number;
  /** Shared with the parent, so that a thread which had to be terminated still tells which test it was in. -1: loading. */
  readonly progress: Int32Array<SharedArrayBuffer>;
}

import type { Case, Message } from "./case.ts";
import type { Candidate, Params } from "./model.ts";

/** A call that is to be made. Plans are streamed, so that one of a million trials stays small. */
export interface PlannedTrial {
  /** Hash of everything that decides the answer. */
  readonly key: string;
  readonly item: Case;
  readonly candidate: Candidate;
  readonly params: Params;
  readonly repeat: number;
  readonly messages: readonly Message[];
}

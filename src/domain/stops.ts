import type { Comparison, Condition } from "./decision.ts";
import type { Policy } from "./policy.ts";

/** Where the sliders of "what if" may stand: margins and least savings as shares, from the least on. */
export interface StopGrid {
  readonly margins: readonly number[];
  readonly savings: readonly number[];
}

/** What one comparison says of quality under one margin. */
export interface QualityStop {
  readonly p: number;
  /** The same with everything that is missing counted against the candidate. */
  readonly pessimisticP: number;
  readonly futile: boolean;
  /** The difference that was seen; null without data. */
  readonly value: number | null;
}

/** One comparison at every stop. Quality hangs on the margin alone and cost on the saving alone, so a list of each is all. */
export interface CellStops {
  readonly candidate: string;
  /** Under the route's own margin, then at each of the grid's. Its own alone where the objective has no margin. */
  readonly quality: readonly QualityStop[];
  /** Under the route's own least saving, then at each of the grid's. */
  readonly cost: readonly Condition[];
  /** Latency and errors: no slider moves them. */
  readonly rest: readonly Condition[];
  readonly costRatio: number | null;
}

/** A route, or a named slice of one, which weighs in the family and is not shown by itself. */
export interface RouteStops {
  readonly route: string;
  readonly incumbent: string;
  readonly policy: Policy;
  readonly isSlice: boolean;
  readonly cells: readonly CellStops[];
}

/** All comparisons of a run's family at every stop. */
export interface RunStops {
  readonly grid: StopGrid;
  /** The family's. */
  readonly alpha: number;
  readonly routes: readonly RouteStops[];
}

/** Where the sliders stand, as indices into the grid; what is left out stays as each route's policy has it. */
export interface StopChoice {
  readonly margin?: number;
  readonly saving?: number;
}

/** What a route would come to. */
export interface StopVerdict {
  readonly route: string;
  readonly incumbent: string;
  readonly verdict: "switch" | "keep" | "inconclusive";
  /** The comparison that the verdict is about; undefined where there is none. */
  readonly shown: StopComparison | undefined;
  readonly comparisons: readonly StopComparison[];
  /** As it is at these stops. */
  readonly policy: Policy;
}

/** What a comparison would come to. */
export interface StopComparison {
  readonly candidate: string;
  readonly conditions: readonly Condition[];
  readonly outcome: Comparison["outcome"];
  /** Would the missing cases, counted against it, change the outcome? */
  readonly missingMatters: boolean;
  /** What entered Holm, and what came out. */
  readonly p: number;
  readonly pHolm: number;
  readonly qualityP: number;
  /** Difference of quality, and ratio of mean costs; null where unknown. */
  readonly quality: number | null;
  readonly costRatio: number | null;
}

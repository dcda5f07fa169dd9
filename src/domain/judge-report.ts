import type { Estimate, Trust } from "./decision.ts";

/** Win, tie and loss of the run's scores (rows) against people's (columns), over some of the labelled pairs. */
export interface Confusion {
  /** `all`, or a tag and its value. */
  readonly of: string;
  /** `counts[scores][people]`, each 0 loss, 1 tie, 2 win. */
  readonly counts: readonly (readonly number[])[];
  /** Share of pairs on which both say the same. */
  readonly agree: Estimate;
}

/** Agreement on one criterion of a rubric. */
export interface CriterionAgreement {
  readonly id: string;
  readonly ac1: Estimate | null;
  /** Answers that the judge calls met and people do not, and the other way. */
  readonly onlyJudge: number;
  readonly onlyPeople: number;
}

/** How far the scores of a run can be trusted on one comparison, by what people said. */
export interface JudgeReport {
  readonly trust: Trust;
  /** Krippendorff's alpha, nominal, of scores and people. */
  readonly alpha: Estimate | null;
  readonly bias: Estimate | null;
  readonly people: {
    readonly labellers: number;
    /** Pairs that anybody voted on. */
    readonly pairs: number;
    /** Pairs that two people or more voted on. */
    readonly shared: number;
    readonly ac1: Estimate | null;
    readonly alpha: Estimate | null;
    /** Of two labellers only. */
    readonly kappa: Estimate | null;
  };
  readonly swap: Estimate | null;
  /** Share of repeated readings that differ from the first. */
  readonly flips: Estimate | null;
  /** What length gains; null where lengths do not differ. */
  readonly length: { readonly slope: Estimate; readonly atEqualLength: Estimate } | null;
  readonly confusion: readonly Confusion[];
  readonly criteria: readonly CriterionAgreement[];
}

/** A comparison of a run's route that people were asked about. */
export interface PeopleReport {
  readonly route: string;
  readonly incumbent: string;
  readonly candidate: string;
  readonly report: JudgeReport;
}

import { z } from "zod";
import type { JudgeVote, Score } from "../domain/trial.ts";
import type { Judge } from "../ports.ts";
import type { Word } from "./judge-ask.ts";

/** What every judged rule may be told in its options. */
export const JudgedOptions = z.strictObject({
  /** Path of the rubric, from the project's folder. */
  rubric: z.string().min(1),
  /** Show the judge what a good answer says (the texts of the case's key points, or its target). */
  reference: z.boolean().default(true),
  /** Show the judge the case's `vars`, such as its sources. */
  material: z.boolean().default(true),
  /** Readings of every answer by every judge. */
  repeats: z.number().int().min(1).max(9).default(1),
  /** Ask a panel of judges, at least three families, and take the mean or the middle of their values. */
  panel: z.enum(["mean", "majority"]).optional(),
});
export type JudgedOptions = z.infer<typeof JudgedOptions>;

/** One judge's word on one reading of an answer, with its value in [0, 1], or why it abstains. */
export interface Reading {
  readonly value: number | null;
  readonly reason?: string;
  readonly judgeText?: string;
  /** What a second reading would have to repeat to be the same. */
  readonly verdict?: string;
  readonly costUsd: number | undefined;
}

export interface Panel {
  readonly judges: readonly Judge[];
  readonly repeats: number;
  readonly combine: "mean" | "majority";
  /** Families whose judges have no vote on this answer. */
  readonly related: readonly string[];
}

/** What all judges said: the common value, what each said, how often one contradicted itself, and the bill. */
export interface Finding {
  readonly value: number | null;
  readonly votes: readonly JudgeVote[];
  readonly flips: { readonly of: number; readonly flipped: number } | undefined;
  readonly costUsd: number | undefined;
  readonly reason: string | undefined;
  readonly judgeText: string | undefined;
}

/** Has an answer read by every judge of a panel, so many times each. A judge that is alone always votes. */
export async function hearPanel(
  panel: Panel,
  read: (judge: Judge, sample: number) => Promise<Reading>,
): Promise<Finding> {
  const { judges, repeats, combine } = panel;
  const heard = await Promise.all(
    judges.map(async (judge) => {
      const { model, family } = judge;
      if (judges.length > 1 && panel.related.includes(family)) {
        return { vote: { model, family, value: null, reason: "of the family of a judged model" }, readings: [] };
      }
      const readings = await Promise.all(Array.from({ length: repeats }, (_, sample) => read(judge, sample)));
      const value = combined(readings.map((reading) => reading.value).filter(isKnown), combine);
      const reason = value === null ? readings.find((reading) => reading.value === null)?.reason : undefined;
      return { vote: { model, family, value, ...(reason === undefined ? {} : { reason }) }, readings };
    }),
  );
  const votes = heard.map(({ vote }) => vote);
  const readings = heard.flatMap((each) => each.readings);
  return {
    value: combined(votes.map(({ value }) => value).filter(isKnown), combine),
    votes,
    flips: repeats > 1 ? flipsOf(heard.map((each) => each.readings)) : undefined,
    costUsd: sumOfKnown(readings.map(({ costUsd }) => costUsd)),
    reason: readings.find(({ reason }) => reason !== undefined)?.reason,
    judgeText: readings.find(({ judgeText }) => judgeText !== undefined)?.judgeText,
  };
}

/** Who judged, by what, at what cost: the part of a score that all kinds of judging share. */
export function judgeFacts(finding: Finding, rubric: string) {
  const { votes, flips, costUsd } = finding;
  return {
    model: votes.map(({ model }) => model).join(" + "),
    rubric,
    ...(costUsd === undefined ? {} : { costUsd }),
    ...(votes.length > 1 ? { votes: [...votes] } : {}),
    ...(flips === undefined ? {} : { flips }),
  };
}

/** What a score says when no judge could. */
export function nobodyJudged({ reason, judgeText, costUsd }: Finding): Score {
  return {
    state: "unscored",
    reason: reason ?? "no judge of another family",
    ...(judgeText === undefined ? {} : { judgeText }),
    ...(costUsd === undefined ? { unpriced: true } : { costUsd }),
  };
}

/** How a panel voted, in words; nothing for a single judge. */
export function votesText({ votes }: Finding): string {
  if (votes.length < 2) return "";
  const each = votes.map(({ model, value, reason }) =>
    value === null ? `${model} abstains (${reason ?? "no verdict"})` : `${model} ${Number(value.toFixed(2))}`,
  );
  return `; ${each.join(", ")}`;
}

/** @throws nothing: a word without a verdict is a reading without a value */
export function readingOf<T>(word: Word<T>, value: (verdict: T) => Omit<Reading, "costUsd">): Reading {
  const { costUsd } = word;
  if (!("verdict" in word)) {
    return {
      value: null,
      reason: word.reason,
      costUsd,
      ...(word.judgeText === undefined ? {} : { judgeText: word.judgeText }),
    };
  }
  return { ...value(word.verdict), costUsd };
}

/** The mean of the values, or their middle: of yes/no values that is what most say, and a tie is in between. */
function combined(values: readonly number[], how: "mean" | "majority"): number | null {
  if (values.length === 0) return null;
  if (how === "mean") return values.reduce((sum, value) => sum + value, 0) / values.length;
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] as number) + (sorted[Math.ceil(middle)] as number)) / 2;
}

// Each reading after the first, against the first one of the same judge.
function flipsOf(readings: readonly (readonly Reading[])[]): { of: number; flipped: number } {
  const again = readings.flatMap(([first, ...others]) =>
    others.flatMap(({ verdict }) =>
      verdict === undefined || first?.verdict === undefined ? [] : [verdict !== first.verdict],
    ),
  );
  return { of: again.length, flipped: again.filter(Boolean).length };
}

export function sumOfKnown(costs: readonly (number | undefined)[]): number | undefined {
  return costs.reduce<number | undefined>(
    (sum, cost) => (sum === undefined || cost === undefined ? undefined : sum + cost),
    0,
  );
}

function isKnown(value: number | null): value is number {
  return value !== null;
}

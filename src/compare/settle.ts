import type { Comparison, Condition } from "../domain/decision.ts";
import { atLevel } from "./conditions.ts";

/** What is known of a comparison before its standing in the family is. */
interface Tested {
  readonly quality: { readonly p: number; readonly futile: boolean };
  /** All but quality. */
  readonly others: readonly Condition[];
  /** What entered Holm. */
  readonly p: number;
}

/** The p that enters Holm: the largest of all that a switch must show; 1 where one is unknown or does not hold. */
export function largestP(quality: readonly number[], others: readonly Condition[]): number {
  return Math.max(...quality, ...others.map(({ state, p }) => p ?? (state === "holds" ? 0 : 1)));
}

/** The conditions at a level of Holm's, and what they come to together. */
export function settle(
  { quality, others, p }: Tested,
  level: number,
): { readonly outcome: Comparison["outcome"]; readonly conditions: readonly Condition[] } {
  const shown: Condition = { name: "quality", state: quality.futile ? "fails" : "open", p: quality.p };
  const conditions = [shown, ...others].map((condition) => atLevel(condition, level));
  return { conditions, outcome: outcomeOf(conditions, p <= level) };
}

function outcomeOf(conditions: readonly Condition[], rejected: boolean): Comparison["outcome"] {
  if (conditions.some(({ state }) => state === "fails")) return "fails";
  return rejected && conditions.every(({ state }) => state === "holds") ? "passes" : "open";
}

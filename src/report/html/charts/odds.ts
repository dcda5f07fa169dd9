import type { Comparison } from "../../../domain/decision.ts";
import { count } from "../../numbers.ts";
import { testLevelOf } from "../limits.ts";

/** ln of the odds at which the claim "worse by more than the margin" is given up, at the comparison's Holm level. */
export function needOf(comparison: Comparison): number | null {
  if (comparison.test === "betting") return comparison.pathNeeded;
  const alpha = testLevelOf(comparison);
  return alpha === null ? null : -Math.log(alpha);
}

/** The pair at which a comparison had enough evidence; null where it never had. */
export function reachedAt(comparison: Comparison): number | null {
  const need = needOf(comparison);
  if (need === null) return null;
  if (comparison.path.length === 0) {
    return comparison.looks.find(({ p, share }) => p <= share * Math.exp(-need) * (1 + 1e-9))?.n ?? null;
  }
  // The level went through 1 - 2 alpha and back: allow for its rounding.
  const place = comparison.path.findIndex((value) => value >= need - 1e-9);
  return place < 0 ? null : place + 1;
}

/** ln of odds in words: `60 to 1`, `1 to 4`. */
export function odds(ln: number): string {
  const size = Math.exp(Math.abs(ln));
  const text = size >= 1e6 ? "over 1,000,000" : size < 9.95 ? String(Number(size.toFixed(1))) : count(Math.round(size));
  return ln >= 0 ? `${text} to 1` : `1 to ${text}`;
}

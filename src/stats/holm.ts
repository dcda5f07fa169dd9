import { requireAlpha, requireProbability } from "./check.ts";

/** Positions of the hypotheses from the smallest p to the largest; ties keep their order. */
function ascending(pValues: readonly number[]): number[] {
  for (const p of pValues) requireProbability("p", p);
  return pValues.map((_, i) => i).sort((a, b) => pValues[a]! - pValues[b]! || a - b);
}

/**
 * p-values adjusted for the whole family (Holm 1979, Scand. J. Statistics 6:65): reject where adjusted p <= alpha, and
 * the chance of any false rejection is at most alpha, whatever the dependence.
 *
 * @param pValues one per hypothesis of the family fixed beforehand, stopped ones included
 * @returns adjusted p-values in the given order
 * @throws RangeError on a p outside [0, 1]
 */
export function holm(pValues: readonly number[]): number[] {
  const adjusted = new Array<number>(pValues.length);
  let running = 0;
  ascending(pValues).forEach((at, rank) => {
    running = Math.max(running, Math.min(1, pValues[at]! * (pValues.length - rank)));
    adjusted[at] = running;
  });
  return adjusted;
}

/**
 * The one-sided alpha at which Holm's procedure tests each hypothesis, for intervals that agree with its verdict:
 * alpha / (m - rank + 1) at its step, and from the step on at which the procedure stops, the level of that step.
 * So p <= level exactly where Holm rejects (Holm 1979, Scand. J. Statistics 6:65).
 *
 * @param pValues one per hypothesis of the family
 * @param alpha the family's alpha, in (0, 0.5)
 * @returns levels in the given order
 * @throws RangeError on a p outside [0, 1] or alpha outside (0, 0.5)
 */
export function holmLevels(pValues: readonly number[], alpha: number): number[] {
  requireAlpha("alpha", alpha);
  const levels = new Array<number>(pValues.length);
  let rejected = 0;
  ascending(pValues).forEach((at, rank) => {
    const left = pValues.length - rejected;
    levels[at] = alpha / left;
    if (rank === rejected && pValues[at]! * left <= alpha) rejected++;
  });
  return levels;
}

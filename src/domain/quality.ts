/** A scorer's part in the quality of a suite. */
export interface QualityPart {
  readonly weight: number;
  /** Failing it (a value of 0) makes the quality of the trial 0. */
  readonly required: boolean;
}

/**
 * The quality of an answer: the weighted mean of its parts, each in [0, 1]; 0 where a required part is 0; null where a part
 * is unknown or nothing weighs.
 */
export function weightedQuality(values: readonly (number | null)[], parts: readonly QualityPart[]): number | null {
  let sum = 0;
  let weights = 0;
  let unknown = false;
  for (const [index, { weight, required }] of parts.entries()) {
    const value = values[index] ?? null;
    if (value === null) {
      unknown = true;
      continue;
    }
    if (required && value === 0) return 0;
    sum += weight * value;
    weights += weight;
  }
  return unknown || weights === 0 ? null : sum / weights;
}

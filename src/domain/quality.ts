/** A scorer's part in the quality of a suite. */
export interface QualityPart {
  /** 0: it has none. */
  readonly weight: number;
  /** Failing it (a value of 0) makes the quality of the trial 0. */
  readonly required: boolean;
}

/** Whether a scorer has a say in the quality. One that has none may be unknown, or uncertain, and nothing follows. */
export function hasSay({ weight, required }: QualityPart): boolean {
  return weight > 0 || required;
}

/**
 * The quality of an answer: the weighted mean of its parts, each in [0, 1]; 0 where a required part is 0; null where a part
 * is unknown or nothing weighs.
 */
export function weightedQuality(values: readonly (number | null)[], parts: readonly QualityPart[]): number | null {
  let sum = 0;
  let weights = 0;
  let unknown = false;
  for (const [index, part] of parts.entries()) {
    if (!hasSay(part)) continue;
    const { weight, required } = part;
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

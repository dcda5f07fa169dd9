/** Paired binary trials: pairs only the candidate got right, pairs only the incumbent got right, and all pairs. */
export interface PairCounts {
  readonly wins: number;
  readonly losses: number;
  readonly n: number;
}

/** Throws RangeError unless `value` is an integer of at least `least`. */
export function requireCount(name: string, value: number, least = 0): void {
  if (!Number.isSafeInteger(value) || value < least) {
    throw new RangeError(`${name} must be an integer of at least ${least}, got ${value}`);
  }
}

/** Throws RangeError unless the counts are integers with n >= 1 and wins + losses <= n. */
export function requirePairs({ wins, losses, n }: PairCounts): void {
  requireCount("n", n, 1);
  requireCount("wins", wins);
  requireCount("losses", losses);
  if (wins + losses > n) throw new RangeError(`wins + losses = ${wins + losses} exceeds n = ${n}`);
}

/** Throws RangeError unless 0 <= value <= 1. */
export function requireProbability(name: string, value: number): void {
  if (!(value >= 0 && value <= 1)) throw new RangeError(`${name} must lie in [0, 1], got ${value}`);
}

/** Throws RangeError unless 0 < value < 1. */
export function requireOpenUnit(name: string, value: number): void {
  if (!(value > 0 && value < 1)) throw new RangeError(`${name} must lie strictly between 0 and 1, got ${value}`);
}

/** Throws RangeError unless 0 < alpha < 0.5: a one-sided level of half or more proves nothing. */
export function requireAlpha(name: string, alpha: number): void {
  if (!(alpha > 0 && alpha < 0.5)) throw new RangeError(`${name} must lie strictly between 0 and 0.5, got ${alpha}`);
}

/** Throws RangeError unless -1 < margin < 1 (negative: superiority by more than a value). */
export function requireMargin(margin: number): void {
  if (!(margin > -1 && margin < 1)) throw new RangeError(`margin must lie strictly between -1 and 1, got ${margin}`);
}

/** Throws RangeError if any value is NaN or infinite. */
export function requireFinite(name: string, values: ArrayLike<number>): void {
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) throw new RangeError(`${name}[${i}] must be a finite number, got ${values[i]}`);
  }
}

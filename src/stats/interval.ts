/** A range of values the data do not rule out. */
export interface Interval {
  /** Lower bound in the unit of the estimate; null where that bound does not exist. */
  readonly low: number | null;
  /** Upper bound in the unit of the estimate; null where that bound does not exist. */
  readonly high: number | null;
  /** Two-sided coverage in (0, 1): 0.95 for a 95 % interval. */
  readonly level: number;
  /** How it was made, in words a report can print. */
  readonly method: string;
}

/** A number with its uncertainty. */
export interface Estimate {
  /** The point estimate. */
  readonly value: number;
  /** Null where the data are too few for one. */
  readonly interval: Interval | null;
  /** How many values `value` averages. */
  readonly n: number;
}

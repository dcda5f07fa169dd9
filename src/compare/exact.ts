import { exactInterval, exactNonInferiority } from "../stats/exact.ts";
import type { Interval } from "../stats/interval.ts";

/** Routes over the same answers, and candidates that never differ, ask the same test again and again. */
const MOST_KEPT = 20_000;

function kept<A extends object, R>(make: (counts: A) => R): (counts: A) => R {
  const known = new Map<string, R>();
  return (counts) => {
    const key = Object.values(counts).join(" ");
    const before = known.get(key);
    if (before !== undefined) return before;
    if (known.size >= MOST_KEPT) known.clear();
    const made = make(counts);
    known.set(key, made);
    return made;
  };
}

interface Counts {
  readonly wins: number;
  readonly losses: number;
  readonly n: number;
  readonly margin: number;
}

const testOf = kept(exactNonInferiority);
const intervalOf = kept<Counts & { readonly alpha: number }, Interval>(exactInterval);

/** {@link exactNonInferiority}, each asked once. */
export function exactP({ wins, losses, n, margin }: Counts): number {
  return testOf({ wins, losses, n, margin });
}

/** {@link exactInterval}, each asked once. */
export function exactRange({ wins, losses, n, margin, alpha }: Counts & { readonly alpha: number }): Interval {
  return intervalOf({ wins, losses, n, margin, alpha });
}

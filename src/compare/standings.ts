import { holm, holmLevels } from "../stats/holm.ts";

/** Where a cell stands in its family. */
export interface Standing {
  readonly pHolm: number;
  /** The one-sided level at which Holm tests this cell. */
  readonly level: number;
}

/** Holm's procedure over a family. */
export function standingsOf(ps: readonly number[], alpha: number): Standing[] {
  if (ps.length === 0) return [];
  const adjusted = holm(ps);
  return holmLevels(ps, alpha).map((level, index) => ({ level, pHolm: adjusted[index] as number }));
}

import type { Verdict } from "../domain/decision.ts";
import type { Policy } from "../domain/policy.ts";
import type { StopComparison } from "../domain/stops.ts";

/** What a verdict reads of each comparison. */
export type Contestant = Pick<StopComparison, "conditions" | "outcome" | "p" | "qualityP" | "quality" | "costRatio">;

/** The verdict over the comparisons of a route. `shown`: the one to switch to, or the one that came closest. */
export function verdictOver<T extends Contestant>(
  contestants: readonly T[],
  objective: Policy["objective"],
): { readonly verdict: Verdict; readonly shown: T | undefined } {
  const passing = contestants.filter(({ outcome }) => outcome === "passes");
  const open = contestants.filter(({ outcome }) => outcome === "open");
  const best = objective === "best-within-budget" ? highestQuality(passing) : lowestCost(passing);
  const verdict = best !== undefined ? "switch" : open.length > 0 || contestants.length === 0 ? "inconclusive" : "keep";
  // Of those that fail, one that would at least pay is worth more words than a dearer and better one.
  const paying = contestants.filter(costHolds);
  return { verdict, shown: best ?? nearest(open) ?? highestQuality(paying) ?? highestQuality(contestants) };
}

function costHolds({ conditions }: Contestant): boolean {
  return conditions.some(({ name, state }) => name === "cost" && state === "holds");
}

function lowestCost<T extends Contestant>(list: readonly T[]): T | undefined {
  const cost = ({ costRatio }: T) => costRatio ?? Number.POSITIVE_INFINITY;
  return list.toSorted((a, b) => cost(a) - cost(b))[0];
}

function highestQuality<T extends Contestant>(list: readonly T[]): T | undefined {
  return list.toSorted((a, b) => (b.quality ?? -1) - (a.quality ?? -1))[0];
}

function nearest<T extends Contestant>(list: readonly T[]): T | undefined {
  return list.toSorted((a, b) => a.p - b.p || a.qualityP - b.qualityP)[0];
}

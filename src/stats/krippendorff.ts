import type { Rated } from "./agreement.ts";
import { requireOpenUnit } from "./check.ts";
import type { Estimate } from "./interval.ts";
import { jackknife } from "./jackknife.ts";

type Metric = "nominal" | "ordinal";

/**
 * Krippendorff's alpha of any number of raters with gaps (Krippendorff 2011, Computing Krippendorff's Alpha-Reliability):
 * 1 - (n - 1) sum o_ck d^2 / sum n_c n_k d^2 over coincidences. Nominal: d = 1 for unequal values; ordinal: d counts the
 * values between the two. Units with fewer than two ratings do not count.
 *
 * @returns null where it is not defined: fewer than two values can be paired, or all of them are equal
 */
export function krippendorffAlpha(rated: readonly Rated[], categories: number, metric: Metric): number | null {
  const coincidences = new Float64Array(categories * categories);
  const totals = new Float64Array(categories);
  let n = 0;
  for (const { ratings, weight = 1 } of rated) {
    const given = ratings.filter((rating) => rating !== null);
    if (given.length < 2) continue;
    for (const [at, one] of given.entries()) {
      totals[one] = (totals[one] as number) + weight;
      n += weight;
      for (const [other, another] of given.entries()) {
        if (at === other) continue;
        const cell = one * categories + another;
        coincidences[cell] = (coincidences[cell] as number) + weight / (given.length - 1);
      }
    }
  }
  let observed = 0;
  let expected = 0;
  for (let c = 0; c < categories; c++) {
    for (let k = 0; k < categories; k++) {
      const apart = distance(totals, c, k, metric);
      observed += (coincidences[c * categories + k] as number) * apart;
      expected += (totals[c] as number) * (totals[k] as number) * apart;
    }
  }
  return expected === 0 ? null : 1 - ((n - 1) * observed) / expected;
}

/** Alpha with a jackknife interval over units. @throws RangeError on a level outside (0, 1) */
export function alphaAgreement(
  rated: readonly Rated[],
  { metric, categories, level }: { metric: Metric; categories: number; level: number },
): Estimate | null {
  requireOpenUnit("level", level);
  const usable = rated.filter(({ ratings }) => ratings.filter((rating) => rating !== null).length > 1);
  return jackknife(usable, (units) => krippendorffAlpha(units, categories, metric), { level, range: [-1, 1] });
}

// Squared; the ordinal one counts the ranks between two categories, half of each end.
function distance(totals: Float64Array, c: number, k: number, metric: Metric): number {
  if (c === k) return 0;
  if (metric === "nominal") return 1;
  const between = totals.subarray(Math.min(c, k), Math.max(c, k) + 1).reduce((sum, count) => sum + count, 0);
  return (between - ((totals[c] as number) + (totals[k] as number)) / 2) ** 2;
}

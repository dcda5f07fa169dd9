import { requireOpenUnit } from "./check.ts";
import type { Estimate } from "./interval.ts";
import { jackknife } from "./jackknife.ts";
import { exactLowerBound } from "./proportion.ts";

/** What raters said of one unit: a category from 0 to q - 1 each, null where one said nothing. */
export interface Rated {
  readonly ratings: readonly (number | null)[];
  /** How many units it stands for, where units were drawn with unequal chances. */
  readonly weight?: number;
}

interface Chance {
  /** Weighted share of agreeing pairs of ratings. */
  readonly observed: number;
  /** What chance alone would give. */
  readonly expected: number;
  /** Units with two ratings or more. */
  readonly units: number;
}

/**
 * Cohen's kappa of two raters (Cohen 1960, Educ. Psychol. Meas. 20:37), over the units that both rated.
 * Null where it is not defined: no such unit, or both raters used one and the same category throughout.
 */
export function cohenKappa(rated: readonly Rated[], categories: number): number | null {
  return corrected(cohen(rated, categories));
}

/**
 * Gwet's AC1 of any number of raters (Gwet 2008, Br. J. Math. Stat. Psychol. 61:29): unlike kappa it does not fall to 0
 * where nearly all units are of one category. Null without a unit that two raters rated.
 */
export function gwetAc1(rated: readonly Rated[], categories: number): number | null {
  return corrected(gwet(rated, categories));
}

/**
 * Kappa or AC1 with its interval: jackknife over units; where all agree, the exact one-sided bound of the share of
 * agreement (Clopper & Pearson 1934) with chance agreement as seen.
 *
 * @throws RangeError on a level outside (0, 1)
 */
export function agreement(
  rated: readonly Rated[],
  { measure, categories, level }: { measure: "kappa" | "ac1"; categories: number; level: number },
): Estimate | null {
  requireOpenUnit("level", level);
  const usable = rated.filter(({ ratings }) => ratings.filter((rating) => rating !== null).length > 1);
  const chanceOf = measure === "kappa" ? cohen : gwet;
  const estimate = jackknife(usable, (units) => corrected(chanceOf(units, categories)), { level, range: [-1, 1] });
  const chance = chanceOf(usable, categories);
  if (estimate === null || estimate.interval !== null || chance === null || chance.observed < 1) return estimate;
  const least = exactLowerBound(usable.length, usable.length, level);
  const low = Math.max(-1, (least - chance.expected) / (1 - chance.expected));
  return { ...estimate, interval: { low, high: 1, level, method: "Clopper-Pearson on the share of agreement" } };
}

function corrected(chance: Chance | null): number | null {
  if (chance === null || chance.expected >= 1) return null;
  return (chance.observed - chance.expected) / (1 - chance.expected);
}

function cohen(rated: readonly Rated[], categories: number): Chance | null {
  const first = new Float64Array(categories);
  const second = new Float64Array(categories);
  let total = 0;
  let same = 0;
  let units = 0;
  for (const { ratings, weight = 1 } of rated) {
    const [one, other] = ratings;
    if (one == null || other == null) continue;
    first[one] = (first[one] as number) + weight;
    second[other] = (second[other] as number) + weight;
    total += weight;
    units += 1;
    if (one === other) same += weight;
  }
  if (total === 0) return null;
  const expected = first.reduce((sum, share, at) => sum + (share * (second[at] as number)) / total ** 2, 0);
  return { observed: same / total, expected, units };
}

function gwet(rated: readonly Rated[], categories: number): Chance | null {
  const shares = new Float64Array(categories);
  let all = 0;
  let total = 0;
  let agreeing = 0;
  let units = 0;
  for (const { ratings, weight = 1 } of rated) {
    const given = ratings.filter((rating) => rating !== null);
    if (given.length === 0) continue;
    all += weight;
    const counts = new Float64Array(categories);
    for (const rating of given) counts[rating] = (counts[rating] as number) + 1;
    counts.forEach((count, at) => {
      shares[at] = (shares[at] as number) + (weight * count) / given.length;
    });
    if (given.length < 2) continue;
    const pairs = given.length * (given.length - 1);
    agreeing += (weight * counts.reduce((sum, count) => sum + count * (count - 1), 0)) / pairs;
    total += weight;
    units += 1;
  }
  if (total === 0) return null;
  if (categories < 2) return { observed: 1, expected: 0, units };
  const expected = shares.reduce((sum, share) => sum + (share / all) * (1 - share / all), 0) / (categories - 1);
  return { observed: agreeing / total, expected, units };
}

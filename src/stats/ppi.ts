import { requireFinite, requireMargin, requireOpenUnit } from "./check.ts";
import type { Estimate } from "./interval.ts";
import { studentCdf, studentQuantile } from "./special.ts";

/** A part of the cases from which labels were drawn with equal chances. One stratum: labels drawn from all alike. */
export interface LabelStratum {
  /** Pairs that people labelled: their difference y, and the judge's f. */
  readonly labelled: readonly { readonly y: number; readonly f: number }[];
  /** The judge's difference of the pairs that nobody labelled. */
  readonly unlabelled: readonly number[];
}

export interface Calibrated {
  /** Mean paired difference as people would see it. */
  readonly estimate: Estimate;
  /** How much the judge was listened to, in [0, 1]. */
  readonly lambda: number;
  /** One-sided p of H0: the mean difference is -margin or worse. */
  readonly p: number;
}

/**
 * PPI++ on the paired difference (Angelopoulos, Duchi & Zrnic 2023, arXiv:2311.01453): people's labels say what is true,
 * the judge's scores of the pairs without a label make it more precise.
 * lambda = clip(cov(Y, F) / (var(F) (1 + k/m)), 0, 1) on the labelled; estimate = mean Y_k + lambda (mean F_m - mean F_k);
 * SE^2 = var(Y - lambda F) / k + lambda^2 var(F_m) / m; Student t. One pseudo-label Y = -1, F = mean F_k is added: a loss
 * that k labels have not shown yet. With several strata, means and errors are those of the strata weighted by their size
 * (Cochran 1977, ch. 5), and the pseudo-label goes where one label weighs most.
 *
 * @param margin loss that is accepted, in the unit of y
 * @param level two-sided coverage of the interval
 * @returns null for fewer than two labels in a stratum that holds pairs without one, and where no stratum has two
 * @throws RangeError on NaN or infinities
 */
export function calibrate(
  strata: readonly LabelStratum[],
  { margin, level }: { readonly margin: number; readonly level: number },
): Calibrated | null {
  requireMargin(margin);
  requireOpenUnit("level", level);
  const filled = strata.filter(({ labelled, unlabelled }) => labelled.length + unlabelled.length > 0);
  for (const { labelled, unlabelled } of filled) {
    requireFinite(
      "y",
      labelled.map(({ y }) => y),
    );
    requireFinite("f", [...labelled.map(({ f }) => f), ...unlabelled]);
  }
  if (filled.length === 0 || filled.some(isUnknown)) return null;
  const total = filled.reduce((sum, { labelled, unlabelled }) => sum + labelled.length + unlabelled.length, 0);
  const labels = filled.flatMap(({ labelled }) => labelled);
  const lambda = tuning(labels, filled.flatMap(({ unlabelled }) => unlabelled).length);
  const weights = filled.map(({ labelled, unlabelled }) => (labelled.length + unlabelled.length) / total);
  const weighs = filled.map(({ labelled }, at) => (weights[at] as number) / labelled.length);
  const guarded = weighs.indexOf(Math.max(...weighs));
  let value = 0;
  let variance = 0;
  for (const [at, { labelled, unlabelled }] of filled.entries()) {
    const f = mean(labelled.map((label) => label.f));
    const own = at === guarded ? [...labelled, { y: -1, f }] : labelled;
    const weight = weights[at] as number;
    const m = unlabelled.length;
    value += weight * (mean(own.map(({ y }) => y)) + (m === 0 ? 0 : lambda * (mean(unlabelled) - f)));
    const used = m === 0 ? 0 : lambda;
    const ofLabels = spread(own.map((label) => label.y - used * label.f)) / own.length;
    variance += weight ** 2 * (ofLabels + (m < 2 ? 0 : (used ** 2 * spread(unlabelled)) / m));
  }
  const df = filled.reduce((sum, { labelled }) => sum + labelled.length - 1, 0);
  if (df < 1) return null;
  const error = Math.sqrt(variance);
  const reach = studentQuantile((1 + level) / 2, df) * error;
  const interval = { low: value - reach, high: value + reach, level, method: "PPI++, Student t" };
  const p = error === 0 ? (value > -margin ? 0 : 1) : 1 - studentCdf((value + margin) / error, df);
  return { estimate: { value, interval, n: labels.length }, lambda, p };
}

function isUnknown({ labelled, unlabelled }: LabelStratum): boolean {
  return labelled.length < (unlabelled.length > 0 ? 2 : 1);
}

function tuning(labels: readonly { readonly y: number; readonly f: number }[], m: number): number {
  const variance = spread(labels.map(({ f }) => f));
  if (m === 0 || variance < 1e-12) return 0;
  const meanY = mean(labels.map(({ y }) => y));
  const meanF = mean(labels.map(({ f }) => f));
  const covariance = labels.reduce((sum, { y, f }) => sum + (y - meanY) * (f - meanF), 0) / (labels.length - 1);
  return Math.min(1, Math.max(0, covariance / (variance * (1 + labels.length / m))));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Sample variance; 0 for a single value. */
function spread(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const middle = mean(values);
  return values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1);
}

/**
 * Edges of equal bins from 0 to past the 99th centile of the values, rounded up to a round step, so that one straggler does not flatten
 * the rest. Empty without values.
 * @param sorted values in ascending order
 */
export function histogramEdges(sorted: ArrayLike<number>, bins: number): number[] {
  if (sorted.length === 0) return [];
  const top = sorted[Math.ceil(0.99 * sorted.length) - 1] as number;
  const raw = (top > 0 ? top : 1) / bins;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = ([1, 2, 2.5, 5, 10].find((each) => each * power >= raw * (1 - 1e-9)) ?? 10) * power;
  return Array.from({ length: bins + 1 }, (_, index) => Number((index * step).toPrecision(12)));
}

/** Counts values by bin, `edges[i]` up to but without `edges[i + 1]`; what lies past the last edge counts in the last bin. */
export function histogram(values: Iterable<number>, edges: readonly number[]): number[] {
  const bins = edges.length - 1;
  if (bins < 1) return [];
  const counts = new Array<number>(bins).fill(0);
  const step = ((edges[bins] as number) - (edges[0] as number)) / bins;
  for (const value of values) {
    const at = Math.min(bins - 1, Math.max(0, Math.floor((value - (edges[0] as number)) / step)));
    counts[at] = (counts[at] as number) + 1;
  }
  return counts;
}

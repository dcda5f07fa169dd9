/**
 * Narrows the border between a point where `holds` is true and one where it is false.
 * Returns both sides, so that the caller can choose the one on which the condition is known.
 * The points may be given in either order; the result is within `tolerance` (absolute) of a border.
 */
export function bisect(
  holds: (x: number) => boolean,
  { yes, no, tolerance }: { yes: number; no: number; tolerance: number },
): { yes: number; no: number } {
  while (Math.abs(yes - no) > tolerance) {
    const middle = (yes + no) / 2;
    if (middle === yes || middle === no) break;
    if (holds(middle)) yes = middle;
    else no = middle;
  }
  return { yes, no };
}

/** How close to -1 and 1 a margin may come, and how finely a bound is located. */
const EDGE = 1 - 1e-9;
const TOLERANCE = 1e-7;

/**
 * Inverts a non-inferiority test: the largest margin in [-1, 1] that is *not* rejected, next to the smallest that is.
 *
 * `rejects(margin)` says whether H0: E[D] <= -margin falls. The hunt widens from `start`, so a start near the answer
 * saves calls. Exact p-values can wobble by a hair as the margin grows; with `anchor` (the margin a verdict hangs on)
 * the answer lies on the side of the anchor which the test itself takes. Located to 1e-7.
 */
export function marginAtBorder(
  rejects: (margin: number) => boolean,
  { start, anchor }: { start: number; anchor?: number | undefined },
): number {
  const anchorRejected = anchor === undefined ? null : rejects(anchor);
  const ceiling = anchor !== undefined && anchorRejected === true ? anchor : EDGE;
  const floor = anchor !== undefined && anchorRejected === false ? anchor : -EDGE;
  let step = 0.005;
  let yes = Math.min(ceiling, Math.max(floor, start));
  let no = yes;
  if (rejects(yes)) {
    do {
      yes = no;
      if (no === floor) return -1;
      no = Math.max(floor, no - step);
      step *= 2;
    } while (no !== anchor && rejects(no));
  } else {
    do {
      no = yes;
      if (yes === ceiling) return 1;
      yes = Math.min(ceiling, yes + step);
      step *= 2;
    } while (!rejects(yes));
  }
  return bisect(rejects, { yes, no, tolerance: TOLERANCE }).no;
}

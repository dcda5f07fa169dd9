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
 * `excess(margin)` is ln(p / level) of H0: E[D] <= -margin, which falls where it is at most 0. The hunt widens from
 * `start`, so a start near the answer saves calls. Exact p-values can wobble by a hair as the margin grows; with `anchor`
 * (the margin a verdict hangs on) the answer lies on the side of the anchor which the test itself takes. Located to 1e-7.
 */
export function marginAtBorder(
  excess: (margin: number) => number,
  { start, anchor }: { start: number; anchor?: number | undefined },
): number {
  const point = (margin: number): Point => ({ margin, excess: excess(margin) });
  const anchored = anchor === undefined ? undefined : point(anchor);
  const ceiling = anchored !== undefined && anchored.excess <= 0 ? anchored.margin : EDGE;
  const floor = anchored !== undefined && anchored.excess > 0 ? anchored.margin : -EDGE;
  let step = 0.005;
  let yes = point(Math.min(ceiling, Math.max(floor, start)));
  let no = yes;
  if (yes.excess <= 0) {
    do {
      yes = no;
      if (no.margin === floor) return -1;
      const next = Math.max(floor, no.margin - step);
      no = anchored?.margin === next ? anchored : point(next);
      step *= 2;
    } while (no !== anchored && no.excess <= 0);
  } else {
    do {
      no = yes;
      if (yes.margin === ceiling) return 1;
      yes = point(Math.min(ceiling, yes.margin + step));
      step *= 2;
    } while (yes.excess > 0);
  }
  return narrow(point, { yes, no });
}

interface Point {
  readonly margin: number;
  readonly excess: number;
}

// Regula falsi, which a smooth p-value needs a handful of, and a bisection every third time for one that jumps. A guess
// within half the tolerance of an end goes half the tolerance past it, so that the last bracket is short on both sides.
function narrow(point: (margin: number) => Point, { yes, no }: { yes: Point; no: Point }): number {
  for (let round = 1; yes.margin - no.margin > TOLERANCE; round++) {
    const share = no.excess / (no.excess - Math.max(yes.excess, -700));
    const aim = round % 3 === 0 ? 0.5 : share;
    const guess = no.margin + aim * (yes.margin - no.margin);
    const inside = Math.min(yes.margin - TOLERANCE / 2, Math.max(no.margin + TOLERANCE / 2, guess));
    const at = point(inside);
    if (at.excess <= 0) yes = at;
    else no = at;
  }
  return no.margin;
}

import type { Estimate } from "../../../domain/decision.ts";
import { boundsOf } from "../limits.ts";
import { mark } from "../marks.ts";
import { linear, niceDomain } from "../scale.ts";
import { down, label, line, picture } from "../svg.ts";
import type { Markup } from "../text.ts";

const HEIGHT = 64;

/** What one run measured. Runs are drawn at even steps: their order matters, not the hours between them. */
export interface HistoryPoint {
  /** `2026-11-22`. */
  readonly date: string;
  readonly estimate: Estimate | null;
  /** The model's price differs from that of the run before. */
  readonly priceChanged: boolean;
  /** The suite or its dataset differs from that of the run before: what stands on either side does not compare. */
  readonly suiteChanged: boolean;
}

/** One measure of one model over the runs: estimates with intervals, price changes and changes of the suite marked. */
export function historyChart(
  facts: { readonly id: string; readonly title: string; readonly of: number; readonly fromZero: boolean },
  points: readonly HistoryPoint[],
  format: (value: number) => string,
): Markup | null {
  const bounds = points.flatMap(({ estimate }) => boundsOf(estimate));
  if (bounds.length === 0) return null;
  const [low, high] = niceDomain(facts.fromZero ? [0, ...bounds] : bounds, 3);
  const up = linear([low, high]);
  const y = (value: number) => HEIGHT * (1 - up(value) / 100);
  const x = (index: number) => (points.length === 1 ? 50 : 6 + (88 * index) / (points.length - 1));
  const body: Markup[] = [
    line({ x1: 0, x2: 100, y1: 0, y2: 0 }, "grid"),
    line({ x1: 0, x2: 100, y1: HEIGHT, y2: HEIGHT }, "ax"),
    label(format(high), { x: 0, y: 4, dx: -6 }, "end"),
    label(format(low), { x: 0, y: HEIGHT + 4, dx: -6 }, "end"),
  ];
  for (const [index, { estimate, priceChanged, suiteChanged }] of points.entries()) {
    const at = x(index);
    if (suiteChanged) body.push(line({ x1: at - 3, x2: at - 3, y1: 0, y2: HEIGHT }, "limit"));
    if (priceChanged) body.push(label("$", { x: at, y: HEIGHT + 15 }, "middle name"));
    if (estimate === null) continue;
    const before = points[index - 1];
    if (before?.estimate != null && !suiteChanged) {
      body.push(
        line({ x1: x(index - 1), x2: at, y1: y(before.estimate.value), y2: y(estimate.value) }, `trend m${facts.of}`),
      );
    }
    const ends = boundsOf(estimate);
    body.push(
      line({ x1: at, x2: at, y1: y(Math.min(...ends)), y2: y(Math.max(...ends)) }, `iv m${facts.of}`),
      mark(facts.of, at, down(y(estimate.value))),
    );
  }
  const desc = points
    .map(({ date, estimate, priceChanged, suiteChanged }) => {
      const value = estimate === null ? "unknown" : format(estimate.value);
      return `${date}: ${value}${priceChanged ? ", price changed" : ""}${suiteChanged ? ", suite changed" : ""}`;
    })
    .join("; ");
  return picture({ id: facts.id, height: HEIGHT, title: facts.title, desc }, body);
}

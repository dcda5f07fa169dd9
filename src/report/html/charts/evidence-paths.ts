import type { Comparison } from "../../../domain/decision.ts";
import { count } from "../../numbers.ts";
import { type Cast, mark } from "../marks.ts";
import { linear, ticks } from "../scale.ts";
import { across, down, label, line, picture, tag } from "../svg.ts";
import type { Markup } from "../text.ts";
import { needOf, odds, reachedAt } from "./odds.ts";

const HEIGHT = 236;
const MOST_POINTS = 200;
/** Ends of the axis, as powers of ten. */
const LOWEST = -2;
const HIGHEST = 4;

/** The paths of the betting processes: how the odds against "worse by more than the margin" grew, pair by pair. */
export function drawPaths(id: string, comparisons: readonly Comparison[], cast: Cast): Markup {
  const longest = Math.max(...comparisons.map(({ path }) => path.length));
  const x = linear([0, longest]);
  const up = linear([LOWEST, HIGHEST]);
  const y = (ln: number) => HEIGHT * (1 - up(Math.min(HIGHEST, Math.max(LOWEST, ln / Math.LN10))) / 100);
  const names = ["1 : 100", "1 : 10", "1 : 1", "10 : 1", "100 : 1", "1,000 : 1", "10,000 : 1"];
  const needs = [...new Set(comparisons.flatMap((comparison) => needOf(comparison) ?? []))].sort((a, b) => a - b);
  const body = [
    ...names.flatMap((name, index) => {
      const at = y((LOWEST + index) * Math.LN10);
      return [
        line({ x1: 0, x2: 100, y1: at, y2: at }, name === "1 : 1" ? "zero" : "grid"),
        label(name, { x: 0, y: at + 4, dx: -8 }, "end"),
      ];
    }),
    ...ticks([0, longest], 4).flatMap((n) => [
      line({ x1: x(n), x2: x(n), y1: HEIGHT, y2: HEIGHT + 5 }, "ax"),
      label(count(n), { x: x(n), y: HEIGHT + 19 }, "middle"),
    ]),
    label("pairs, in the order that was fixed before", { x: 100, y: HEIGHT + 37 }, "axis-title end"),
    ...needs.map((need) => line({ x1: 0, x2: 100, y1: y(need), y2: y(need) }, "limit")),
    label(
      `enough: ${needs.map((need) => odds(need)).join(", ")}`,
      { x: 0, y: y(needs.at(-1) ?? 0) - 7, dx: 6 },
      "axis-title",
    ),
    tag(
      "svg",
      { width: "100%", height: HEIGHT, viewBox: `0 0 ${longest} ${HEIGHT}`, preserveAspectRatio: "none" },
      ...comparisons.map(({ candidate, path }) =>
        tag("path", { d: pathOf(path, y), class: `path m${cast.markOf(candidate)}` }),
      ),
    ),
    ...comparisons.flatMap((comparison) => {
      const of = cast.markOf(comparison.candidate);
      const reached = reachedAt(comparison);
      const ring =
        reached === null
          ? []
          : [
              tag("circle", {
                cx: across(x(reached)),
                cy: down(y(needOf(comparison) ?? 0)),
                r: 6,
                class: `ring m${of}`,
              }),
            ];
      return [...ring, mark(of, x(comparison.path.length), y(comparison.path.at(-1) ?? 0))];
    }),
  ];
  const desc = comparisons.map(
    (comparison) =>
      `${comparison.candidate}: highest ${odds(highestOf(comparison.path))}, ${reachedAt(comparison) === null ? "not enough" : `enough at case ${reachedAt(comparison)}`}.`,
  );
  return picture(
    { id, height: HEIGHT, title: "Evidence that a candidate is within the margin, case by case", desc: desc.join(" ") },
    body,
  );
}

// Not Math.max(...path): a long run has more points than a call has room for arguments.
export function highestOf(path: readonly number[]): number {
  return path.reduce((highest, value) => Math.max(highest, value), 0);
}

/** At most {@link MOST_POINTS} of the points. A stretch that reaches a new high shows it; any other shows its end. */
function pathOf(path: readonly number[], y: (ln: number) => number): string {
  const size = Math.max(1, Math.ceil(path.length / MOST_POINTS));
  let highest = 0;
  let drawn = `M0 ${down(y(0))}`;
  for (let from = 0; from < path.length; from += size) {
    const stretch = path.slice(from, from + size);
    const top = Math.max(...stretch);
    const at = top > highest ? stretch.indexOf(top) : stretch.length - 1;
    highest = Math.max(highest, top);
    drawn += `L${from + at + 1} ${down(y(stretch[at]!))}`;
  }
  return drawn;
}

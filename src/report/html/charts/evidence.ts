import type { Comparison, RouteDecision } from "../../../domain/decision.ts";
import { count, pValue } from "../../numbers.ts";
import { testLevelOf } from "../limits.ts";
import { type Cast, glyph, mark } from "../marks.ts";
import { linear, ticks } from "../scale.ts";
import { across, down, label, line, picture, tag } from "../svg.ts";
import type { Markup } from "../text.ts";
import { capital } from "../text.ts";

const HEIGHT = 236;
const MOST_POINTS = 200;
/** Ends of the axis, as powers of ten. */
const LOWEST = -2;
const HIGHEST = 4;

/** How the evidence of a route grew, case by case, or what its looks saw. Null where nothing was tested. */
export function evidenceView(route: RouteDecision, index: number, cast: Cast) {
  const tested = route.comparisons.filter(({ quality }) => quality !== null);
  if (tested.length === 0) return null;
  const betting = tested.filter(({ path }) => path.length > 0);
  return {
    title: titleOf(route, tested),
    route: route.route,
    drawing: betting.length === 0 ? null : drawPaths(`evidence-${index}`, betting, cast),
    rows: tested.map((comparison) => rowOf(comparison, cast)),
    looks: tested.some(({ path }) => path.length === 0),
  };
}

function rowOf(comparison: Comparison, cast: Cast) {
  const need = needOf(comparison);
  const reached = reachedAt(comparison);
  const last = comparison.looks.at(-1);
  return {
    glyph: glyph(cast.markOf(comparison.candidate)),
    name: comparison.candidate,
    seen:
      comparison.path.length === 0
        ? comparison.looks.map(({ n, p, share }) => `p ${pValue(p)} at ${count(n)}${share === 1 ? "" : ` (${Math.round(share * 100)} % of alpha)`}`).join(", ")
        : odds(Math.max(0, ...comparison.path)),
    need: need === null ? "unknown" : comparison.path.length === 0 ? `p ${pValue(1 / Math.exp(need))}` : odds(need),
    reached: reached === null ? `not in ${count(last?.n ?? comparison.n)}` : `at case ${count(reached)}`,
  };
}

/** ln of the odds at which the claim "worse by more than the margin" is given up, at the comparison's Holm level. */
function needOf(comparison: Comparison): number | null {
  const alpha = testLevelOf(comparison);
  return alpha === null ? null : -Math.log(alpha);
}

function reachedAt(comparison: Comparison): number | null {
  const need = needOf(comparison);
  if (need === null) return null;
  if (comparison.path.length === 0) {
    return comparison.looks.find(({ p, share }) => p <= share * Math.exp(-need) * (1 + 1e-9))?.n ?? null;
  }
  // The level went through 1 - 2 alpha and back: allow for its rounding.
  const place = comparison.path.findIndex((value) => value >= need - 1e-9);
  return place < 0 ? null : place + 1;
}

function titleOf({ route }: RouteDecision, tested: readonly Comparison[]): string {
  const first = tested
    .flatMap((comparison) => {
      const at = reachedAt(comparison);
      return at === null ? [] : [{ name: comparison.candidate, at, of: comparison.n }];
    })
    .toSorted((a, b) => a.at - b.at)[0];
  if (first === undefined) return `${capital(route)}: no candidate gathers enough evidence for its quality`;
  return `${capital(route)}: the evidence for ${first.name} is enough after ${count(first.at)} of ${count(first.of)} cases`;
}

function odds(ln: number): string {
  const size = Math.exp(Math.abs(ln));
  const text = size >= 1e6 ? "over 1,000,000" : size < 9.95 ? String(Number(size.toFixed(1))) : count(Math.round(size));
  return ln >= 0 ? `${text} to 1` : `1 to ${text}`;
}

function drawPaths(id: string, comparisons: readonly Comparison[], cast: Cast): Markup {
  const longest = Math.max(...comparisons.map(({ path }) => path.length));
  const x = linear([0, longest]);
  const up = linear([LOWEST, HIGHEST]);
  const y = (ln: number) => HEIGHT * (1 - up(Math.min(HIGHEST, Math.max(LOWEST, ln / Math.LN10))) / 100);
  const names = ["1 : 100", "1 : 10", "1 : 1", "10 : 1", "100 : 1", "1,000 : 1", "10,000 : 1"];
  const needs = [...new Set(comparisons.flatMap((comparison) => needOf(comparison) ?? []))].sort((a, b) => a - b);
  const body = [
    ...names.flatMap((name, index) => {
      const at = y((LOWEST + index) * Math.LN10);
      return [line({ x1: 0, x2: 100, y1: at, y2: at }, name === "1 : 1" ? "zero" : "grid"), label(name, { x: 0, y: at + 4, dx: -8 }, "end")];
    }),
    ...ticks([0, longest], 4).flatMap((n) => [
      line({ x1: x(n), x2: x(n), y1: HEIGHT, y2: HEIGHT + 5 }, "ax"),
      label(count(n), { x: x(n), y: HEIGHT + 19 }, "middle"),
    ]),
    label("pairs, in the order that was fixed before", { x: 100, y: HEIGHT + 37 }, "axis-title end"),
    ...needs.map((need) => line({ x1: 0, x2: 100, y1: y(need), y2: y(need) }, "limit")),
    label(`enough: ${needs.map((need) => odds(need)).join(", ")}`, { x: 0, y: y(needs.at(-1) ?? 0) - 7, dx: 6 }, "axis-title"),
    tag(
      "svg",
      { width: "100%", height: HEIGHT, viewBox: `0 0 ${longest} ${HEIGHT}`, preserveAspectRatio: "none" },
      ...comparisons.map(({ candidate, path }) => tag("path", { d: pathOf(path, y), class: `path m${cast.markOf(candidate)}` })),
    ),
    ...comparisons.flatMap((comparison) => {
      const of = cast.markOf(comparison.candidate);
      const reached = reachedAt(comparison);
      const ring = reached === null ? [] : [tag("circle", { cx: across(x(reached)), cy: down(y(needOf(comparison) ?? 0)), r: 6, class: `ring m${of}` })];
      return [...ring, mark(of, x(comparison.path.length), y(comparison.path.at(-1) ?? 0))];
    }),
  ];
  const desc = comparisons.map((comparison) => `${comparison.candidate}: highest ${odds(Math.max(0, ...comparison.path))}, ${reachedAt(comparison) === null ? "not enough" : `enough at case ${reachedAt(comparison)}`}.`);
  return picture({ id, height: HEIGHT, title: "Evidence that a candidate is within the margin, case by case", desc: desc.join(" ") }, body);
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

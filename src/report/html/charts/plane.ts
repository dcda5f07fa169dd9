import { change, points as inPoints, usd } from "../../numbers.ts";
import { costLimitOf, marginOf, marginWords } from "../limits.ts";
import { mark } from "../marks.ts";
import { clamp, type Domain, linear, niceDomain, stepFor, ticks } from "../scale.ts";
import { across, label, line, picture, tag } from "../svg.ts";
import type { Markup } from "../text.ts";
import { planeNames } from "./plane-names.ts";
import { frontier, type PlaneFacts, type PlanePoint } from "./plane-points.ts";

const HEIGHT = 330;

/** Cost across, quality up, with intervals, the staircase of efficient models and the limits of the route. */
export function plane(facts: PlaneFacts): Markup {
  const { points, zone, route } = facts;
  const costs = niceDomain([0, ...points.flatMap((point) => point.costs), zone?.cost ?? 0]);
  const qualities = qualityAxis(points, zone?.quality);
  const x = linear(costs);
  const up = linear(qualities);
  const y = (quality: number) => HEIGHT * (1 - up(clamp(quality, qualities)) / 100);
  const body: Markup[] = [];
  if (zone !== null && route !== null) {
    const [right, bottom] = [x(zone.cost), y(zone.quality)];
    body.push(
      tag("rect", { width: across(right), height: bottom.toFixed(1), class: "zone-ok" }),
      line({ x1: 0, x2: right, y1: bottom, y2: bottom }, "limit"),
      line({ x1: right, x2: right, y1: 0, y2: bottom }, "limit"),
    );
  }
  for (const quality of ticks(qualities)) {
    body.push(
      line({ x1: 0, x2: 100, y1: y(quality), y2: y(quality) }, "grid"),
      label(String(quality), { x: 0, y: y(quality) + 4, dx: -8 }, "end"),
    );
  }
  body.push(line({ x1: 0, x2: 100, y1: HEIGHT, y2: HEIGHT }, "ax"));
  for (const cost of ticks(costs, 4)) {
    body.push(
      line({ x1: x(cost), x2: x(cost), y1: HEIGHT, y2: HEIGHT + 5 }, "ax"),
      label(`$${cost}`, { x: x(cost), y: HEIGHT + 19 }, "middle"),
    );
  }
  body.push(
    label("Quality, points of 100", { x: 0, y: -12, dx: -30 }, "axis-title"),
    label("Cost per 1,000 calls, USD", { x: 100, y: HEIGHT + 38 }, "axis-title end"),
    ...staircase(points, x, y),
    ...points.flatMap((point) => drawPoint(point, x, y)),
    ...planeNames(facts, { x, y, height: HEIGHT }),
  );
  return picture(
    { id: "plane", height: HEIGHT, title: "Quality against cost", desc: points.map(describe).join(" ") },
    body,
  );
}

function qualityAxis(points: readonly PlanePoint[], limit: number | undefined): Domain {
  const [low, high] = niceDomain([
    ...points.flatMap(({ qualities }) => qualities),
    ...(limit === undefined ? [] : [limit]),
  ]);
  // Room above the best for its name; the scale itself ends at 100.
  return [Math.max(0, low), Math.min(100, high + stepFor(high - low, 5) / 2)];
}

function staircase(
  points: readonly PlanePoint[],
  x: (cost: number) => number,
  y: (quality: number) => number,
): Markup[] {
  const steps = frontier(points);
  return steps.flatMap((step, index) => {
    const from = index === 0 ? HEIGHT : y(steps[index - 1]!.quality);
    const next = steps[index + 1];
    const [at, level] = [x(step.cost), y(step.quality)];
    return [
      line({ x1: at, x2: at, y1: from, y2: level }, "front"),
      line({ x1: at, x2: next === undefined ? 100 : x(next.cost), y1: level, y2: level }, "front"),
    ];
  });
}

function drawPoint(point: PlanePoint, x: (cost: number) => number, y: (quality: number) => number): Markup[] {
  const { cost, quality, costs, qualities } = point;
  const [atX, atY] = [x(cost), y(quality)];
  return [
    line({ x1: x(Math.min(...costs)), x2: x(Math.max(...costs)), y1: atY, y2: atY }, `iv m${point.mark}`),
    line({ x1: atX, x2: atX, y1: y(Math.min(...qualities)), y2: y(Math.max(...qualities)) }, `iv m${point.mark}`),
    mark(point.mark, atX, atY),
  ];
}

function describe(point: PlanePoint): string {
  const role = point.incumbent ? " (incumbent)" : "";
  return `${point.name}${role}: ${inPoints(point.quality / 100)} points at ${usd(point.cost)} per 1,000 calls.`;
}

/** What the tinted ground means. */
export function zoneText({ route, zone }: PlaneFacts): string {
  if (route === null || zone === null) return "";
  const margin = marginOf(route.policy);
  const quality = margin === 0 ? "better than the incumbent" : `at most ${marginWords(margin)} lower`;
  return `Tinted: where ${route.route} would accept a switch, ${quality} and cost ${change(costLimitOf(route.policy))} or less.`;
}

import { change, points as inPoints, signedPoints, usd } from "../../numbers.ts";
import { marginOf, costLimitOf } from "../limits.ts";
import { mark } from "../marks.ts";
import { clamp, type Domain, linear, niceDomain, stepFor, ticks } from "../scale.ts";
import { across, label, line, picture, tag } from "../svg.ts";
import type { Markup } from "../text.ts";
import { placeLabels } from "./labels.ts";
import { frontier, type PlaneFacts, type PlanePoint } from "./plane-points.ts";

const HEIGHT = 330;
/** Narrowest drawing, in pixels, that labels are placed for. */
const NARROWEST = 270;
const LONGEST_NAME = 26;

/** Cost across, quality up, with intervals, the staircase of efficient models and the limits of the route. */
export function plane({ points, zone, route }: PlaneFacts): Markup {
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
    body.push(line({ x1: 0, x2: 100, y1: y(quality), y2: y(quality) }, "grid"), label(String(quality), { x: 0, y: y(quality) + 4, dx: -8 }, "end"));
  }
  body.push(line({ x1: 0, x2: 100, y1: HEIGHT, y2: HEIGHT }, "ax"));
  for (const cost of ticks(costs, 4)) {
    body.push(line({ x1: x(cost), x2: x(cost), y1: HEIGHT, y2: HEIGHT + 5 }, "ax"), label(`$${cost}`, { x: x(cost), y: HEIGHT + 19 }, "middle"));
  }
  body.push(
    label("Quality, points of 100", { x: 0, y: -12, dx: -30 }, "axis-title"),
    label("Cost per 1,000 calls, USD", { x: 100, y: HEIGHT + 38 }, "axis-title end"),
    ...staircase(points, x, y),
    ...points.flatMap((point) => drawPoint(point, x, y)),
    ...names(points, x, y, route),
  );
  return picture({ id: "plane", height: HEIGHT, title: "Quality against cost", desc: points.map(describe).join(" ") }, body);
}

function qualityAxis(points: readonly PlanePoint[], limit: number | undefined): Domain {
  const [low, high] = niceDomain([...points.flatMap(({ qualities }) => qualities), ...(limit === undefined ? [] : [limit])]);
  // Room above the best for its name; the scale itself ends at 100.
  return [Math.max(0, low), Math.min(100, high + stepFor(high - low, 5) / 2)];
}

function staircase(points: readonly PlanePoint[], x: (cost: number) => number, y: (quality: number) => number): Markup[] {
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

function names(points: readonly PlanePoint[], x: (cost: number) => number, y: (quality: number) => number, route: PlaneFacts["route"]): Markup[] {
  const pixels = (cost: number) => (x(cost) / 100) * NARROWEST;
  const labels = points.map((point) => {
    const name = point.name.length > LONGEST_NAME ? `${point.name.slice(0, LONGEST_NAME - 1)}…` : point.name;
    return { x: pixels(point.cost), y: y(point.quality), name, facts: factsOf(point, route), text: "" };
  });
  const sized = labels.map((each) => ({ ...each, text: each.name.length > each.facts.length ? each.name : each.facts }));
  const taken = points.flatMap((point) => {
    const [atX, atY] = [pixels(point.cost), y(point.quality)];
    return [
      { left: atX - 5, right: atX + 5, top: y(Math.max(...point.qualities)), bottom: y(Math.min(...point.qualities)) },
      { left: pixels(Math.min(...point.costs)), right: pixels(Math.max(...point.costs)), top: atY - 5, bottom: atY + 5 },
    ];
  });
  const places = placeLabels(sized, taken, { left: -20, right: NARROWEST + 4, top: 2, bottom: HEIGHT - 4 });
  return points.flatMap((point, index) => {
    const { anchor, dx, dy } = places[index]!;
    const at = { x: x(point.cost), y: y(point.quality) + dy, dx };
    return [label(sized[index]!.name, at, `name ${anchor}`), label(sized[index]!.facts, { ...at, y: at.y + 15 }, anchor)];
  });
}

function factsOf(point: PlanePoint, route: PlaneFacts["route"]): string {
  const comparison = route?.comparisons.find(({ candidate }) => candidate === point.name);
  if (comparison?.quality == null || comparison.costRatio == null) return point.incumbent ? "incumbent" : `${inPoints(point.quality / 100)}, ${usd(point.cost)}`;
  return `${signedPoints(comparison.quality.value)} points, ${change(comparison.costRatio.value)}`;
}

function describe(point: PlanePoint): string {
  const role = point.incumbent ? " (incumbent)" : "";
  return `${point.name}${role}: ${inPoints(point.quality / 100)} points at ${usd(point.cost)} per 1,000 calls.`;
}

/** What the tinted ground means. */
export function zoneText({ route, zone }: PlaneFacts): string {
  if (route === null || zone === null) return "";
  const margin = marginOf(route.policy);
  const quality = margin === 0 ? "better than the incumbent" : `at most ${inPoints(margin)} points lower`;
  return `Tinted: where ${route.route} would accept a switch, ${quality} and cost ${change(costLimitOf(route.policy))} or less.`;
}

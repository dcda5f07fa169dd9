import { change, points as inPoints, signedPoints, usd } from "../../numbers.ts";
import { label } from "../svg.ts";
import type { Markup } from "../text.ts";
import { type Box, placeLabels } from "./labels.ts";
import { frontier, type PlaneFacts, type PlanePoint } from "./plane-points.ts";

/** Narrowest drawing, in pixels, that labels are placed for. */
const NARROWEST = 270;
const LONGEST_NAME = 26;

/** How the plane maps dollars to per cent and points to pixels. */
export interface PlaneScale {
  readonly x: (cost: number) => number;
  readonly y: (quality: number) => number;
  readonly height: number;
}

/** The name of each model beside its mark, clear of bars, limits and other names. */
export function planeNames(facts: PlaneFacts, { x, y, height }: PlaneScale): Markup[] {
  const { points } = facts;
  const pixels = (cost: number) => (x(cost) / 100) * NARROWEST;
  const labels = points.map((point) => {
    const name = point.name.length > LONGEST_NAME ? `${point.name.slice(0, LONGEST_NAME - 1)}…` : point.name;
    const says = factsOf(point, facts);
    const text = name.length > says.length ? name : says;
    return {
      x: pixels(point.cost),
      y: y(point.quality),
      top: y(Math.max(...point.qualities)),
      bottom: y(Math.min(...point.qualities)),
      name,
      says,
      text,
    };
  });
  const taken = [...points.flatMap((point) => boxesOf(point, pixels, y)), ...lineBoxes(facts, pixels, y, height)];
  const places = placeLabels(labels, taken, { left: -20, right: NARROWEST + 4, top: 2, bottom: height - 4 });
  return points.flatMap((point, index) => {
    const { anchor, dx, dy } = places[index]!;
    const { name, says } = labels[index]!;
    const at = { x: x(point.cost), y: y(point.quality) + dy, dx };
    return [label(name, at, `name ${anchor}`), label(says, { ...at, y: at.y + 15 }, anchor)];
  });
}

function factsOf(point: PlanePoint, { route }: PlaneFacts): string {
  if (point.incumbent) return "incumbent";
  const comparison = route?.comparisons.find(({ candidate }) => candidate === point.name);
  if (comparison?.quality == null || comparison.costRatio == null) {
    return `${inPoints(point.quality / 100)}, ${usd(point.cost)}`;
  }
  return `${signedPoints(comparison.quality.value)} points, ${change(comparison.costRatio.value)}`;
}

type ToPixels = (value: number) => number;

function boxesOf({ cost, quality, costs, qualities }: PlanePoint, pixels: ToPixels, y: ToPixels): Box[] {
  const [atX, atY] = [pixels(cost), y(quality)];
  const weight = 6;
  return [
    { left: atX - 6, right: atX + 6, top: atY - 6, bottom: atY + 6, weight },
    { left: atX - 4, right: atX + 4, top: y(Math.max(...qualities)), bottom: y(Math.min(...qualities)), weight },
    { left: pixels(Math.min(...costs)), right: pixels(Math.max(...costs)), top: atY - 4, bottom: atY + 4, weight },
  ];
}

function lineBoxes({ points, zone }: PlaneFacts, pixels: ToPixels, y: ToPixels, height: number): Box[] {
  const steps = frontier(points);
  const boxes = steps.flatMap(({ cost, quality }, index): Box[] => {
    const [before, next] = [steps[index - 1], steps[index + 1]];
    const [at, level] = [pixels(cost), y(quality)];
    return [
      { left: at - 2, right: at + 2, top: level, bottom: before === undefined ? height : y(before.quality), weight: 1 },
      {
        left: at,
        right: next === undefined ? NARROWEST : pixels(next.cost),
        top: level - 2,
        bottom: level + 2,
        weight: 1,
      },
    ];
  });
  if (zone === null) return boxes;
  const [right, bottom] = [pixels(zone.cost), y(zone.quality)];
  return [
    ...boxes,
    { left: 0, right, top: bottom - 3, bottom: bottom + 3, weight: 1 },
    { left: right - 3, right: right + 3, top: 0, bottom, weight: 1 },
  ];
}

import type { Comparison } from "../../../domain/decision.ts";
import { range, signedPoints, UNKNOWN } from "../../numbers.ts";
import { marginLabel } from "../limits.ts";
import { mark } from "../marks.ts";
import { type Domain, linear, ticks } from "../scale.ts";
import { across, cellDrawing, label, line, picture, tag } from "../svg.ts";
import { type Markup, markup } from "../text.ts";

/** What a bar of the paired differences is drawn from. */
export interface BarFacts {
  readonly comparison: Comparison;
  readonly mark: number;
  /** As a share. */
  readonly margin: number;
  /** In points. */
  readonly domain: Domain;
}

const NOTHING = markup("");

/** Narrowest strip, in pixels, that its labels are placed for. */
const NARROWEST = 220;

/** A candidate's difference from the incumbent against the margin, for the row of a route. */
export function strip(id: string, facts: BarFacts): Markup {
  const { comparison, margin, domain } = facts;
  const x = linear(domain);
  const limit = x(-100 * margin);
  const zero = x(0);
  const pixels = (share: number) => (share / 100) * NARROWEST;
  const say =
    comparison.quality === null
      ? UNKNOWN
      : `${signedPoints(comparison.quality.value)} points, interval ${range(comparison.quality, signedPoints)}`;
  return picture(
    {
      id,
      height: 58,
      title: `${comparison.candidate}: quality difference against the margin`,
      desc: `Estimate ${say}; margin ${marginLabel(margin)}.`,
    },
    [
      tag("rect", { width: across(limit), y: 8, height: 32, class: "zone-bad" }),
      line({ x1: 0, x2: 100, y1: 40, y2: 40 }, "ax"),
      line({ x1: zero, x2: zero, y1: 8, y2: 44 }, "zero"),
      ...(margin === 0 ? [] : [line({ x1: limit, x2: limit, y1: 8, y2: 44 }, "limit")]),
      ...bar(facts, "24"),
      // Each label only where it cannot run into its neighbour.
      pixels(limit) > 118 ? label("← worse", { x: 0, y: 55 }) : NOTHING,
      margin === 0
        ? NOTHING
        : label(`margin ${marginLabel(margin)}`, { x: limit, y: 55, dx: 8 }, pixels(limit) > 70 ? "end" : "middle"),
      pixels(zero - limit) > 16 || margin === 0 ? label("0", { x: zero, y: 55 }, "middle") : NOTHING,
      pixels(100 - zero) > 66 ? label("better →", { x: 100, y: 55 }, "end") : NOTHING,
    ],
  );
}

/** The bar alone: interval with caps, estimate, and the true difference where a simulation knows it. */
export function bar({ comparison, mark: of, domain }: BarFacts, y: string): Markup[] {
  const { quality, truth } = comparison;
  if (quality === null) return [];
  const x = linear(domain);
  const inside = (value: number) => value >= domain[0] && value <= domain[1];
  const low = 100 * (quality.interval?.low ?? -1);
  const high = 100 * (quality.interval?.high ?? 1);
  const at = (value: number) => across(x(Math.min(domain[1], Math.max(domain[0], value))));
  const end = (value: number, arrow: string) =>
    tag("use", { href: inside(value) ? "#cap" : arrow, x: at(value), y, class: `cap m${of}` });
  return [
    ...(quality.interval === null
      ? []
      : [
          tag("line", { x1: at(low), x2: at(high), y1: y, y2: y, class: `iv m${of}` }),
          end(low, "#more-low"),
          end(high, "#more-high"),
        ]),
    ...(truth === null || !inside(100 * truth.value)
      ? []
      : [tag("use", { href: "#truth", x: at(100 * truth.value), y, class: "truth" })]),
    ...(inside(100 * quality.value) ? [mark(of, x(100 * quality.value), y)] : []),
  ];
}

/** The bar in a cell of the forest table, on the ground of its margin. */
export function forestCell(facts: BarFacts): Markup {
  const x = linear(facts.domain);
  const limit = across(x(-100 * facts.margin));
  const zero = across(x(0));
  return cellDrawing("fr", [
    tag("rect", { width: limit, height: "100%", class: "zone-bad" }),
    tag("line", { x1: zero, x2: zero, y2: "100%", class: "zero" }),
    ...(facts.margin === 0 ? [] : [tag("line", { x1: limit, x2: limit, y2: "100%", class: "limit" })]),
    ...bar(facts, "50%"),
  ]);
}

/** The axis under the forest. */
export function forestAxis(domain: Domain): Markup {
  const x = linear(domain);
  const drawn = ticks(domain, 4).flatMap((value) => [
    line({ x1: x(value), x2: x(value), y1: 0, y2: 5 }, "ax"),
    label(signedPoints(value / 100).replace(".0", ""), { x: x(value), y: 18 }, "middle"),
  ]);
  return cellDrawing("fr axis", [line({ x1: 0, x2: 100, y1: 0.5, y2: 0.5 }, "ax"), ...drawn]);
}

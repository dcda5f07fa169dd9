import type { Grade, Verdict } from "../../domain/decision.ts";
import type { Manifest } from "../../domain/run.ts";
import { across, down, group, tag } from "./svg.ts";
import { type Markup, markup } from "./text.ts";

/** Shape and colour of a model, the same wherever it appears; never shown without its name nearby. */
const SHAPES = [
  "M-5-5H5V5H-5Z",
  "M-5.6 0a5.6 5.6 0 1 0 11.2 0a5.6 5.6 0 1 0-11.2 0",
  "M0-7 7 0 0 7-7 0Z",
  "M0-6.6 6.6 5H-6.6Z",
  "M0 6.6 6.6-5H-6.6Z",
  "M-2-6H2V-2H6V2H2V6H-2V2H-6V-2H-2Z",
  "M0-6.4 6.1-2 3.8 5.2H-3.8L-6.1-2Z",
  "M-6-5 6 5V-5L-6 5Z",
] as const;

/** The candidates in the order in which the page lists, marks and numbers them. */
export interface Cast {
  readonly ids: readonly string[];
  /** Which of the shapes a candidate wears; the first is the incumbent's. */
  markOf(id: string): number;
}

/** The first route's incumbent leads; the others follow as the manifest has them. */
export function castOf({ candidates, routes }: Manifest): Cast {
  const all = candidates.map(({ id }) => id);
  const leader = routes[0]?.incumbent;
  const ids = leader !== undefined && all.includes(leader) ? [leader, ...all.filter((id) => id !== leader)] : all;
  return {
    ids,
    markOf(id) {
      const place = ids.indexOf(id);
      // Past the eighth, shapes come round again; the incumbent's stays its own.
      return place < SHAPES.length ? Math.max(0, place) : 1 + ((place - 1) % (SHAPES.length - 1));
    },
  };
}

/** A model's mark at a point of a drawing. */
export function mark(of: number, x: number, y: number | string): Markup {
  return tag("use", { href: `#s${of}`, x: across(x), y: typeof y === "number" ? down(y) : y, class: `m${of}` });
}

/** A model's mark in running text. */
export function glyph(of: number): Markup {
  return tag("svg", { class: `gl m${of}`, "aria-hidden": "true" }, tag("use", { href: `#s${of}`, x: 6, y: 6 }));
}

/** A signal box's own picture of a verdict: a main line, a branch, and how the points are set. */
export function track(verdict: Verdict): Markup {
  return tag(
    "svg",
    { class: "track", viewBox: "0 0 44 28", "aria-hidden": "true" },
    tag("use", { href: `#t-${verdict}` }),
  );
}

const PIPS: Readonly<Record<Grade, number>> = { certified: 3, calibrated: 2, advisory: 1, simulated: 0 };

/** Three pips that say how far a verdict can be trusted; dotted where the models do not exist. */
export function pips(grade: Grade): Markup {
  const drawn = [0, 1, 2].map((index) => {
    const look = grade === "simulated" ? "dotted" : index < PIPS[grade] ? "on" : "off";
    return tag("circle", { cx: 5 + index * 12, cy: 5, r: 4, class: look });
  });
  return tag("svg", { class: "pips", width: 34, height: 10, "aria-hidden": "true" }, ...drawn);
}

/** The mark of a condition's state: a tick, a cross, a ring or a question mark. */
export function stateMark(state: string): Markup {
  return tag("svg", { class: "st", "aria-hidden": "true" }, tag("use", { href: `#c-${state}` }));
}

const FIXED = `<path id="cap" d="M0-4V4"/><path id="more-low" d="M5-4 0 0 5 4"/><path id="more-high" d="M-5-4 0 0-5 4"/><path id="truth" d="M0-9V-4M0 4V9"/><path id="c-holds" d="m2 6.5 3 3 5.5-7"/><path id="c-fails" d="m2.5 2.5 7 7m0-7-7 7"/><path id="c-open" d="M2 6a4 4 0 1 0 8 0 4 4 0 1 0-8 0"/><path id="c-unknown" d="M3.5 4.2C3.5 1.2 8.5 1.2 8.5 4c0 2-2.5 1.8-2.5 4M6 10.4v.1"/><g id="t-switch"><path class="off" d="M17 7H40"/><path d="M2 7H12C20 7 20 21 28 21H40"/><path d="m35 16 6 5-6 5"/></g><g id="t-keep"><path class="off" d="M12 7C20 7 20 21 28 21H40"/><path d="M2 7H40"/><path d="m35 2 6 5-6 5"/></g><g id="t-inconclusive"><path class="dash" d="M12 7C20 7 20 21 28 21H40"/><path d="M2 7H40"/></g>`;

/** Every shape that the page uses by name. */
export function definitions(): Markup {
  const shapes = SHAPES.map((path, index) => tag("path", { id: `s${index}`, d: path }));
  return tag(
    "svg",
    { class: "defs", "aria-hidden": "true", focusable: "false" },
    tag("defs", {}, group(shapes), markup(FIXED)),
  );
}

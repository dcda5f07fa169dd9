import { escapeText, type Markup, markup } from "./text.ts";

type Attributes = Readonly<Record<string, string | number>>;

/** An element of SVG. Attributes are quoted and escaped; a child that is a string is text, and is escaped too. */
export function tag(name: string, attributes: Attributes, ...children: readonly (Markup | string)[]): Markup {
  const quoted = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeText(String(value))}"`);
  const inner = children.map((child) => (typeof child === "string" ? escapeText(child) : child.toString()));
  return markup(`<${name}${quoted.join("")}>${inner.join("")}</${name}>`);
}

/** Several elements as one. */
export function group(children: readonly Markup[]): Markup {
  return markup(children.map(String).join(""));
}

/** A position across the drawing, in per cent of its width: drawings are fluid in x and fixed in y, so text never scales. */
export function across(x: number): string {
  return `${Number(x.toFixed(2))}%`;
}

/** A position down the drawing, in pixels. */
export function down(y: number): number {
  return Number(y.toFixed(1));
}

interface Ends {
  readonly x1: number;
  readonly x2: number;
  readonly y1: number;
  readonly y2: number;
}

/** A straight line, x in per cent and y in pixels. */
export function line({ x1, x2, y1, y2 }: Ends, className: string): Markup {
  return tag("line", { x1: across(x1), x2: across(x2), y1: down(y1), y2: down(y2), class: className });
}

/** A line of text at a point. `dx` shifts it by pixels. */
export function label(
  text: string,
  at: { readonly x: number; readonly y: number; readonly dx?: number },
  className = "",
): Markup {
  return tag("text", { x: across(at.x), y: down(at.y), dx: at.dx ?? 0, class: className }, text);
}

/** A picture with the title and the description that stand in for it. */
export function picture(
  facts: { readonly id: string; readonly height: number; readonly title: string; readonly desc: string },
  children: readonly Markup[],
): Markup {
  const { id, height, title, desc } = facts;
  return tag(
    "svg",
    { class: "plot", width: "100%", height, role: "img", "aria-labelledby": `${id}-title ${id}-desc` },
    tag("title", { id: `${id}-title` }, title),
    tag("desc", { id: `${id}-desc` }, desc),
    ...children,
  );
}

/** A drawing inside a table cell whose numbers stand beside it. */
export function cellDrawing(className: string, children: readonly Markup[]): Markup {
  return tag("svg", { class: className, "aria-hidden": "true" }, ...children);
}

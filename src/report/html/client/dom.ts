/** An element with attributes and children. Strings become text nodes: nothing on this page parses markup. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string>> = {},
  children: readonly (Node | string)[] = [],
): HTMLElement {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** The same in SVG. */
export function shape(
  name: string,
  attributes: Readonly<Record<string, string>>,
  children: readonly Node[] = [],
): SVGElement {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** A model's mark in running text. */
export function glyphOf(mark: number): SVGElement {
  const use = shape("use", { href: `#s${mark}`, x: "6", y: "6" });
  return shape("svg", { class: `gl m${mark}`, "aria-hidden": "true" }, [use]);
}

/** The element with an id; the template made it. */
export function byId(id: string): HTMLElement {
  return document.getElementById(id) as HTMLElement;
}

/** The control with an id. */
export function control(id: string): HTMLInputElement {
  return document.getElementById(id) as HTMLInputElement;
}

/** The address of a case within the page. */
export function hashOf(id: string): string {
  return `#case=${encodeURIComponent(id)}`;
}

/** Long texts fold behind a summary. */
export function fold(title: string, children: readonly Node[]): HTMLElement {
  return element("details", {}, [element("summary", {}, [title]), ...children]);
}

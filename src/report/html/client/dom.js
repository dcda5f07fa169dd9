/**
 * An element with attributes and children. Strings become text nodes: nothing here parses markup.
 * @param {string} name
 * @param {Record<string, string>} attributes
 * @param {(Node | string)[]} children
 * @returns {HTMLElement}
 */
export function element(name, attributes = {}, children = []) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/**
 * @param {string} name
 * @param {Record<string, string>} attributes
 * @param {Node[]} children
 * @returns {SVGElement}
 */
export function shape(name, attributes, children = []) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/**
 * A model's mark in running text.
 * @param {number} mark
 */
export function glyphOf(mark) {
  const use = shape("use", { href: `#s${mark}`, x: "6", y: "6" });
  return shape("svg", { class: `gl m${mark}`, "aria-hidden": "true" }, [use]);
}

/**
 * The element with an id; the template made it.
 * @param {string} id
 */
export function byId(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}

/**
 * The control with an id.
 * @param {string} id
 */
export function control(id) {
  return /** @type {HTMLInputElement} */ (document.getElementById(id));
}

/**
 * The address of a case within the page.
 * @param {string} id
 */
export function hashOf(id) {
  return `#case=${encodeURIComponent(id)}`;
}

/**
 * The first line of a text, for a heading or a row.
 * @param {string} text
 */
export function firstLine(text) {
  return text.trim().split("\n", 1)[0]?.slice(0, 160) ?? "";
}

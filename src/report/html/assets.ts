import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import Handlebars from "handlebars/dist/handlebars.min.js";
import { pages, parts } from "./templates.js";

const STYLES = [
  "tokens",
  "page",
  "answer",
  "side",
  "plain",
  "heat",
  "charts",
  "cases",
  "basis",
  "index",
  "what-if",
  "narrow",
  "print",
] as const;

/** The page's template. A name that the view lacks is an error, never an empty string. */
export function pageTemplate(): (view: object) => string {
  const partials = Object.entries(parts).map(([name, part]) => [name, Handlebars.template(part)]);
  const page = Handlebars.template(pages.page);
  return (view) => page(view, { partials: Object.fromEntries(partials) });
}

/** The template of the index. */
export function indexTemplate(): (view: object) => string {
  return Handlebars.template(pages.index);
}

/** The one style sheet, comments left out. */
export function readStyle(): string {
  return STYLES.map((name) => read(`css/${name}.css`))
    .join("\n")
    .replace(/\/\*.*?\*\//gs, "")
    .replace(/\n\s*\n+/g, "\n");
}

/** The one script, compiled from `client/` (`npm run client`). */
export function readScript(): string {
  return read("client.js");
}

/** The hash by which a content security policy knows an inline block. */
export function cspHash(block: string): string {
  return `sha256-${createHash("sha256").update(block).digest("base64")}`;
}

function read(path: string): string {
  return readFileSync(new URL(path, import.meta.url), "utf8");
}

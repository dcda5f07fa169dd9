import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import Handlebars from "handlebars";

const PARTS = ["answer", "models", "pictures", "what-if", "cases", "basis", "sentence"] as const;
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

/** The page's template. `strict`: a name that the view lacks is an error, never an empty string. */
export function compilePage(): (view: object) => string {
  const handlebars = Handlebars.create();
  for (const name of PARTS) {
    handlebars.registerPartial(name, handlebars.compile(read(`parts/${name}.hbs`).trimEnd(), { strict: true }));
  }
  return handlebars.compile(read("page.hbs"), { strict: true });
}

/** The template of the index. */
export function compileIndex(): (view: object) => string {
  return Handlebars.create().compile(read("index.hbs"), { strict: true });
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

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import Handlebars from "handlebars";

const PARTS = ["answer", "models", "pictures", "cases", "basis", "sentence"] as const;
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
  "narrow",
  "print",
] as const;
// In the order in which they need each other.
const SCRIPTS = ["dom", "filter", "list", "answer", "case", "main"] as const;

/** The page's template. `strict`: a name that the view lacks is an error, never an empty string. */
export function compilePage(): (view: object) => string {
  const handlebars = Handlebars.create();
  for (const name of PARTS) {
    handlebars.registerPartial(name, handlebars.compile(read(`parts/${name}.hbs`).trimEnd(), { strict: true }));
  }
  return handlebars.compile(read("page.hbs"), { strict: true });
}

/** The one style sheet, comments left out. */
export function readStyle(): string {
  return STYLES.map((name) => read(`css/${name}.css`))
    .join("\n")
    .replace(/\/\*.*?\*\//gs, "")
    .replace(/\n\s*\n+/g, "\n");
}

/** The one script: the client's modules, joined. An inline script has nothing to import, so their imports go. */
export function readScript(): string {
  const modules = SCRIPTS.map((name) =>
    read(`client/${name}.js`)
      .replace(/^import [^;]+;\n/gm, "")
      .replace(/^export /gm, "")
      .replace(/^ *\/\*\*(?:(?!\*\/).)*\*\/\n/gms, "")
      .replace(/^ *\/\/.*\n/gm, ""),
  );
  return `"use strict";\n(() => {\n${modules.join("\n")}})();\n`;
}

/** The hash by which a content security policy knows an inline block. */
export function cspHash(block: string): string {
  return `sha256-${createHash("sha256").update(block).digest("base64")}`;
}

function read(path: string): string {
  return readFileSync(new URL(path, import.meta.url), "utf8");
}

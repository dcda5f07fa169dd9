// Compiles the page's program from src/report/html/client/ into src/report/html/client.js, and its templates into
// src/report/html/templates.js. Both are committed: the report needs no compiler where it is written. A test compares them with
// their sources.
//   npm run client
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { build, transform } from "esbuild";
import Handlebars from "handlebars";
import { ROOT } from "../test/project.ts";

const HTML = join(ROOT, "src/report/html");
export const CLIENT = join(HTML, "client.js");
export const TEMPLATES = join(HTML, "templates.js");

/** The program as one script: the same sources give the same bytes. */
export async function buildClient(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(ROOT, "src/report/html/client/main.ts")],
    bundle: true,
    minify: true,
    write: false,
    format: "iife",
    target: "es2024",
    charset: "ascii",
    legalComments: "none",
    absWorkingDir: ROOT,
    tsconfig: join(ROOT, "src/report/html/client/tsconfig.json"),
  });
  // Inside a script element `<!--` begins something else: spelt so, it stays the same string or pattern.
  return (outputFiles[0]?.text ?? "").replaceAll("<!--", "\\x3c!--");
}

/** The templates as one module. `strict`: a name that the view lacks is an error, never an empty string. */
export async function buildTemplates(): Promise<string> {
  const compiled = (pattern: string) =>
    globSync(pattern, { cwd: HTML })
      .sort()
      .map((file) => {
        const source = readFileSync(join(HTML, file), "utf8");
        const part = pattern.startsWith("parts/") ? source.trimEnd() : source;
        return `${JSON.stringify(basename(file, ".hbs"))}: ${Handlebars.precompile(part, { strict: true })}`;
      })
      .join(",\n");
  const module = `export const pages = {${compiled("*.hbs")}};\nexport const parts = {${compiled("parts/*.hbs")}};\n`;
  return (await transform(module, { minify: true, format: "esm", target: "node24" })).code;
}

if (import.meta.main) {
  writeFileSync(CLIENT, await buildClient());
  writeFileSync(TEMPLATES, await buildTemplates());
}

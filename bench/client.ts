// Compiles the page's program from src/report/html/client/ into src/report/html/client.js, which is committed: the report
// needs no compiler where it is written. A test compares the two.
//   npm run client
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { ROOT } from "../test/project.ts";

export const CLIENT = join(ROOT, "src/report/html/client.js");

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

if (import.meta.main) writeFileSync(CLIENT, await buildClient());

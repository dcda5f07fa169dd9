// Compiles `signalbox/route` from src/routing/model-for.ts into src/routing/published/route.js, which is committed: Node strips no
// types below node_modules, where a project that depends on signalbox has it. A test compares the two.
//   npm run route:js
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { ROOT } from "../test/project.ts";

export const PUBLISHED = join(ROOT, "src/routing/published/route.js");

/** The export as one module: the same sources give the same bytes. */
export async function buildRoute(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(ROOT, "src/routing/model-for.ts")],
    bundle: true,
    packages: "external",
    write: false,
    format: "esm",
    platform: "node",
    target: "node24",
    charset: "utf8",
    legalComments: "none",
    absWorkingDir: ROOT,
  });
  return outputFiles[0]?.text ?? "";
}

if (import.meta.main) writeFileSync(PUBLISHED, await buildRoute());

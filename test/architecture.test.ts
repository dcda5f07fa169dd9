import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { expect, it } from "vitest";
import { ROOT } from "./project.ts";

// What each room of src/ may import, besides itself, `errors.ts`, `lines.ts`, `ports.ts` and packages. `cli` composes them all.
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  stats: [],
  domain: [],
  sandbox: ["domain"],
  scorers: ["domain"],
  providers: ["domain"],
  suite: ["domain"],
  run: ["domain"],
  routing: ["domain"],
  compare: ["domain", "stats"],
  report: ["domain"],
  // The program of the report page: compiled for the browser, with the very functions that decide.
  page: ["report", "compare", "stats", "domain"],
};

/** The room of a path below src; the page's program is a room of its own inside report. */
function roomOf(path: string): string {
  if (path.startsWith("report/html/client/")) return "page";
  return path.split("/")[0] ?? "";
}

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => join(folder, name));
}

interface Import {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

function imports(): Import[] {
  const src = join(ROOT, "src");
  return sources(src)
    .filter((file) => !/\.(test|testing|fixtures)\.ts$/.test(file) && !file.endsWith("contract.ts"))
    .flatMap((file) => {
      const text = readFileSync(file, "utf8");
      const found = [...text.matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g)];
      return found.map(([, target = ""]) => {
        const path = relative(src, file);
        const to = roomOf(relative(src, join(file, "..", target)));
        return { file: relative(ROOT, file), from: path.includes("/") ? roomOf(path) : ".", to };
      });
    });
}

it("lets imports point down only: rooms never reach up, sideways, or out of src", () => {
  const all = imports();
  expect(all.length).toBeGreaterThan(100);
  const wrong = all.filter(({ from, to }) => {
    if (from === to || from === "cli" || (from === "." && to !== "cli")) return to === "..";
    if (from === "." && to === "cli") return false;
    if (to === "errors.ts" || to === "lines.ts") return from === "stats" || from === "domain";
    if (to === "ports.ts") return from === "stats" || from === "domain" || from === "report";
    return MAY_IMPORT[from]?.includes(to) !== true;
  });
  expect(wrong.map(({ file, to }) => `${file} imports ${to}`)).toEqual([]);
});

it("keeps process out of every room but cli", () => {
  const rooms = sources(join(ROOT, "src")).filter(
    (file) => !/src\/(cli\/|bin\.ts)/.test(file) && !file.endsWith(".test.ts"),
  );
  const guilty = rooms.filter((file) =>
    /(?<![.\w"'`])process\.(env|argv|exit|cwd|stdout|stderr|on)\b/.test(readFileSync(file, "utf8")),
  );
  expect(guilty.map((file) => relative(ROOT, file))).toEqual([]);
});

it("names no model of the catalogue in code", () => {
  const catalog =
    readFileSync(join(ROOT, "models.yaml"), "utf8") + readFileSync(join(ROOT, "evals/demo/models.yaml"), "utf8");
  const ids = [...catalog.matchAll(/^\s*-?\s*(?:id|model):\s*["']?([\w./-]+)/gm)].map((hit) => hit[1] as string);
  expect(ids.length).toBeGreaterThan(12);
  const code = sources(join(ROOT, "src")).filter(
    (file) => !/\.(test|testing|fixtures)\.ts$/.test(file) && !/commands\//.test(file),
  );
  const naming = code.flatMap((file) => {
    const text = readFileSync(file, "utf8");
    return ids.filter((id) => text.includes(`"${id}"`)).map((id) => `${relative(ROOT, file)} names ${id}`);
  });
  expect(naming).toEqual([]);
});

// Simulates the promise: how often each procedure approves what it must not, and how often what it should.
// Prints one table per group, and puts it into docs/guarantees.md with --write. Takes some ten minutes in all.
//   npm run bench:decisions [-- binary graded looks families conditions judges cascades power] [-- --write]
import { readFileSync, writeFileSync } from "node:fs";
import { cascades } from "./decisions/cascades.ts";
import { looks } from "./decisions/looks.ts";
import { binary, conditions, families, graded, judges, power } from "./decisions/scenarios.ts";
import { EVALUATIONS, type Row } from "./decisions/simulate.ts";

const GROUPS: Readonly<Record<string, () => Row[]>> = {
  binary,
  graded,
  looks,
  families,
  conditions,
  judges,
  cascades,
  power,
};

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function isKept({ approved, used, most, least, mostUsed }: Row): boolean {
  if (typeof most === "number" && approved > most) return false;
  if (least !== undefined && approved < least * EVALUATIONS) return false;
  return mostUsed === undefined || (used?.mean ?? Number.POSITIVE_INFINITY) <= mostUsed;
}

function boundOf({ most, least, mostUsed }: Row): string {
  const bounds = [
    ...(typeof most === "number" ? [`at most ${percent(most / EVALUATIONS)}`] : []),
    ...(least === undefined ? [] : [`at least ${percent(least)}`]),
    ...(mostUsed === undefined ? [] : [`mean n at most ${mostUsed}`]),
  ];
  return bounds.length === 0 ? "none: for comparison" : bounds.join(", ");
}

function table(rows: readonly Row[]): string {
  const lines = rows.map((row) => {
    const { scenario, approved, used } = row;
    const seen =
      used === undefined
        ? ["", ""]
        : [`${used.mean.toFixed(0)} of ${used.planned}`, percent(1 - used.mean / used.planned)];
    return [scenario, percent(approved / EVALUATIONS), ...seen, boundOf(row), isKept(row) ? "kept" : "BROKEN"];
  });
  const cells = [
    ["scenario", "approved", "mean n", "calls saved", "bound", ""],
    ["---", "---", "---", "---", "---", "---"],
    ...lines,
  ];
  return `${cells.map((line) => `| ${line.join(" | ")} |`).join("\n")}\n`;
}

const asked = process.argv.slice(2).filter((word) => !word.startsWith("--"));
const file = new URL("../docs/guarantees.md", import.meta.url);
for (const name of asked.length === 0 ? Object.keys(GROUPS) : asked) {
  const group = GROUPS[name];
  if (group === undefined) throw new Error(`no group ${name}: ${Object.keys(GROUPS).join(", ")}`);
  const rows = group();
  const text = table(rows);
  process.stdout.write(`\n${name}\n\n${text}`);
  if (!rows.every(isKept)) process.exitCode = 1;
  if (!process.argv.includes("--write")) continue;
  const page = readFileSync(file, "utf8");
  const block = new RegExp(`(<!-- simulation: ${name} -->\\n)[\\s\\S]*?(<!-- end -->)`);
  writeFileSync(
    file,
    page.replace(block, (_, start: string, end: string) => `${start}\n${text}\n${end}`),
  );
}

// How long a report takes to write and to open, and what it weighs, for a small and a large run.
//   npm run bench:report
// Needs Chromium at /usr/bin/chromium. Answers, costs and latencies are drawn with a fixed seed.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { conclude } from "../src/cli/conclude.ts";
import { NO_LOOKS } from "../src/cli/ledger.ts";
import { OUTPUTS } from "../src/cli/outputs.ts";
import { casesOfRun } from "../src/cli/run-cases.ts";
import { readRun } from "../src/cli/saved-runs.ts";
import { writeRun } from "./large-run.ts";

const SIZES = [100, 25_000];
const ROUNDS = 5;
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];

/** In a process of its own, so that the peak of its memory is its own. */
async function writeReports(folder: string): Promise<void> {
  const run = readRun(folder);
  const cases = casesOfRun(folder, run.manifest);
  const keys = { of: () => undefined, scrub: (text: string) => text };
  const started = performance.now();
  const before = process.cpuUsage();
  await conclude({ directory: folder, root: folder, run, cases, truth: undefined, keys, looks: { ledger: NO_LOOKS } });
  const seconds = (performance.now() - started) / 1_000;
  const { user, system } = process.cpuUsage(before);
  const cpu = (user + system) / 1e6;
  process.stdout.write(JSON.stringify({ seconds, cpu, mebibytes: process.resourceUsage().maxRSS / 1_024 }));
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number;
}

/** Opens the page and filters it, as a reader would; ms. */
async function readReport(file: string) {
  // Here, and not above: the process that writes is measured without it.
  const { chromium } = await import("playwright-core");
  const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", headless: true, args: FLAGS });
  const opened: { paint: number; ready: number; filter: number; open: number }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const page = await browser.newPage({ viewport: { width: 1_280, height: 900 } });
    await page.goto(pathToFileURL(file).href, { waitUntil: "commit", timeout: 60_000 });
    await page.locator("#view h4").first().waitFor();
    const ready = (await page.evaluate("performance.getEntriesByName('ready')[0].startTime")) as number;
    const paint = (await page.evaluate(
      "performance.getEntriesByName('first-contentful-paint')[0].startTime",
    )) as number;
    // Until the browser has drawn what the change led to.
    const timed = (change: string) =>
      page.evaluate(`new Promise((resolve) => {
        const began = performance.now();
        ${change}
        requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - began)));
      })`) as Promise<number>;
    const choose = (id: string, value: string) =>
      timed(
        `const field = document.getElementById("${id}"); field.value = ${JSON.stringify(value)}; field.dispatchEvent(new Event("input", { bubbles: true }));`,
      );
    const filter = Math.max(
      await choose("f-show", "worse"),
      await choose("f-sort", "dispute"),
      await choose("f-tag", "domain=law"),
      await choose("f-text", "question 7"),
    );
    const open = await timed(`document.dispatchEvent(new KeyboardEvent("keydown", { key: "j", bubbles: true }));`);
    opened.push({ paint, ready, filter, open });
    await page.close();
  }
  await browser.close();
  return {
    paint: median(opened.map(({ paint }) => paint)),
    ready: median(opened.map(({ ready }) => ready)),
    filter: median(opened.map(({ filter }) => filter)),
    open: median(opened.map(({ open }) => open)),
  };
}

async function measure(): Promise<void> {
  const lines = [
    "| cases x models | journal | written in | CPU | peak memory | report.html | first paint | ready | slowest filter | next case |",
    "|---|---|---|---|---|---|---|---|---|---|",
  ];
  for (const size of SIZES) {
    const folder = mkdtempSync(join(tmpdir(), "signalbox-bench-"));
    mkdirSync(folder, { recursive: true });
    writeRun(folder, size);
    const written = JSON.parse(execFileSync(process.execPath, [import.meta.filename, folder], { encoding: "utf8" }));
    const mb = (file: string) => `${(statSync(join(folder, file)).size / 1e6).toFixed(2)} MB`;
    const read = await readReport(join(folder, OUTPUTS.html));
    lines.push(
      `| ${size.toLocaleString("en-US")} x 4 | ${mb(OUTPUTS.journal)} | ${written.seconds.toFixed(1)} s | ${written.cpu.toFixed(1)} s | ${Math.round(written.mebibytes)} MiB | ${mb(OUTPUTS.html)} | ${Math.round(read.paint)} ms | ${Math.round(read.ready)} ms | ${Math.round(read.filter)} ms | ${Math.round(read.open)} ms |`,
    );
    rmSync(folder, { recursive: true });
  }
  process.stdout.write(`${lines.join("\n")}\n`);
}

const [, , folder] = process.argv;
await (folder === undefined ? measure() : writeReports(folder));

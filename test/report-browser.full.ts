import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HOSTILE_TEXTS, LONG_LINE } from "../src/report/html/fixtures/hostile.fixtures.ts";
import {
  type FixtureOptions,
  pageOf,
  type ReportFixture,
  reportFixture,
  whole,
} from "../src/report/html/fixtures/report.fixtures.ts";
import { visible } from "../src/report/html/visible.ts";
import { htmlReport } from "../src/report/html.ts";
import { renderIndex } from "../src/report/html-index.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const FLAGS = [
  "--no-sandbox",
  "--headless",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];
const HOSTILE =
  '</script><script>globalThis.hacked = 1</script><img src="http://192.0.2.1/x.png" onerror="globalThis.hacked = 2"><svg onload="globalThis.hacked = 3"> {{x}} \u202egnirts\u2066 \u0000 \u2028';

let browser: Browser;
let folder: string;
let written = 0;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "signalbox-report-"));
  browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: FLAGS });
});

afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true });
});

/** A page opened from disk, and everything it complained about or asked for. */
interface Opened extends AsyncDisposable {
  readonly page: Page;
  readonly url: string;
  readonly complaints: string[];
  readonly requests: string[];
}

async function openReport(
  options: FixtureOptions & {
    readonly fixture?: ReportFixture;
    readonly width?: number;
    readonly hash?: string;
    readonly script?: boolean;
  } = {},
): Promise<Opened> {
  const file = join(folder, `report-${++written}.html`);
  writeFileSync(file, await pageOf(options.fixture ?? reportFixture(options)));
  const opened = await openFile(file, options.width, { hash: options.hash ?? "", script: options.script ?? true });
  if (options.script !== false) await opened.page.locator("#view h4").first().waitFor();
  return opened;
}

async function openFile(file: string, width = 1_280, { hash, script } = { hash: "", script: true }): Promise<Opened> {
  const context = await browser.newContext({ viewport: { width, height: 900 }, javaScriptEnabled: script });
  const page = await context.newPage();
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on("console", (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("dialog", (dialog) => complaints.push(`dialog: ${dialog.message()}`));
  page.on("request", (request) => requests.push(request.url()));
  const url = pathToFileURL(file).href;
  await page.goto(url + hash);
  return { page, url, complaints, requests, [Symbol.asyncDispose]: () => context.close() };
}

const openId = (page: Page) => page.locator("#case-title span").textContent();
/** Ids of the rows that are drawn: those in sight and a few more. */
const listed = (page: Page) =>
  page.locator("#list a").evaluateAll((links) => links.map((link) => link.getAttribute("data-id")));
const counted = (page: Page) => page.locator("#count").textContent();

describe("the report in a browser, from disk", () => {
  it("asks for nothing but itself and complains about nothing", async () => {
    await using opened = await openReport();
    await opened.page.waitForTimeout(300);
    expect(opened.complaints).toEqual([]);
    expect(opened.requests).toEqual([opened.url]);
    expect(await opened.page.locator("#view .said").count()).toBeGreaterThan(0);
    // The policy let the style through: the page is not in the browser's own serif.
    expect(await opened.page.evaluate("getComputedStyle(document.body).fontFamily")).toContain("Segoe UI");
  });

  it("goes through the cases by keyboard", async () => {
    await using opened = await openReport();
    const { page } = opened;
    const ids = await listed(page);
    expect(await counted(page)).toBe("120 of 120 cases");
    expect(ids.length).toBeLessThan(40);
    expect(await openId(page)).toBe(ids[0]);
    await page.keyboard.press("j");
    await page.keyboard.press("j");
    await expect.poll(() => openId(page)).toBe(ids[2]);
    await page.keyboard.press("k");
    await expect.poll(() => openId(page)).toBe(ids[1]);
    expect(page.url()).toBe(`${opened.url}#case=${ids[1]}`);
    await expect.poll(() => page.locator("#list [aria-current]").count()).toBe(1);
    expect(await page.locator("#list [aria-current]").getAttribute("data-id")).toBe(ids[1]);
  });

  it("shows and hides models by keyboard and by button, the reference first", async () => {
    await using opened = await openReport();
    const { page } = opened;
    const shown = () => page.locator(".answer h4 span").allTextContents();
    expect(await shown()).toEqual(["claude-opus-4.6", "kimi-k2-thinking"]);
    await page.keyboard.press("4");
    await expect.poll(shown).toEqual(["claude-opus-4.6", "kimi-k2-thinking", "claude-haiku-4.5"]);
    await page.locator('[data-model="1"]').click();
    await expect.poll(shown).toEqual(["claude-opus-4.6", "claude-haiku-4.5"]);
    expect(await page.locator('[data-model="1"]').getAttribute("aria-pressed")).toBe("false");
  });

  it("finds by text from the slash key, filters by tag and failure, and sorts", async () => {
    await using opened = await openReport();
    const { page } = opened;
    await page.keyboard.press("/");
    await page.keyboard.type("water right 41 ");
    await expect.poll(() => counted(page)).toBe("1 of 120 cases");
    expect(await listed(page)).toEqual(["r-041"]);
    await page.locator("#f-text").fill("one does not resolve");
    await expect.poll(() => counted(page)).toMatch(/^[2-9]\d? of 120 cases$/);
    await page.locator("#f-text").fill("");
    await page.locator("#f-tag").selectOption("complexity=complex");
    expect(await counted(page)).toBe("40 of 120 cases");
    await page.locator("#f-show").selectOption("failed");
    for (const text of await page.locator(".row-tags").allTextContents()) expect(text).toContain("failed");
    await page.locator("#f-show").selectOption("all");
    await page.locator("#f-tag").selectOption("");
    await page.locator("#f-sort").selectOption("id");
    expect((await listed(page)).slice(0, 3)).toEqual(["r-001", "r-002", "r-003"]);
  });

  it("leaves the keys alone while one types, and when they are turned off", async () => {
    await using opened = await openReport();
    const { page } = opened;
    const before = await openId(page);
    await page.locator("#keys").uncheck();
    await page.keyboard.press("j");
    expect(await openId(page)).toBe(before);
  });

  it("opens the case that the address names, now and later", async () => {
    await using opened = await openReport({ hash: "#case=r-077" });
    const { page } = opened;
    await expect.poll(() => openId(page)).toBe("r-077");
    await page.evaluate('location.hash = "#case=r-021"');
    await expect
      .poll(() => page.locator("#view .people").allTextContents())
      .toEqual([
        "1 of 4 people prefer this answer to that of kimi-k2-thinking, 2 that one, 1 neither",
        "2 of 4 people prefer this answer to that of claude-opus-4.6, 1 that one, 1 neither",
      ]);
    await page.evaluate('location.hash = "#case=r-013"');
    await expect.poll(() => openId(page)).toBe("r-013");
    await page.evaluate('location.hash = "#case=%zz"');
    expect(await openId(page)).toBe("r-013");
    expect(opened.complaints).toEqual([]);
  });

  it("does nothing that any of the hostile texts says, however it is shown", async () => {
    expect(HOSTILE_TEXTS.length).toBeGreaterThanOrEqual(40);
    await using opened = await openReport({ cases: HOSTILE_TEXTS.length, hostileTexts: true });
    const { page } = opened;
    await page.locator("#f-sort").selectOption("id");
    for (const text of HOSTILE_TEXTS) {
      for (const mode of ["#mode-rendered", "#mode-raw", "#mode-diff"]) await page.locator(mode).click();
      await page.locator("#mode-raw").click();
      await expect.poll(() => page.locator("#view pre.said").first().textContent()).toContain(visible(text));
      for (const summary of await page.locator("#view summary").all()) await summary.click();
      await page.keyboard.press("j");
    }
    expect(await page.evaluate("globalThis.hacked")).toBeUndefined();
    expect(opened.complaints).toEqual([]);
    expect(opened.requests).toEqual([opened.url]);
    expect(
      await page.locator("main :is(img, script, iframe, object, embed, form, style, link, video, audio)").count(),
    ).toBe(0);
    expect(await page.locator('#view [href]:not([href^="#"])').count()).toBe(0);
  });

  it("shows a line of a megabyte, cut until one asks for all of it", async () => {
    const fixture = reportFixture({ cases: 2 });
    const cases = fixture.cases.map((item) => ({
      ...item,
      answers: item.answers.map((answer) => ({ ...answer, text: LONG_LINE })),
    }));
    await using opened = await openReport({ fixture: { ...fixture, cases } });
    const { page } = opened;
    await page.locator("#mode-raw").click();
    const said = page.locator("#view .answer").first().locator(".said");
    await expect.poll(() => said.textContent().then((text) => text?.length)).toBe(20_000);
    await page.locator("#view .more").first().click();
    await expect.poll(() => said.textContent().then((text) => text?.length)).toBe(1_000_000);
    expect(opened.complaints).toEqual([]);
  });

  it.each([
    ["light", 1_280],
    ["dark", 1_280],
    ["light", 360],
  ] as const)("has nothing that axe finds wrong: %s, %i pixels wide", async (colorScheme, width) => {
    const fixture = reportFixture({ simulated: true });
    const cases = fixture.cases.map((item) => ({
      ...item,
      answers: item.answers.map((answer) => ({
        ...answer,
        text: `${answer.text}\n\n\`\`\`js\n${"x".repeat(400)}\n\`\`\``,
      })),
    }));
    await using opened = await openReport({ fixture: { ...fixture, cases }, width });
    const { page } = opened;
    await page.emulateMedia({ colorScheme });
    await page.locator("#view pre.code").first().waitFor();
    for (const summary of await page.locator("summary:visible").all()) await summary.click();
    await page.evaluate(AXE);
    const found = (await page.evaluate("axe.run(document, { resultTypes: ['violations'] })")) as {
      violations: { id: string; nodes: { html: string; failureSummary: string }[] }[];
    };
    expect(found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html} ${nodes[0]?.failureSummary}`)).toEqual([]);
  });

  it("decides again with other limits and weights, and goes back", async () => {
    await using opened = await openReport();
    const { page } = opened;
    const said = () => page.locator("#what-if-said").textContent();
    await page.locator("#what-if").scrollIntoViewIfNeeded();
    await expect.poll(said).toContain("0 of 3 verdicts would change");
    const before = await said();
    await page.locator("#w-margin").fill("0.5");
    await page.locator("#w-saving").fill("90");
    await expect.poll(said).toMatch(/^[1-3] of 3 verdicts would change/);
    const shown = page.locator("#what-if-routes td:last-child").first();
    expect(await shown.textContent()).toContain("asked above −0.5");
    expect(await shown.textContent()).toMatch(/asked at most −90\s%/);
    await page.locator("#w-reset").click();
    await expect.poll(said).toBe(before);
    await page.locator("#w-part-0").fill("0");
    await expect.poll(said).toContain("Quality with these weights: claude-opus-4.6 9");
    const weighed = await said();
    await page.locator("#w-margin").fill("0.5");
    await expect.poll(() => shown.textContent()).toContain("asked above −0.5");
    expect(await said()).toContain(weighed?.slice(weighed.indexOf("Quality")) ?? "");
    expect(opened.complaints).toEqual([]);
  });

  it("moves margin and saving in a run that is too large for its weights, and says why not those", async () => {
    const fixture = reportFixture();
    const { trials } = fixture.numbers;
    const many = { size: 100_000, of: () => [], [Symbol.iterator]: () => trials[Symbol.iterator]() };
    await using opened = await openReport({ fixture: { ...fixture, numbers: { ...fixture.numbers, trials: many } } });
    const { page } = opened;
    expect(await page.locator("#numbers").count()).toBe(0);
    expect(await page.locator("[data-part]").count()).toBe(0);
    expect(await page.locator("#what-if .sliders .note").textContent()).toContain("decides all 100,000 trials again");
    await page.locator("#w-margin").fill("0.5");
    await page.locator("#w-saving").fill("90");
    const said = () => page.locator("#what-if-said").textContent();
    await expect.poll(said).toMatch(/^[1-3] of 3 verdicts would change\.$/);
    expect(opened.complaints).toEqual([]);
  });

  it("does the same as a bundle, its answers in scripts beside it", async () => {
    const place = join(folder, "bundle");
    mkdirSync(join(place, "shards"), { recursive: true });
    const fixture = reportFixture();
    const shards: string[] = [];
    const writeShard = (name: string, text: string) => {
      shards.push(name);
      writeFileSync(join(place, "shards", name), text);
    };
    const text = await whole((frame) => htmlReport(frame, { writeShard }), fixture);
    writeFileSync(join(place, "index.html"), text);
    await using opened = await openFile(join(place, "index.html"), 1_280, { hash: "#case=r-077", script: true });
    const { page } = opened;
    await expect.poll(() => openId(page)).toBe("r-077");
    expect(await page.locator("#view .said").count()).toBeGreaterThan(0);
    await page.keyboard.press("j");
    await expect.poll(() => openId(page)).not.toBe("r-077");
    await page.keyboard.press("3");
    await expect.poll(() => page.locator(".answer").count()).toBe(3);
    await page.keyboard.press("d");
    await expect.poll(() => page.locator("#view pre.said").count()).toBeGreaterThan(0);
    await page.keyboard.press("/");
    await page.keyboard.type("water right 41 ");
    await expect.poll(() => counted(page)).toBe("1 of 120 cases");
    await page.locator("#f-text").fill("");
    await page.locator("#f-show").selectOption("worse");
    await page.locator("#f-tag").selectOption("complexity=complex");
    await expect.poll(() => counted(page)).toMatch(/^\d+ of 120 cases$/);
    await page.locator("#w-margin").fill("0.5");
    await expect.poll(() => page.locator("#what-if-said").textContent()).toMatch(/^[1-3] of 3 verdicts would change/);
    expect(opened.complaints).toEqual([]);
    const beside = pathToFileURL(place).href;
    for (const url of opened.requests) expect(url.startsWith(beside)).toBe(true);
    // Every shard is a file beside the page, and no block of answers stands in it.
    expect(shards.length).toBeGreaterThan(0);
    expect(opened.requests.filter((url) => url.includes("/shards/")).length).toBeGreaterThan(0);
    expect(await page.locator("script[id^='b']").count()).toBe(0);
  });

  it("has an index that axe finds nothing wrong with, and that asks for nothing", async () => {
    const { run, decision } = reportFixture({ cases: 12, hostile: HOSTILE_TEXTS.join(" ") });
    const file = join(folder, "index.html");
    const runs = [{ run, decision, path: "research/r1/report.html" }];
    const route = { route: "triage", suite: "classification", model: HOSTILE, proven: HOSTILE };
    const suites = [{ id: "research", runs, unread: [] }];
    const table = { file: "routing.yaml", routes: [route] };
    writeFileSync(file, renderIndex({ suites, table, problems: [HOSTILE], now: Date.parse("2027-01-10") }));
    await using opened = await openFile(file, 360);
    const { page } = opened;
    await page.evaluate(AXE);
    const found = (await page.evaluate("axe.run(document, { resultTypes: ['violations'] })")) as {
      violations: { id: string }[];
    };
    expect(found.violations.map(({ id }) => id)).toEqual([]);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(360);
    expect(opened.complaints).toEqual([]);
    expect(opened.requests).toEqual([opened.url]);
  });

  it("reaches every control with the Tab key alone", async () => {
    await using opened = await openReport({ cases: 12 });
    const { page } = opened;
    const wanted = new Set([
      "f-candidate",
      "f-reference",
      "f-sort",
      "f-show",
      "f-model",
      "f-tag",
      "f-text",
      "mode-diff",
      "keys",
    ]);
    for (let step = 0; step < 120 && wanted.size > 0; step++) {
      await page.keyboard.press("Tab");
      wanted.delete((await page.evaluate("document.activeElement.id")) as string);
    }
    expect([...wanted]).toEqual([]);
  });

  it("prints as a document: the open case is in it, the controls are not", async () => {
    await using opened = await openReport({ cases: 12 });
    await opened.page.emulateMedia({ media: "print" });
    expect(await opened.page.locator(".finder").isVisible()).toBe(false);
    expect(await opened.page.locator("#view").isVisible()).toBe(true);
    const pdf = await opened.page.pdf({ format: "A4" });
    expect(pdf.subarray(0, 5).toString()).toBe("%PDF-");
  });

  it.each([360, 768, 1_280])("fits a window %i pixels wide", async (width) => {
    await using opened = await openReport({ width });
    for (const key of ["3", "4"]) await opened.page.keyboard.press(key);
    expect(await opened.page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
  });

  it("fits a narrow window with hostile texts too", async () => {
    await using opened = await openReport({ width: 360, cases: 12, hostile: `${HOSTILE}${"x".repeat(200)}` });
    expect(await opened.page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(360);
  });

  it("is complete without JavaScript but for the cases, and says so", async () => {
    await using opened = await openReport({ script: false });
    expect(await opened.page.locator("#explorer").isVisible()).toBe(false);
    expect(await opened.page.locator("noscript").textContent()).toContain("Without JavaScript");
    expect(await opened.page.locator("figure").count()).toBe(8);
  });
});

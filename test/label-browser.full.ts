import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Decision } from "../src/domain/decision.ts";
import { jsonl, makeProject, signalbox, suiteFile } from "./project.ts";
import { EMPTY_CATALOG } from "./recorded-data.ts";

const FLAGS = ["--no-sandbox", "--headless", "--disable-gpu", "--disable-background-networking", "--no-first-run"];
const HOSTILE =
  '</pre><script>globalThis.hacked = 1</script><img src="http://192.0.2.1/x.png" onerror="globalThis.hacked = 2"><style>*{display:none}</style> \u202egnirts\u0000';
const CASES = 130;

let browser: Browser;
beforeAll(async () => {
  browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: FLAGS });
});
afterAll(() => browser.close());

/** Recorded answers of two models, scored by a heuristic rule: advisory until people say otherwise. */
function project(more = "") {
  const cases = Array.from({ length: CASES }, (_, at) => at);
  const answer = (model: string) => (at: number) => ({
    model,
    case: `c-${at}`,
    // Every sixth answer of one of the two lacks the point; the words are hostile throughout.
    output: `${at % 6 === (model === "old" ? 0 : 3) ? "" : "The tide turns. "}${model === "old" ? "As ever." : "So it is."} ${HOSTILE} ${at}`,
    costUsd: model === "old" ? 0.01 : 0.001,
  });
  const keyPoints = [
    { id: "k1", kind: "fact", text: "The tide turns.", weight: 1, sources: [], match: [["tide turns"]] },
  ];
  return makeProject({
    "models.yaml": EMPTY_CATALOG,
    "evals/tide.ts": suiteFile(
      "tide",
      `scale: "graded", scorers: [{ name: "key points", rule: "key-points" }, ${more}], policy: { margin: 0.2 }`,
    ),
    "datasets/tide.jsonl": jsonl(
      cases.map((at) => ({
        id: `c-${at}`,
        input: `What does the sea do? ${HOSTILE} ${at}`,
        target: { keyPoints, forbidden: [] },
      })),
    ),
    "answers.jsonl": jsonl([...cases.map(answer("old")), ...cases.map(answer("new"))]),
  });
}

const decisionOf = (root: string): Decision =>
  JSON.parse(readFileSync(join(root, "reports/tide/latest/decision.json"), "utf8"));
const labelsOf = (root: string) =>
  readFileSync(join(root, "datasets/labels/tide.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

/** The command at work, with the page's address once it is known, and Ctrl-C. */
async function labelling(root: string, who: string, ...flags: string[]) {
  let stop = () => {};
  let told = (_: string) => {};
  const url = new Promise<string>((resolve) => {
    told = resolve;
  });
  const ended = signalbox(root, ["label", "tide", "--who", who, "--count", "130", ...flags], {
    stderr: (text) => {
      const found = /http:\S+/.exec(text)?.[0];
      if (found !== undefined) told(found);
    },
    onInterrupt: (handler) => {
      stop = handler;
      return () => {};
    },
  });
  return { url: await url, stop: () => stop(), ended };
}

async function openPage(url: string) {
  const context = await browser.newContext();
  const page = await context.newPage();
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => requests.push(request.url()));
  await page.goto(url);
  await page.waitForSelector("#votes button");
  return { page, complaints, requests, context };
}

/** People see what the rule sees: the answer that makes the point is better. */
async function vote(page: Page) {
  const [left = "", right = ""] = await page.locator("#answers pre").allTextContents();
  const before = await page.locator("#progress").textContent();
  const [l, r] = [left.includes("tide turns"), right.includes("tide turns")];
  await page.keyboard.press(l === r ? "t" : l ? "ArrowLeft" : "ArrowRight");
  await expect.poll(() => page.locator("#progress").textContent()).not.toBe(before);
}

describe("voting in a browser", () => {
  it("takes 20 votes by keyboard over a reload, loses none, and the report changes its grade", async () => {
    using made = project();
    const { root } = made;
    const ran = await signalbox(root, ["eval", "tide", "--replay", "answers.jsonl", "--incumbent", "old", "--quiet"]);
    expect(ran.code, ran.err).toBe(0);
    expect(decisionOf(root).routes[0]).toMatchObject({ verdict: "switch", grade: "advisory" });

    // 95 votes from elsewhere, on the first cases of the drawn order: five short of what a calibration needs.
    const order = (
      JSON.parse(readFileSync(join(root, "reports/tide/latest/run.json"), "utf8")) as { manifest: { order: string[] } }
    ).manifest.order;
    const rows = order.slice(0, 95).map((id) => {
      const at = Number(id.slice(2));
      return `${id},old,new,${at % 6 === 0 ? "second" : at % 6 === 3 ? "first" : "tie"},bo`;
    });
    writeFileSync(join(root, "votes.csv"), `case,first,second,winner,who\n${rows.join("\n")}\n`);
    const argv = ["label", "tide", "--import", "votes.csv", "--drawn-at-random"];
    expect((await signalbox(root, argv)).out).toContain("95 labels added");
    expect((await signalbox(root, argv)).out).toContain("0 labels added to datasets/labels/tide.jsonl; 95 were there");
    await signalbox(root, ["report", "tide"]);
    expect(decisionOf(root).routes[0]?.grade).toBe("advisory");

    const work = await labelling(root, "anna");
    const { page, complaints, requests, context } = await openPage(work.url);
    for (let at = 0; at < 10; at++) await vote(page);
    await page.keyboard.press("u");
    await expect.poll(() => page.locator("#progress").textContent()).toMatch(/^9 by you/);
    await page.keyboard.press("r");
    await page.keyboard.type("it says the tide turns");
    await page.keyboard.press("Escape");
    await vote(page);
    const shown = await page.locator("#question").textContent();
    const sides = await page.locator("#answers pre").allTextContents();
    await page.reload();
    await page.waitForSelector("#votes button");
    expect(await page.locator("#progress").textContent()).toContain("10 by you");
    expect(await page.locator("#question").textContent()).toBe(shown);
    expect(await page.locator("#answers pre").allTextContents()).toEqual(sides);
    for (let at = 0; at < 10; at++) await vote(page);
    expect(await page.locator("body").textContent()).not.toMatch(/\b(old|new)\b/);
    expect(await page.evaluate("globalThis.hacked")).toBeUndefined();
    expect(await page.locator("main img, main script, main style").count()).toBe(0);
    expect(complaints).toEqual([]);
    expect(requests.every((url) => url.startsWith(work.url) || url.startsWith("data:"))).toBe(true);
    await context.close();
    work.stop();
    expect((await work.ended).out).toContain("20 votes more");

    const lines = labelsOf(root);
    expect(lines.filter(({ who, kind }) => who === "anna" && kind === "pair")).toHaveLength(21);
    expect(lines.filter(({ kind }) => kind === "undo")).toHaveLength(1);
    expect(lines.some(({ reason }) => reason === "it says the tide turns")).toBe(true);
    expect(JSON.stringify(lines)).not.toMatch(/"old"|"new"/);
    await signalbox(root, ["report", "tide"]);
    expect(decisionOf(root).routes[0]).toMatchObject({ verdict: "switch", grade: "calibrated" });
  });

  it("reads one answer against the rubric, by keyboard", async () => {
    using made = project('{ name: "judge", rule: "judge", options: { rubric: "r.yaml" } }');
    const { root } = made;
    writeFileSync(
      join(root, "r.yaml"),
      "title: T\ncriteria: [{ id: right, ask: Right? }, { id: brief, ask: Brief? }]\n",
    );
    const ran = await signalbox(root, ["eval", "tide", "--replay", "answers.jsonl", "--incumbent", "old", "--quiet"]);
    expect(ran.code, ran.err).toBe(0);
    const work = await labelling(root, "anna", "--rubric");
    const { page, complaints, context } = await openPage(work.url);
    expect(await page.locator("#answers pre").count()).toBe(1);
    await page.keyboard.press("2");
    await page.keyboard.press("Enter");
    await expect.poll(() => page.locator("#progress").textContent()).toMatch(/^1 by you/);
    await page.keyboard.press("s");
    await expect.poll(() => page.locator("#progress").textContent()).toMatch(/^2 by you/);
    expect(complaints).toEqual([]);
    await context.close();
    work.stop();
    await work.ended;
    expect(labelsOf(root)).toMatchObject([
      { kind: "rubric", met: { right: false, brief: true } },
      { kind: "rubric", met: null },
    ]);
  });
});

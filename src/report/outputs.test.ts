import { readFileSync } from "node:fs";
import { XmlDocument } from "libxml2-wasm";
import { describe, expect, it } from "vitest";
import { schemas } from "../../bench/schemas.ts";
import { renderConsole } from "./console.ts";
import { csvReport } from "./csv.ts";
import { cascadesOf } from "./html/fixtures/cascade.fixtures.ts";
import { HOSTILE_TEXTS } from "./html/fixtures/hostile.fixtures.ts";
import { pageOf, reportFixture, whole } from "./html/fixtures/report.fixtures.ts";
import { renderJunit } from "./junit.ts";
import { renderMarkdown } from "./markdown.ts";
import { renderModelsCsv } from "./models-csv.ts";

const fixture = reportFixture({ cases: 24 });
const hostile = reportFixture({ cases: 3, hostile: HOSTILE_TEXTS.join(" ") });

describe("every output", () => {
  it.each([
    ["console.txt", () => renderConsole(fixture)],
    ["summary.md", () => renderMarkdown(fixture)],
    ["junit.xml", () => renderJunit(fixture)],
    ["models.csv", () => renderModelsCsv(fixture)],
    ["results.csv", () => whole(csvReport, fixture)],
    ["decision.json", () => `${JSON.stringify(fixture.decision, null, 2)}\n`],
    [
      "report.html",
      async () =>
        (await pageOf(fixture))
          .replace(/<(style|script)\b[^>]*>[\s\S]*?<\/\1>/g, "<$1></$1>")
          .replace(/'sha256-[^']+'/g, "'sha256'"),
    ],
  ])("looks as it did: %s", async (name, render) => {
    await expect(await render()).toMatchFileSnapshot(`__snapshots__/${name}`);
  });

  it("gives the numbers of a trial as the journal has them", async () => {
    const lines = (await whole(csvReport, fixture)).split("\n");
    const [first] = fixture.cases;
    const answer = first?.answers[1];
    const row = lines.find((line) => line.startsWith(`${first?.id},`) && line.includes(`,${answer?.candidate},`));
    expect(row).toContain(`,${answer?.quality},`);
    expect(row).toContain(`,${answer?.costUsd},${answer?.latencyMs},`);
  });
});

describe("hostile texts", () => {
  it("send no escape sequence to a terminal and reorder nothing on it", () => {
    const text = renderConsole(hostile);
    expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/);
    expect(text.isWellFormed()).toBe(true);
  });

  it("become no markup, link or mention in Markdown", () => {
    const bare = renderMarkdown(hostile)
      .replace(/\\./g, "")
      .replace(/`[^`\n]*`/g, "");
    expect(bare).not.toMatch(/<(script|img|svg|iframe|a)\b|\]\(|@\w/i);
  });

  it("leave JUnit a document that parses", () => {
    const document = XmlDocument.fromString(renderJunit(hostile));
    expect(document.find("//testcase")).toHaveLength(9);
    document.dispose();
  });

  it("are no formula in a spreadsheet, and stay in their field", async () => {
    const { parse } = await import("csv-parse/sync");
    const rows: string[][] = parse(await whole(csvReport, hostile));
    expect(rows).toHaveLength(1 + 3 * 4);
    expect(new Set(rows.map(({ length }) => length)).size).toBe(1);
    for (const cell of rows.slice(1).flat()) expect(cell).not.toMatch(/^[=+@\t\r＝＋＠]|^-(?![\d.])/);
    // The whole text is there, quotes, newlines and all.
    expect(rows[1]?.at(-1)).toContain(HOSTILE_TEXTS[0]);
  });
});

describe("summary.md", () => {
  it("fits a comment at any size, and counts what it leaves out", () => {
    const [route] = fixture.decision.routes;
    const routes = Array.from({ length: 900 }, (_, index) => ({
      ...route!,
      route: `route-${index}-${"x".repeat(60)}`,
    }));
    const [model] = fixture.decision.models;
    const models = Array.from({ length: 2_000 }, (_, index) => ({ ...model!, candidate: `model-${index}` }));
    const cascades = cascadesOf(routes[0]!, "", 500);
    const text = renderMarkdown({ ...fixture, decision: { ...fixture.decision, routes, models, cascades } });
    expect(text.length).toBeLessThanOrEqual(65_536);
    expect(text).toContain("496 more cascades are in decision.json.");
    expect(text).toMatch(/\d+ more routes are in decision\.json/);
    expect(text).toMatch(/[\d,]+ more models are in decision\.json/);
    expect(text.trimEnd().split("\n").at(-1)).toContain("Suite research");
  });
});

describe("the JSON Schemas", () => {
  it("are kept as the schemas in code say: `npm run schemas` renews them", () => {
    for (const [file, text] of schemas()) expect(readFileSync(file, "utf8") === text, file).toBe(true);
  });
});

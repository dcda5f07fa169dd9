import { createHash } from "node:crypto";
import { Script } from "node:vm";
import { inflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { pageOf, type ReportFixture, reportFixture } from "./html/fixtures/report.fixtures.ts";
import { headline, SIMULATED_NOTICE, verdictSentence } from "./sentences.ts";

const HOSTILE =
  '</script><script>alert(1)</script><img src="x" onerror="alert(2)"> {{x}} {{{y}}} \u202egnirts\u2066 \u0000 \u2028 \u{e0041}';

/** The words of a piece of page, as a reader sees them. */
function wordsOf(html: string): string {
  return html
    .replace(/<[^>]*>/g, "")
    .replaceAll("&#x27;", "'")
    .replaceAll("&quot;", '"')
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&#x3D;", "=")
    .replaceAll("&amp;", "&");
}

function inline(page: string, open: string, close: string): string {
  const from = page.indexOf(open) + open.length;
  return page.slice(from, page.indexOf(close, from));
}

function dataOf(page: string): string {
  return inline(page, '<script type="application/json" id="data">', "</script>");
}

/** A packed block of the page, as text. */
function blockOf(page: string, id: string): string {
  const packed = inline(page, `<script type="application/octet-stream" id="${id}">`, "</script>");
  return inflateSync(Buffer.from(packed, "base64")).toString("utf8");
}

/** The page without its data, style and script. */
function bodyOf(page: string): string {
  return page.slice(page.indexOf("<body>"), page.indexOf('<script type="application/json"'));
}

describe("the answer", async () => {
  const input = reportFixture();
  const page = await pageOf(input);

  it("is the headline and one verdict sentence a route", () => {
    const words = wordsOf(bodyOf(page));
    expect(words).toContain(headline(input.decision));
    for (const route of input.decision.routes) expect(words).toContain(verdictSentence(route));
  });

  it("stays well under the limit of size for 130 cases of four models", async () => {
    expect((await pageOf(reportFixture({ cases: 130 }))).length).toBeLessThan(600_000);
  });

  it("is the same bytes for the same run", async () => {
    expect(await pageOf(reportFixture())).toBe(page);
  });

  it("claims nothing about a real model when simulated", async () => {
    const simulated = bodyOf(await pageOf(reportFixture({ simulated: true })));
    expect(wordsOf(simulated)).toContain(SIMULATED_NOTICE);
    expect(wordsOf(inline(simulated, "<h1", "</h1>"))).toContain("In simulation:");
    expect(simulated).toContain("no claim: simulated");
    expect(simulated).toContain("True difference");
    expect(simulated.match(/<h3>Simulated: /g)?.length).toBe(simulated.match(/<figcaption>/g)?.length);
    expect(bodyOf(page)).not.toMatch(/simulated|True difference/i);
  });
});

describe("what is missing", () => {
  it("is called unknown, never 0", async () => {
    const { run, decision, cases, facts, numbers, stops } = reportFixture({ cases: 12 });
    const nothing: ReportFixture = {
      numbers,
      stops,
      people: [],
      facts: { ...facts, models: [], latencyEdges: [] },
      run: { ...run, totals: null, manifest: { ...run.manifest, gitCommit: null, gitDirty: null } },
      cases: cases.map((item) => ({
        ...item,
        answers: item.answers.map((answer) => ({ ...answer, quality: null, costUsd: null, latencyMs: null })),
      })),
      decision: {
        ...decision,
        models: decision.models.map((model) => ({
          ...model,
          quality: null,
          scorers: {},
          costPer1000: null,
          latencyP50Ms: null,
          latencyP95Ms: null,
          errors: null,
          tokens: { input: 0, visibleOutput: 0, reasoning: 0, counted: 0 },
          slices: { "complexity=simple": null },
        })),
        routes: decision.routes.map((route) => ({
          ...route,
          comparisons: route.comparisons.map((comparison) => ({
            ...comparison,
            quality: null,
            costRatio: null,
            path: [],
          })),
        })),
      },
    };
    const page = await pageOf(nothing);
    const models = inline(page, '<table class="side">', "</table>");
    // Quality, two scorers, cost, two latencies, errors and tokens of each of four models.
    expect(models.match(/>unknown</g)).toHaveLength(8 * 4);
    expect(page).toContain("No model has both a known cost and a known quality");
    expect(blockOf(page, "b0")).toContain('"quality":null,"costUsd":null,"latencyMs":null');
    expect(bodyOf(page)).not.toMatch(/NaN|Infinity|undefined|\bnull\b/);
  });

  it("does not fail a page without routes, models or cases", async () => {
    const { run, decision, facts, numbers, stops } = reportFixture({ cases: 12 });
    const page = await pageOf({
      run,
      facts,
      numbers,
      stops,
      people: [],
      decision: { ...decision, routes: [], models: [] },
      cases: [],
    });
    expect(wordsOf(bodyOf(page))).toContain("Nothing was tested");
  });

  it("says so when the run is incomplete", async () => {
    const input = reportFixture({ cases: 12 });
    expect(await pageOf({ ...input, run: { ...input.run, status: "incomplete" } })).toContain("This run is incomplete");
  });
});

describe("hostile text", async () => {
  const page = await pageOf(reportFixture({ cases: 12, hostile: HOSTILE }));

  it("appears only escaped", () => {
    expect(bodyOf(page)).not.toMatch(/<script|<img|onerror="/);
    expect(bodyOf(page)).toContain("&lt;/script&gt;&lt;script&gt;alert(1)");
    expect(bodyOf(page)).toContain("{{x}}");
    // Eight scripts of our own: the data, a block of cases, their names, index and columns, stops and numbers, the program.
    expect(page.match(/<script/g)).toHaveLength(8);
    expect(page.match(/<\/script/g)).toHaveLength(8);
  });

  it("cannot end the block of data", () => {
    expect(dataOf(page)).not.toContain("<");
    expect(blockOf(page, "b0")).toContain("<script>alert(1)</script>");
  });

  it("hides nothing: controls, bidi marks and line separators are spelt out", () => {
    expect(page).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u2028\u2029\u202a-\u202e\u2066-\u2069\u{e0000}-\u{e007f}]/u);
    for (const seen of ["⟨U+202E⟩", "⟨U+2066⟩", "⟨U+0000⟩", "⟨U+2028⟩", "⟨U+E0041⟩"]) {
      expect(bodyOf(page)).toContain(seen);
    }
    expect(blockOf(page, "n0")).toContain("⟨U+202E⟩");
  });
});

describe("the page", async () => {
  const page = await pageOf(reportFixture({ hostile: HOSTILE, cases: 12 }));
  const hash = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

  it("allows its own style and script by their hashes, and nothing else", () => {
    const policy = inline(page, 'http-equiv="Content-Security-Policy" content="', '"').replaceAll("&#x3D;", "=");
    expect(policy.split("; ")).toEqual([
      "default-src 'none'",
      `style-src ${hash(inline(page, "<style>", "</style>"))}`,
      `script-src ${hash(inline(page, "<script>", "</script>"))}`,
      "img-src data:",
      "base-uri 'none'",
      "form-action 'none'",
    ]);
  });

  it("carries a program in one piece that cannot end its own element", () => {
    const script = page.slice(page.lastIndexOf("<script>") + 8, page.lastIndexOf("</script>"));
    expect(() => new Script(script)).not.toThrow();
    expect(script).not.toMatch(/<\/script|<!--|sourceMappingURL/i);
  });

  it("styles nothing inline and loads nothing", () => {
    expect(bodyOf(page)).not.toMatch(/\sstyle=/);
    const loads = [...page.matchAll(/<[^>]*\s(?:src|href|xlink:href|action|poster|srcset)="([^"]*)"/g)].map(
      ([, url]) => url,
    );
    expect(loads.length).toBeGreaterThan(20);
    expect(loads.filter((url) => !/^#|^data:,$/.test(url ?? ""))).toEqual([]);
    expect(inline(page, "<style>", "</style>")).not.toMatch(/url\(|@import/);
  });

  it("gives every table a caption, every heading cell a scope, every picture a title", () => {
    const tables = page.match(/<table[\s\S]*?<\/table>/g) ?? [];
    expect(tables.length).toBeGreaterThan(6);
    for (const table of tables) expect(table).toMatch(/^<table[^>]*>\s*<caption/);
    for (const [heading] of page.matchAll(/<th\b[^>]*>/g)) expect(heading).toMatch(/ scope="(col|row|rowgroup)"/);
    for (const [picture] of page.matchAll(/<svg[^>]*role="img"[\s\S]*?<\/svg>/g))
      expect(picture).toMatch(/<title[\s\S]*<desc/);
  });

  it("uses no id twice", () => {
    const ids = [...bodyOf(page).matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

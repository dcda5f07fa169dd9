import { describe, expect, it } from "vitest";
import { HOSTILE_TEXTS } from "./html/fixtures/hostile.fixtures.ts";
import { reportFixture } from "./html/fixtures/report.fixtures.ts";
import { renderIndex } from "./html-index.ts";
import type { IndexedRun, IndexInput } from "./index-routes.ts";
import { verdictSentence } from "./sentences.ts";

const NOW = Date.parse("2027-01-10T00:00:00.000Z");

/** A run of the fixture, edited. */
function indexed(
  path: string,
  options: Parameters<typeof reportFixture>[0],
  edit: { input?: number; hash?: string } = {},
): IndexedRun {
  const { run, decision } = reportFixture({ cases: 12, ...options });
  const candidates = run.manifest.candidates.map((candidate) => {
    const { price } = candidate.model;
    if (typeof price !== "object" || edit.input === undefined) return candidate;
    return { ...candidate, model: { ...candidate.model, price: { ...price, input: edit.input } } };
  });
  const suite = { ...run.manifest.suite, ...(edit.hash === undefined ? {} : { hash: edit.hash }) };
  return { run: { ...run, manifest: { ...run.manifest, candidates, suite } }, decision, path };
}

const index = (suites: IndexInput["suites"], table?: IndexInput["table"]) =>
  renderIndex({ suites, table, problems: [], now: NOW });

const words = (page: string) =>
  page
    .slice(page.indexOf("<body>"))
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ");

describe("the index", () => {
  it("shows every route by the last complete run of real models, with the age of its evidence", () => {
    const runs = [indexed("research/1/report.html", {}), indexed("research/2/report.html", { simulated: true })];
    const page = index([{ id: "research", runs, unread: [] }]);
    for (const route of runs[0]!.decision.routes) {
      expect(words(page)).toContain(verdictSentence(route).replace(/\s+/g, " "));
    }
    expect(page).toContain('href="research/1/report.html"');
    expect(words(page)).toContain("Of 3 routes, 1 should switch, 1 should stay, 1 not settled.");
    expect(words(page)).toContain("48 days");
    expect(words(page)).toContain("older than the 31 days that the policy allows");
    expect(words(page)).not.toContain("SIMULATED");
  });

  it("counts answers that an earlier run paid for as old as they are", () => {
    const { run, ...rest } = indexed("research/1/report.html", {});
    const totals = run.totals === null ? null : { ...run.totals, cached: 3, cachedSince: "2026-10-02T09:00:00.000Z" };
    const page = index([{ id: "research", runs: [{ ...rest, run: { ...run, totals } }], unread: [] }]);
    expect(words(page)).toContain("99 days");
    expect(page).toContain("2026-10-02; older than the 31 days");
  });

  it("lists every route of the table: decided, switched, and those without evidence with the command that gives it", () => {
    const real = indexed("research/1/report.html", {});
    const simulated = indexed("research/2/report.html", { simulated: true });
    const suites = [{ id: "research", runs: [real, simulated], unread: [] }];
    const row = (route: string, model: string, suite = "research", proven = model) => ({ route, suite, model, proven });
    const page = index(suites, {
      file: "routing.yaml",
      routes: [
        row("research_synthesis", "kimi-k2-thinking"),
        row("research_chat", "claude-opus-4.6"),
        row("research_deep_dive", "claude-haiku-4.5"),
        row("triage", "claude-haiku-4.5", "classification"),
      ],
    });
    expect(words(page)).toContain("Of 4 routes, 1 has switched, 1 not settled, 2 without evidence.");
    expect(words(page)).toContain("The table has made this switch.");
    expect(words(page)).toContain("The last run compares with claude-opus-4.6, which does not serve any more.");
    expect(words(page)).toContain("No complete run is about claude-haiku-4.5.");
    expect(page).toContain("<code>npm run eval classification</code>");
    // What the table has no more is still there, below.
    expect(words(page)).toContain("Decided, and not in the table as it is now");
    expect(page.match(/href="research\/1\/report.html"><code>/g)).toHaveLength(3);
    expect(page).not.toContain('href="research/2/report.html"><code>');
  });

  it("marks changes of price and of the suite, and keeps simulated runs apart", () => {
    const runs = [
      indexed("research/1/report.html", {}),
      indexed("research/2/report.html", {}, { input: 4 }),
      indexed("research/3/report.html", {}, { input: 4, hash: "other" }),
      indexed("research/4/report.html", { simulated: true }),
    ];
    const page = index([{ id: "research", runs, unread: [] }]);
    expect(page.match(/: [^:;]*, price changed/g)).toHaveLength(4 * 3);
    expect(page.match(/, suite changed/g)).toHaveLength(4 * 3);
    expect(words(page)).toContain("research, simulated");
  });

  it("names the runs that it cannot show, and says so where there is none that it can", () => {
    const page = index([{ id: "research", runs: [], unread: [{ name: "r1", reason: "it is incomplete" }] }]);
    expect(words(page)).toContain("No complete run yet.");
    expect(words(page)).toContain("research/r1: it is incomplete");
  });

  it("shows hostile texts as text", () => {
    const run = indexed("research/1/report.html", { hostile: HOSTILE_TEXTS.join(" ") });
    const page = index([{ id: "research", runs: [run], unread: [] }]);
    expect(page.slice(page.indexOf("<body>"))).not.toMatch(/<(script|img|iframe|style|form|base|meta)\b|\son\w+="/i);
    expect(page).not.toMatch(/[\u0000-\u0008\u202a-\u202e\u2066-\u2069]/);
  });
});

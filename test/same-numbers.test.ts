import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse as parseCsv } from "csv-parse/sync";
import { XmlDocument, type XmlElement } from "libxml2-wasm";
import { type DefaultTreeAdapterTypes, parse as parseHtml } from "parse5";
import { afterAll, describe, expect, it } from "vitest";
import {
  type Comparison,
  type Decision,
  DecisionSchema,
  type Estimate,
  type ModelSummary,
} from "../src/domain/decision.ts";
import type { Policy } from "../src/domain/policy.ts";
import { renderConsole } from "../src/report/console.ts";
import { pageOf, reportFixture } from "../src/report/html/fixtures/report.fixtures.ts";
import { renderJunit } from "../src/report/junit.ts";
import { renderMarkdown } from "../src/report/markdown.ts";
import { renderModelsCsv } from "../src/report/models-csv.ts";
import * as numbers from "../src/report/numbers.ts";
import { quantile } from "../src/stats/quantile.ts";
import { ROOT, signalbox } from "./project.ts";

// Every number of decision.json, looked up in each other output where that output states it, in the cell where it belongs and
// rounded by src/report/numbers.ts.

interface Outputs {
  readonly decision: Decision;
  readonly console: string;
  readonly markdown: string;
  readonly html: string;
  readonly junit: string;
  readonly models: string;
  /** Left out where the decision was not made from these trials. */
  readonly results?: string;
}

const out = mkdtempSync(join(tmpdir(), "signalbox-numbers-"));
afterAll(() => rmSync(out, { recursive: true, force: true }));

/** Spaces of any width as one plain one. */
const plain = (text: string) => text.replace(/\s+/g, " ").trim();
const either = (estimate: Estimate | null, format: (value: number) => string) =>
  plain(numbers.withRange(estimate, format));

/** What the console and Markdown say of a model, cell by cell. */
const tableRow = (model: ModelSummary) => [
  model.candidate,
  either(model.quality, numbers.points),
  either(model.costPer1000, numbers.usd),
  either(model.latencyP50Ms, numbers.seconds),
  either(model.latencyP95Ms, numbers.seconds),
  either(model.errors, numbers.points),
  numbers.count(model.trials),
];

type Node = DefaultTreeAdapterTypes.Node;
const childrenOf = (node: Node): readonly Node[] => ("childNodes" in node ? node.childNodes : []);
const isElement = (node: Node): node is DefaultTreeAdapterTypes.Element => "tagName" in node;

/** The elements of a page with a name and, where given, a class, in the order of the page. */
function elements(node: Node, name: string, className?: string): DefaultTreeAdapterTypes.Element[] {
  const own = isElement(node) && node.tagName === name ? [node] : [];
  const classes = (element: DefaultTreeAdapterTypes.Element) =>
    element.attrs.find((attribute) => attribute.name === "class")?.value.split(" ") ?? [];
  const fits = own.filter((element) => className === undefined || classes(element).includes(className));
  return [...fits, ...childrenOf(node).flatMap((child) => elements(child, name, className))];
}

function wordsOf(node: Node): string {
  if ("value" in node && node.nodeName === "#text") return node.value;
  return isElement(node) && ["style", "script"].includes(node.tagName) ? "" : childrenOf(node).map(wordsOf).join(" ");
}

/** Rows of a table, as the words of its cells. */
const rowsOf = (table: Node) =>
  elements(table, "tr").map((row) =>
    childrenOf(row)
      .filter(isElement)
      .map((cell) => plain(wordsOf(cell))),
  );

/** An estimate as a cell of the page states it: the number, then its interval or what it was counted over. */
function cell(estimate: Estimate | null, format: (value: number) => string): string {
  if (estimate === null) return numbers.UNKNOWN;
  const known = estimate.interval === null ? `n ${numbers.count(estimate.n)}` : numbers.range(estimate, format);
  return plain(`${format(estimate.value)} ${known}`);
}

/** The parts of `differences`: quality, cost and latency of a pair of models, as every sentence has them. */
function differenceParts({ quality, costRatio, latencyRatio }: Comparison, policy: Policy): string[] {
  const margin = policy.objective === "best-within-budget" ? 0 : policy.margin;
  const signed = (value: number) => numbers.signedPoints(value, -margin);
  const bounds = (estimate: Estimate, format: (value: number) => string, level: string) =>
    estimate.interval === null
      ? "no interval"
      : `${numbers.level(estimate.interval.level)}${level} ${numbers.range(estimate, format)}`;
  return [
    quality === null
      ? "uality unknown"
      : `uality ${signed(quality.value)} points (${bounds(quality, signed, " interval")}, margin ${numbers.points(margin).replace(/\.0$/, "")})`,
    costRatio === null
      ? "cost unknown"
      : `cost ${numbers.change(costRatio.value)} (${bounds(costRatio, (value) => numbers.change(value), "")})`,
    ...(latencyRatio === null
      ? []
      : [`p95 latency ${numbers.multiple(latencyRatio.value)} (${bounds(latencyRatio, numbers.multiple, "")})`]),
  ].map(plain);
}

const shownOf = ({ comparisons, candidate }: Decision["routes"][number]) =>
  comparisons.find((each) => each.candidate === candidate);

function expectTheSameNumbers(outputs: Outputs): void {
  const { decision } = outputs;
  const page = parseHtml(outputs.html);
  const text = {
    console: plain(outputs.console),
    markdown: plain(outputs.markdown.replaceAll("\\", "")),
    html: plain(wordsOf(page)),
  };

  it("of the models, in the tables of the console, Markdown and the page", () => {
    const consoleRows = outputs.console.split("\n").map((line) => line.split(/ {2,}/).map(plain));
    const markdownRows = outputs.markdown
      .split("\n")
      .filter((line) => line.startsWith("| "))
      .map((line) => line.slice(1, -1).replaceAll("\\", "").split("|").map(plain));
    const [side] = elements(page, "table", "side").map(rowsOf);
    for (const model of decision.models) {
      expect(consoleRows).toContainEqual(tableRow(model));
      expect(markdownRows).toContainEqual(tableRow(model));
      const row = side?.find(([name = ""]) => name.startsWith(`${model.candidate} `));
      expect(row?.slice(1, -1)).toEqual([
        cell(model.quality, numbers.points),
        ...Object.values(model.scorers).map((estimate) => cell(estimate, numbers.points)),
        cell(model.costPer1000, numbers.usd),
        cell(model.latencyP50Ms, numbers.seconds),
        cell(model.latencyP95Ms, numbers.seconds),
        cell(model.errors, numbers.percent),
      ]);
      const { tokens } = model;
      if (tokens.counted > 0)
        expect(row?.at(-1)).toBe(
          `${numbers.count(tokens.visibleOutput)} visible + ${numbers.count(tokens.reasoning)} reasoning ${numbers.count(tokens.input)} input, n ${numbers.count(tokens.counted)}`,
        );
    }
  });

  it("of the slices, in the heat map", () => {
    const rows = elements(page, "table", "heat").flatMap((table) => {
      let tag = "";
      return rowsOf(table).map(([first = "", ...cells]) => {
        if (cells.length === 0) tag = first;
        return { key: `${tag}=${first}`, cells };
      });
    });
    for (const key of Object.keys(decision.models[0]?.slices ?? {})) {
      const shown = decision.models.map(({ slices }) => {
        const estimate = slices[key] ?? null;
        if (estimate === null) return numbers.UNKNOWN;
        const known = estimate.interval === null ? "no interval" : numbers.range(estimate, numbers.points);
        return plain(`${numbers.points(estimate.value)} ${known} n ${numbers.count(estimate.n)}`);
      });
      expect(rows.find((row) => row.key === key)?.cells.toSorted(), key).toEqual(shown.toSorted());
    }
  });

  it("of every model, slice and measure, in models.csv to the last digit", () => {
    const rows: string[][] = parseCsv(outputs.models).slice(1);
    const wanted = decision.models.flatMap(({ candidate, ...model }) => {
      const whole: [string, Estimate | null][] = [
        ["quality", model.quality],
        ...Object.entries(model.scorers).map(([name, estimate]): [string, Estimate | null] => [
          `scorer:${name}`,
          estimate,
        ]),
        ["cost_usd_per_1000", model.costPer1000],
        ["latency_p50_ms", model.latencyP50Ms],
        ["latency_p95_ms", model.latencyP95Ms],
        ["errors", model.errors],
      ];
      const rowOf = (place: readonly string[], measure: string, estimate: Estimate | null) => [
        candidate,
        ...place,
        measure,
        ...[estimate?.value, estimate?.interval?.low, estimate?.interval?.high, estimate?.interval?.level].map(
          (value) => (value == null ? "" : String(value)),
        ),
        estimate?.interval?.method ?? "",
        estimate === null ? "" : String(estimate.n),
      ];
      return [
        ...whole.map(([measure, estimate]) => rowOf(["", ""], measure, estimate)),
        ...Object.entries(model.slices).map(([slice, estimate]) => {
          const at = slice.indexOf("=");
          return rowOf([slice.slice(0, at), slice.slice(at + 1)], "quality", estimate);
        }),
      ];
    });
    expect(rows).toEqual(wanted);
  });

  const { results } = outputs;
  it.runIf(results !== undefined)(
    "of the trials, in results.csv: their means and quantiles are the models' own",
    () => {
      const rows: Record<string, string>[] = parseCsv(results ?? "", { columns: true });
      for (const model of decision.models) {
        const own = rows.filter(({ candidate }) => candidate === model.candidate);
        expect(own).toHaveLength(model.trials);
        const known = (column: string) => own.flatMap((row) => (row[column] ? [Number(row[column])] : []));
        const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
        if (model.quality !== null) expect(mean(known("quality"))).toBeCloseTo(model.quality.value, 6);
        if (model.costPer1000 !== null) expect(mean(known("cost_usd"))).toBeCloseTo(model.costPer1000.value / 1_000, 8);
        for (const [name, estimate] of Object.entries(model.scorers))
          if (estimate !== null) expect(mean(known(name)), name).toBeCloseTo(estimate.value, 6);
        const times = known("latency_ms").sort((a, b) => a - b);
        if (model.latencyP95Ms !== null) expect(quantile(times, 0.95)).toBeCloseTo(model.latencyP95Ms.value, 0);
        const failed = own.filter(({ state }) => state === "failed").length;
        if (model.errors !== null) expect(failed / model.errors.n).toBeCloseTo(model.errors.value, 12);
      }
    },
  );

  it("of the verdicts, in every sentence", () => {
    const documents = XmlDocument.fromString(outputs.junit);
    for (const route of decision.routes) {
      const shown = shownOf(route);
      if (shown === undefined) throw new Error("every route of these runs has a candidate");
      const sentences = [
        ...differenceParts(shown, route.policy),
        `${numbers.count(shown.n)} pair`,
        ...(route.verdict === "inconclusive" && shown.moreCases?.atObserved != null
          ? [`About ${numbers.count(shown.moreCases.atObserved)} more case`]
          : []),
      ];
      const property = documents.get(`//testsuite[contains(@name, ': ${route.route}')]//property[@name='sentence']`);
      const junit = plain((property as XmlElement).attr("value")?.value ?? "");
      for (const part of sentences) {
        for (const name of ["console", "markdown", "html"] as const) expect(text[name], name).toContain(part);
        expect(junit).toContain(part);
      }
      for (const { p, seen } of shown.conditions) {
        const parts = [
          ...(p === null ? [] : [`p ${numbers.pValue(p)}`]),
          ...(seen === undefined ? [] : [`${numbers.count(seen.count)} of ${numbers.count(seen.of)}`]),
        ];
        for (const part of parts)
          for (const name of ["markdown", "html"] as const) expect(text[name], name).toContain(part);
      }
      if (route.grade === "simulated" || route.monthlySaving === null || route.verdict === "keep") continue;
      const money = plain(
        `${numbers.monthly(Math.abs(route.monthlySaving.value))} a month (${numbers.range(route.monthlySaving, numbers.monthly)})`,
      );
      for (const name of ["console", "markdown", "html"] as const) expect(text[name], name).toContain(money);
    }
    documents.dispose();
  });

  it("of every comparison, in JUnit and in the forest plot", () => {
    const document = XmlDocument.fromString(outputs.junit);
    const [forest] = elements(page, "table", "forest");
    const groups = elements(forest as Node, "tbody").map(rowsOf);
    for (const [index, route] of decision.routes.entries()) {
      const margin = route.policy.objective === "best-within-budget" ? 0 : route.policy.margin;
      for (const comparison of route.comparisons) {
        const name = `${comparison.candidate} instead of ${route.incumbent}`;
        const test = document.get(
          `//testsuite[contains(@name, ': ${route.route}')]/testcase[@name='${name}']`,
        ) as XmlElement;
        const failure = test.get("failure/@message");
        const said = plain(`${failure?.content ?? ""} ${test.content}`);
        const conditions = comparison.conditions.flatMap(({ p, seen }) => [
          ...(p === null ? [] : [`p ${numbers.pValue(p)}`]),
          ...(seen === undefined ? [] : [`${numbers.count(seen.count)} of ${numbers.count(seen.of)}`]),
        ]);
        const parts = [
          ...differenceParts(comparison, route.policy),
          `${numbers.count(comparison.n)} pair`,
          ...conditions,
        ];
        for (const part of parts) expect(said, name).toContain(part);

        const row = groups[index]?.find(([first = ""]) => first.startsWith(`${comparison.candidate} `));
        const signed = (value: number) => numbers.signedPoints(value, -margin);
        expect(row?.[0]).toBe(`${comparison.candidate} ${numbers.count(comparison.n)} pairs`);
        expect(row?.[2]).toBe(
          comparison.quality === null
            ? numbers.UNKNOWN
            : plain(`${signed(comparison.quality.value)} ${numbers.range(comparison.quality, signed)}`),
        );
      }
    }
    document.dispose();
  });

  it("of cascades and the month, wherever there are words for them", () => {
    const { cascades, forecast, simulated } = decision;
    const words = cascades.routes
      .flatMap((route) => route.cascades.slice(0, 1))
      .filter(({ test }) => test.state === "tested");
    const parts = words.flatMap((cascade) => [
      `${either(cascade.escalated, numbers.percent)} go on`,
      `quality ${either(cascade.quality, numbers.points)}`,
      `USD per 1,000 calls ${either(cascade.costPer1000, numbers.usd)}`,
      `p95 ${either(cascade.latencyP95Ms, numbers.seconds)}`,
    ]);
    const rows = cascades.routes.flatMap((route) => {
      const [first] = route.singles;
      return first === undefined ? [] : [first, ...route.cascades.slice(0, 6)];
    });
    const cells = rows.flatMap(({ quality, costPer1000, latencyP95Ms }) => [
      either(quality, numbers.points),
      either(costPer1000, numbers.usd),
      either(latencyP95Ms, numbers.seconds),
    ]);
    for (const cell of cells)
      for (const name of ["markdown", "html"] as const) expect(text[name], name).toContain(cell);
    const months = forecast === null || simulated ? [] : [forecast.today, forecast.after, forecast.saving];
    const said = months.map((estimate) =>
      plain(`about ${numbers.monthly(estimate.value)} (${numbers.range(estimate, numbers.monthly)})`),
    );
    expect(parts.length + said.length).toBeGreaterThan(0);
    for (const part of [...parts, ...said]) {
      for (const name of ["console", "markdown", "html"] as const) expect(text[name], name).toContain(part);
    }
  });
}

describe("the numbers of a run of the simulated fleet, from the files it wrote", async () => {
  const ended = await signalbox(ROOT, ["eval", "research", "--out", out, "--limit", "90"]);
  const read = (file: string) => readFileSync(join(out, "research/latest", file), "utf8");
  expectTheSameNumbers({
    decision: DecisionSchema.parse(JSON.parse(read("decision.json"))),
    console: ended.out,
    markdown: read("summary.md"),
    html: read("report.html"),
    junit: read("junit.xml"),
    models: read("models.csv"),
    results: read("results.csv"),
  });
});

describe("the numbers of a run of real models on three routes", async () => {
  const fixture = reportFixture({ cases: 24 });
  expectTheSameNumbers({
    decision: fixture.decision,
    console: renderConsole(fixture),
    markdown: renderMarkdown(fixture),
    html: await pageOf(fixture),
    junit: renderJunit(fixture),
    models: renderModelsCsv(fixture),
  });
});

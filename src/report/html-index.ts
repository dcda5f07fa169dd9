import type { ModelSummary } from "../domain/decision.ts";
import type { RunFile } from "../domain/run.ts";
import { cspHash, indexTemplate, readStyle } from "./html/assets.ts";
import { type HistoryPoint, historyChart } from "./html/charts/history.ts";
import { definitions, glyph, track } from "./html/marks.ts";
import { type Markup, markup } from "./html/text.ts";
import { visibleDeep } from "./html/visible.ts";
import { type IndexedRun, type IndexedSuite, type IndexInput, indexHeadline, routeRows } from "./index-routes.ts";
import { plural, points, seconds, usd, withRange } from "./numbers.ts";
import { SIMULATED_NOTICE } from "./sentences.ts";

const MOST_RUNS = 24;

const MEASURES = [
  { name: "Quality, points", of: ({ quality }: ModelSummary) => quality, format: points, fromZero: false },
  { name: "USD per 1,000 calls", of: ({ costPer1000 }: ModelSummary) => costPer1000, format: usd, fromZero: true },
  { name: "Latency p95", of: ({ latencyP95Ms }: ModelSummary) => latencyP95Ms, format: seconds, fromZero: true },
] as const;

let assets: { page: (view: object) => string; style: string } | undefined;

/** `reports/index.html`: every route by the last complete run that is about it, and what past runs measured. */
export function renderIndex(input: IndexInput): string {
  assets ??= { page: indexTemplate(), style: readStyle() };
  const { suites, table, problems, now } = visibleDeep(input);
  const rows = routeRows({ suites, table, now });
  return assets.page({
    style: markup(assets.style),
    styleHash: cspHash(assets.style),
    definitions: definitions(),
    brand: track("switch"),
    date: new Date(now).toISOString().slice(0, 10),
    headline: indexHeadline(rows.listed),
    notice: [...rows.listed, ...rows.others].some(({ grade }) => grade === "simulated") ? SIMULATED_NOTICE : null,
    file: table?.file ?? null,
    groups: [
      { title: null, about: "Every route", routes: rows.listed },
      {
        title: "Decided, and not in the table as it is now",
        about: "Other routes that runs decided",
        routes: rows.others,
      },
    ].filter(({ routes }) => routes.length > 0),
    histories: suites.flatMap((suite, at) => historiesOf(suite, at)),
    unread: [
      ...problems,
      ...suites.flatMap(({ id, unread }) => unread.map(({ name, reason }) => `${id}/${name}: ${reason}`)),
    ],
  });
}

/** A suite's runs of real models and those of simulated ones are two histories: they have no model in common. */
function historiesOf(suite: IndexedSuite, at: number) {
  return [false, true].flatMap((simulated) => {
    const runs = suite.runs
      .filter(({ run, decision }) => run.status === "complete" && decision.simulated === simulated)
      .slice(-MOST_RUNS);
    if (runs.length === 0) return [];
    const names = [...new Set(runs.flatMap(({ decision }) => decision.models.map(({ candidate }) => candidate)))];
    return [
      {
        title: `${suite.id}${simulated ? ", simulated" : ""}`,
        about: `${plural(runs.length, "run")}, ${runs[0]?.run.manifest.startedAt.slice(0, 10)} to ${runs.at(-1)?.run.manifest.startedAt.slice(0, 10)}`,
        measures: MEASURES.map(({ name }) => name),
        rows: names.map((name, index) => ({
          glyph: glyph(index % 8),
          name,
          cells: MEASURES.map((measure, which) =>
            cellOf(name, runs, measure, { id: `h${at}-${Number(simulated)}-${index}-${which}`, of: index % 8 }),
          ),
        })),
        runs: runs.map(({ run, path }) => ({
          date: run.manifest.startedAt.slice(0, 16).replace("T", " "),
          id: run.manifest.runId,
          path,
        })),
      },
    ];
  });
}

function cellOf(
  name: string,
  runs: readonly IndexedRun[],
  measure: (typeof MEASURES)[number],
  look: { readonly id: string; readonly of: number },
): { drawing: Markup | null; latest: string } {
  const history = runs.flatMap(({ run, decision }, index): HistoryPoint[] => {
    const model = decision.models.find(({ candidate }) => candidate === name);
    if (model === undefined) return [];
    const before = runs[index - 1]?.run;
    return [
      {
        date: run.manifest.startedAt.slice(0, 10),
        estimate: measure.of(model),
        priceChanged:
          before !== undefined && priceOf(before, name) !== undefined && priceOf(before, name) !== priceOf(run, name),
        suiteChanged: before !== undefined && suiteOf(before) !== suiteOf(run),
      },
    ];
  });
  const title = `${measure.name} of ${name} over ${plural(history.length, "run")}`;
  return {
    drawing: historyChart({ ...look, title, fromZero: measure.fromZero }, history, measure.format),
    latest: withRange(history.at(-1)?.estimate ?? null, measure.format),
  };
}

function suiteOf({ manifest: { suite } }: RunFile): string {
  return `${suite.hash} ${suite.datasetSha256}`;
}

/** What a model costs, without where and when that was read. */
function priceOf({ manifest }: RunFile, name: string): string | undefined {
  const price = manifest.candidates.find(({ id }) => id === name)?.model.price;
  if (price === undefined || typeof price === "string") return price;
  const { source: _, checkedAt: __, ...rates } = price;
  return JSON.stringify(rates);
}

import type { Decision, ModelSummary } from "../domain/decision.ts";
import type { RunFile } from "../domain/run.ts";
import { compileIndex, cspHash, readStyle } from "./html/assets.ts";
import { type HistoryPoint, historyChart } from "./html/charts/history.ts";
import { definitions, glyph, pips, track } from "./html/marks.ts";
import { type Markup, markup } from "./html/text.ts";
import { visibleDeep } from "./html/visible.ts";
import { count, plural, points, seconds, usd, withRange } from "./numbers.ts";
import { SIMULATED_NOTICE, savingText, verdictSentence } from "./sentences.ts";

/** A saved run as the index shows it. */
export interface IndexedRun {
  readonly run: RunFile;
  readonly decision: Decision;
  /** Of its report, from the index. */
  readonly path: string;
}

/** What the index shows of a suite. */
export interface IndexedSuite {
  readonly id: string;
  /** Oldest first. */
  readonly runs: readonly IndexedRun[];
  /** Runs that are there and cannot be shown, with the reason. */
  readonly unread: readonly { readonly name: string; readonly reason: string }[];
}

const DAY_MS = 86_400_000;
const MOST_RUNS = 24;
const WORDS = { switch: "Switch", keep: "Keep", inconclusive: "Inconclusive" } as const;

const MEASURES = [
  { name: "Quality, points", of: ({ quality }: ModelSummary) => quality, format: points, fromZero: false },
  { name: "USD per 1,000 calls", of: ({ costPer1000 }: ModelSummary) => costPer1000, format: usd, fromZero: true },
  { name: "Latency p95", of: ({ latencyP95Ms }: ModelSummary) => latencyP95Ms, format: seconds, fromZero: true },
] as const;

let assets: { page: (view: object) => string; style: string } | undefined;

/** `reports/index.html`: every route of every suite by its last complete run, and what past runs measured. */
export function renderIndex(suites: readonly IndexedSuite[], now: number): string {
  assets ??= { page: compileIndex(), style: readStyle() };
  const safe = visibleDeep(suites);
  const routes = safe.flatMap((suite) => routesOf(suite, now));
  return assets.page({
    style: markup(assets.style),
    styleHash: cspHash(assets.style),
    definitions: definitions(),
    brand: track("switch"),
    date: new Date(now).toISOString().slice(0, 10),
    headline: headlineOf(routes),
    notice: routes.some(({ grade }) => grade === "simulated") ? SIMULATED_NOTICE : null,
    routes,
    histories: safe.flatMap((suite, at) => historiesOf(suite, at)),
    unread: safe.flatMap(({ id, unread }) => unread.map(({ name, reason }) => `${id}/${name}: ${reason}`)),
  });
}

/** The last complete run of real models, else the last complete one of simulated models. */
function evidenceOf({ runs }: IndexedSuite): IndexedRun | undefined {
  const complete = runs.filter(({ run }) => run.status === "complete");
  return complete.findLast(({ decision }) => !decision.simulated) ?? complete.at(-1);
}

function routesOf(suite: IndexedSuite, now: number) {
  const last = evidenceOf(suite);
  if (last === undefined) return [];
  const { run, decision, path } = last;
  const days = Math.max(0, Math.floor((now - Date.parse(run.manifest.startedAt)) / DAY_MS));
  return decision.routes.map((route) => ({
    route: route.route,
    suite: suite.id,
    path,
    track: track(route.verdict),
    verdict: WORDS[route.verdict],
    current: route.incumbent,
    recommended: route.verdict === "switch" && route.candidate !== null ? route.candidate : route.incumbent,
    changes: route.verdict === "switch",
    pips: pips(route.grade),
    grade: route.grade,
    sentence: verdictSentence(route),
    saving: savingText(route),
    age: days === 0 ? "today" : plural(days, "day"),
    stale:
      days > route.policy.maxEvidenceAgeDays
        ? `older than the ${count(route.policy.maxEvidenceAgeDays)} days that the policy allows`
        : "",
    date: run.manifest.startedAt.slice(0, 10),
  }));
}

function headlineOf(routes: ReturnType<typeof routesOf>): string {
  if (routes.length === 0) return "No complete run yet.";
  const of = (verdict: string) => routes.filter((route) => route.verdict === verdict).length;
  const parts = [
    [of("Switch"), "should switch"],
    [of("Keep"), "should stay"],
    [of("Inconclusive"), "not settled"],
  ] as const;
  const words = parts.flatMap(([times, what]) => (times === 0 ? [] : [`${times} ${what}`]));
  const simulated = routes.every(({ grade }) => grade === "simulated") ? "In simulation: of " : "Of ";
  return `${simulated}${plural(routes.length, "route")}, ${words.join(", ")}.`;
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

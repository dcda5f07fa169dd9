import type { Decision, RouteDecision } from "../domain/decision.ts";
import type { RunFile } from "../domain/run.ts";
import { pips, track } from "./html/marks.ts";
import { count, plural, UNKNOWN } from "./numbers.ts";
import { savingText, verdictSentence } from "./sentences.ts";

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

/** A route of the routing table. */
export interface TableRoute {
  readonly route: string;
  readonly suite: string;
  /** The one that serves. */
  readonly model: string;
  /** The one that runs compare with: another where an exception serves. */
  readonly proven: string;
}

/** Everything that the index shows. */
export interface IndexInput {
  readonly suites: readonly IndexedSuite[];
  /** The routing table; undefined where there is none that can be read. */
  readonly table: { readonly file: string; readonly routes: readonly TableRoute[] } | undefined;
  /** What went wrong on the way, in words. */
  readonly problems: readonly string[];
  /** Time of day in ms. */
  readonly now: number;
}

const DAY_MS = 86_400_000;
const WORDS = { switch: "Switch", keep: "Keep", inconclusive: "Inconclusive" } as const;
/** The table has made the switch that the run advised. */
const MADE = "Switched";
const NO_EVIDENCE = "No evidence";

interface Evidence extends IndexedRun {
  readonly route: RouteDecision;
}

/** A row for each route of the table, and one for each other route that the last complete runs decided. */
export function routeRows({ suites, table, now }: Omit<IndexInput, "problems">) {
  const last = suites.flatMap((suite) => decidedBy(evidenceOf(suite)));
  if (table === undefined)
    return { listed: last.map((evidence) => rowOf(evidence, evidence.route.incumbent, now)), others: [] };
  const found = table.routes.map((route) => ({ route, evidence: matching(route, suites) }));
  const used = new Set(found.map(({ evidence }) => evidence?.route));
  return {
    listed: found.map(({ route, evidence }) =>
      evidence === undefined ? emptyRow(route, suites) : rowOf(evidence, route.model, now),
    ),
    others: last
      .filter(({ route }) => !used.has(route))
      .map((evidence) => rowOf(evidence, evidence.route.incumbent, now)),
  };
}

/** The last complete run of real models, else the last complete one of simulated models. */
function evidenceOf(suite: IndexedSuite | undefined): IndexedRun | undefined {
  return bestFirst(suite)[0];
}

function bestFirst(suite: IndexedSuite | undefined): IndexedRun[] {
  const complete = (suite?.runs ?? []).filter(({ run }) => run.status === "complete").toReversed();
  return complete.toSorted((a, b) => Number(a.decision.simulated) - Number(b.decision.simulated));
}

function decidedBy(run: IndexedRun | undefined): Evidence[] {
  return run === undefined ? [] : run.decision.routes.map((route) => ({ ...run, route }));
}

/** The best evidence about the model that serves a route: it was compared with the others, or switched to. */
function matching({ route, suite, model, proven }: TableRoute, suites: readonly IndexedSuite[]): Evidence | undefined {
  return bestFirst(suites.find(({ id }) => id === suite))
    .flatMap(decidedBy)
    .find(
      ({ route: decided }) =>
        decided.route === route &&
        (decided.incumbent === proven || (decided.verdict === "switch" && decided.candidate === model)),
    );
}

function rowOf({ run, path, route }: Evidence, current: string, now: number) {
  const asked = askedSince(run);
  const days = Math.max(0, Math.floor((now - Date.parse(asked)) / DAY_MS));
  const isMade = route.verdict === "switch" && route.candidate === current;
  const changes = route.verdict === "switch" && !isMade;
  return {
    route: route.route,
    suite: run.manifest.suite.id,
    path,
    track: track(route.verdict),
    verdict: isMade ? MADE : WORDS[route.verdict],
    current,
    recommended: changes ? (route.candidate ?? current) : current,
    changes,
    pips: pips(route.grade),
    grade: route.grade as string,
    sentence: `${isMade ? "The table has made this switch. " : ""}${verdictSentence(route)}`,
    command: "",
    saving: savingText(route),
    age: days === 0 ? "today" : plural(days, "day"),
    about:
      days > route.policy.maxEvidenceAgeDays
        ? `${asked.slice(0, 10)}; older than the ${count(route.policy.maxEvidenceAgeDays)} days that the policy allows`
        : asked.slice(0, 10),
  };
}

// Answers that an earlier run paid for are as old as they are.
function askedSince({ manifest, totals }: RunFile): string {
  const { startedAt } = manifest;
  return totals?.cachedSince !== undefined && totals.cachedSince < startedAt ? totals.cachedSince : startedAt;
}

type Row = ReturnType<typeof rowOf>;

function emptyRow(
  { route, suite, model, proven }: TableRoute,
  suites: readonly IndexedSuite[],
): Omit<Row, "path" | "track" | "pips"> & Record<"path" | "track" | "pips", null> {
  const past = bestFirst(suites.find(({ id }) => id === suite))
    .flatMap(decidedBy)
    .find(({ route: decided, decision }) => decided.route === route && !decision.simulated);
  const about =
    past === undefined
      ? `No complete run is about ${proven}.`
      : `The last run compares with ${past.route.incumbent}, which does not serve any more.`;
  return {
    route,
    suite,
    path: null,
    track: null,
    verdict: NO_EVIDENCE,
    current: model,
    recommended: UNKNOWN,
    changes: false,
    pips: null,
    grade: "none",
    sentence: `${about} This decides it:`,
    command: `npm run eval ${suite}`,
    saving: UNKNOWN,
    age: "none",
    about: "",
  };
}

/** All routes in one sentence. */
export function indexHeadline(rows: readonly { readonly verdict: string; readonly grade: string }[]): string {
  if (rows.length === 0) return "No complete run yet.";
  const of = (verdict: string) => rows.filter((row) => row.verdict === verdict).length;
  const parts = [
    [of(WORDS.switch), "should switch"],
    [of(WORDS.keep), "should stay"],
    [of(MADE), of(MADE) === 1 ? "has switched" : "have switched"],
    [of(WORDS.inconclusive), "not settled"],
    [of(NO_EVIDENCE), "without evidence"],
  ] as const;
  const words = parts.flatMap(([times, what]) => (times === 0 ? [] : [`${times} ${what}`]));
  const simulated = rows.every(({ grade }) => grade === "simulated") ? "In simulation: of " : "Of ";
  return `${simulated}${plural(rows.length, "route")}, ${words.join(", ")}.`;
}

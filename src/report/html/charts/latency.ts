import type { ReportInput } from "../../../domain/detail.ts";
import { count, range, seconds } from "../../numbers.ts";
import { type Cast, mark } from "../marks.ts";
import { clamp, linear, ticks } from "../scale.ts";
import { across, down, label, line, picture, tag } from "../svg.ts";
import type { Markup } from "../text.ts";

const ROW = 62;
const BARS = 34;

/** How long the answers of every model took: a histogram each, on one axis. Null where nobody measured. */
export function latencyView({ decision, facts }: ReportInput, cast: Cast) {
  const rows = cast.ids.flatMap((id) => {
    const of = facts.models.find(({ candidate }) => candidate === id);
    const summary = decision.models.find(({ candidate }) => candidate === id);
    return of === undefined || of.latencies.length === 0 || summary === undefined
      ? []
      : [{ id, counts: of.latencies, p50: summary.latencyP50Ms, p95: summary.latencyP95Ms }];
  });
  const last = facts.latencyEdges.at(-1);
  if (rows.length === 0 || last === undefined) return null;
  const limits = [...new Set(decision.routes.flatMap(({ policy }) => policy.p95LatencyMs ?? []))].filter(
    (limit) => limit <= last,
  );
  const missing = cast.ids.filter((id) => !rows.some((row) => row.id === id));
  return {
    title: titleOf(rows),
    drawing: drawRows(rows, { last, limits, cast }),
    note: [
      "Time to the whole answer, answered calls alone. The upright strokes are the median and the 95th centile; the last bar holds everything slower too.",
      ...(limits.length === 0 ? [] : ["Dashed: the limit that a route sets for its 95th centile."]),
      ...(missing.length === 0 ? [] : [`Nobody measured ${missing.join(", ")}.`]),
    ].join(" "),
  };
}

type Row = {
  readonly id: string;
  readonly counts: readonly number[];
  readonly p50: ReportInput["decision"]["models"][number]["latencyP50Ms"];
  readonly p95: ReportInput["decision"]["models"][number]["latencyP95Ms"];
};

function titleOf(rows: readonly Row[]): string {
  const known = rows.flatMap(({ id, p95 }) => (p95 === null ? [] : [{ id, value: p95.value }]));
  const [fastest] = known.toSorted((a, b) => a.value - b.value);
  const slowest = known.toSorted((a, b) => b.value - a.value)[0];
  if (fastest === undefined || slowest === undefined) return "How long the answers took";
  if (fastest.id === slowest.id) return `95 % of ${fastest.id}'s answers took at most ${seconds(fastest.value)}`;
  return `95 % of answers within ${seconds(fastest.value)} for ${fastest.id}, ${seconds(slowest.value)} for ${slowest.id}`;
}

function drawRows(
  rows: readonly Row[],
  { last, limits, cast }: { readonly last: number; readonly limits: readonly number[]; readonly cast: Cast },
): Markup {
  const height = rows.length * ROW;
  const x = linear([0, last]);
  const at = (ms: number) => x(clamp(ms, [0, last]));
  const body: Markup[] = ticks([0, last], 5).flatMap((ms) => [
    line({ x1: x(ms), x2: x(ms), y1: 0, y2: height + 5 }, "grid"),
    label(ms === 0 ? "0" : seconds(ms), { x: x(ms), y: height + 19 }, "middle"),
  ]);
  for (const [index, row] of rows.entries()) {
    const base = index * ROW + ROW - 6;
    const of = cast.markOf(row.id);
    const most = Math.max(1, ...row.counts);
    const bars = row.counts.flatMap((times, bin) =>
      times === 0
        ? []
        : [tag("rect", { x: bin, y: down(BARS * (1 - times / most)), width: 1, height: down((BARS * times) / most) })],
    );
    body.push(
      tag(
        "svg",
        {
          x: 0,
          y: base - BARS,
          width: "100%",
          height: BARS,
          viewBox: `0 0 ${row.counts.length} ${BARS}`,
          preserveAspectRatio: "none",
          class: `bars m${of}`,
        },
        ...bars,
      ),
      line({ x1: 0, x2: 100, y1: base, y2: base }, "ax"),
      mark(of, 0, base - BARS - 9),
      label(row.id, { x: 0, y: base - BARS - 5, dx: 12 }, "name"),
      ...[row.p50, row.p95].flatMap((estimate) =>
        estimate === null
          ? []
          : [
              line(
                { x1: at(estimate.value), x2: at(estimate.value), y1: base - BARS, y2: base + 4 },
                `quantile m${of}`,
              ),
            ],
      ),
      ...(row.p95 === null
        ? []
        : [label(`p95 ${seconds(row.p95.value)}`, { x: 100, y: base - BARS - 5, dx: 0 }, "end")]),
    );
  }
  for (const limit of limits) {
    body.push(tag("line", { x1: across(x(limit)), x2: across(x(limit)), y1: 0, y2: height, class: "limit" }));
  }
  const desc = rows
    .map(({ id, counts, p50, p95 }) => {
      const calls = counts.reduce((sum, each) => sum + each, 0);
      const words = (estimate: typeof p50, name: string) =>
        estimate === null ? "" : `, ${name} ${seconds(estimate.value)} (${range(estimate, seconds)})`;
      return `${id}: ${count(calls)} answers${words(p50, "median")}${words(p95, "95th centile")}.`;
    })
    .join(" ");
  return picture({ id: "latency", height, title: "Latency of answers by model", desc }, body);
}

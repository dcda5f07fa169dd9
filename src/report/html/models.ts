import type { Estimate, ModelSummary } from "../../domain/decision.ts";
import type { ReportInput } from "../../domain/detail.ts";
import { count, percent, points, range, seconds, UNKNOWN, usd } from "../numbers.ts";
import { boundsOf } from "./limits.ts";
import { type Cast, glyph } from "./marks.ts";
import { clamp, type Domain, linear, niceDomain } from "./scale.ts";
import { across, cellDrawing, tag } from "./svg.ts";
import { list, type Markup } from "./text.ts";

interface Column {
  readonly title: string;
  readonly unit: string;
  readonly of: (model: ModelSummary) => Estimate | null;
  readonly format: (value: number) => string;
  /** Whether its axis starts at 0. */
  readonly fromZero: boolean;
}

/** Part 2: every model by itself, each number with its interval or with what it was counted over. */
export function modelsView({ decision, run }: ReportInput, cast: Cast) {
  const columns = columnsOf(run.manifest.scorers);
  const models = cast.ids.flatMap((id) => decision.models.filter(({ candidate }) => candidate === id));
  const axes = columns.map((column) => axisOf(column, models));
  const incumbents = new Set(decision.routes.map(({ incumbent }) => incumbent));
  const leader = models[0];
  return {
    caption: `Quality, scorers, cost, latency, errors and tokens of ${count(models.length)} models over ${count(decision.cases)} cases, with intervals`,
    columns: columns.map(({ title, unit, format }, index) => {
      const axis = axes[index];
      return { title, unit, low: axis == null ? "" : format(axis[0]), high: axis == null ? "" : format(axis[1]) };
    }),
    rows: models.map((model) => ({
      glyph: glyph(cast.markOf(model.candidate)),
      name: model.candidate,
      role: incumbents.has(model.candidate) ? "incumbent" : "candidate",
      cells: columns.map((column, index) => {
        const reference = leader === undefined || leader === model ? null : (column.of(leader)?.value ?? null);
        return cellView(column.of(model), column.format, axes[index] ?? null, {
          of: cast.markOf(model.candidate),
          reference,
        });
      }),
      tokens: tokensView(model),
      faults: faultsOf(model),
    })),
  };
}

function columnsOf(scorers: ReportInput["run"]["manifest"]["scorers"]): Column[] {
  return [
    { title: "Quality", unit: "points of 100", of: ({ quality }) => quality, format: points, fromZero: false },
    ...scorers.map(
      ({ name, certainty, weight }): Column => ({
        title: name,
        unit: `${certainty === "judge" ? "judge" : `${certainty} rule`}, weight ${weight}`,
        of: (model) => model.scorers[name] ?? null,
        format: points,
        fromZero: false,
      }),
    ),
    { title: "Cost", unit: "USD per 1,000 calls", of: ({ costPer1000 }) => costPer1000, format: usd, fromZero: true },
    {
      title: "Latency p50",
      unit: "to the full answer",
      of: ({ latencyP50Ms }) => latencyP50Ms,
      format: seconds,
      fromZero: true,
    },
    {
      title: "Latency p95",
      unit: "to the full answer",
      of: ({ latencyP95Ms }) => latencyP95Ms,
      format: seconds,
      fromZero: true,
    },
    { title: "Errors", unit: "of calls", of: ({ errors }) => errors, format: percent, fromZero: true },
  ];
}

function axisOf({ of, fromZero }: Column, models: readonly ModelSummary[]): Domain | null {
  const bounds = models.flatMap((model) => boundsOf(of(model)));
  if (bounds.length === 0) return null;
  const [low, high] = niceDomain(fromZero ? [0, ...bounds] : bounds);
  // Scores and shares end at 0 and 1, whatever their intervals say.
  return fromZero ? [low, high] : [Math.max(0, low), Math.min(1, high)];
}

function cellView(
  estimate: Estimate | null,
  format: Column["format"],
  axis: Domain | null,
  look: { readonly of: number; readonly reference: number | null },
) {
  if (estimate === null || axis === null) return { value: UNKNOWN, range: "", drawing: null };
  const known = estimate.interval === null ? `n ${count(estimate.n)}` : range(estimate, format);
  return { value: format(estimate.value), range: known, drawing: interval(estimate, axis, look) };
}

/** Band = interval, tick = estimate, dots = the incumbent. The numbers stand beside it. */
function interval(
  estimate: Estimate,
  axis: Domain,
  look: { readonly of: number; readonly reference: number | null },
): Markup {
  const x = linear(axis);
  const low = clamp(estimate.interval?.low ?? estimate.value, axis);
  const high = clamp(estimate.interval?.high ?? axis[1], axis);
  return cellDrawing(`mini m${look.of}`, [
    tag("rect", { class: "base" }),
    ...(look.reference === null
      ? []
      : [tag("line", { x1: across(x(look.reference)), x2: across(x(look.reference)), y2: 12, class: "ref" })]),
    ...(estimate.interval === null
      ? []
      : [tag("rect", { x: across(x(low)), width: across(x(high) - x(low)), class: "band" })]),
    tag("rect", { x: across(x(estimate.value)), class: "tick" }),
  ]);
}

function tokensView({ tokens }: ModelSummary) {
  if (tokens.counted === 0) return { value: UNKNOWN, lines: [] };
  return {
    value: `${count(tokens.visibleOutput)} visible`,
    lines: [`+ ${count(tokens.reasoning)} reasoning`, `${count(tokens.input)} input, n ${count(tokens.counted)}`],
  };
}

function faultsOf({ failures, unscored, unpriced }: ModelSummary): string {
  const failed = Object.entries(failures).map(([reason, times]) => `${times} ${reason}`);
  return list([
    ...failed,
    ...(unscored === 0 ? [] : [`${unscored} unscored`]),
    ...(unpriced === 0 ? [] : [`${unpriced} unpriced`]),
  ]);
}

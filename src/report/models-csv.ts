import { stringify } from "csv-stringify/sync";
import type { Estimate, ModelSummary } from "../domain/decision.ts";
import type { ReportInput } from "../domain/detail.ts";
import { CSV } from "./csv.ts";

const HEADER = ["candidate", "tag", "value", "measure", "estimate", "low", "high", "level", "method", "n"];

/**
 * `models.csv`: a row per model, slice and measure. The whole suite first (tag and value empty): quality, every scorer,
 * cost, latency, errors; then the quality on each slice. Unknown numbers are empty.
 */
export function renderModelsCsv({ decision }: ReportInput): string {
  const rows = decision.models.flatMap((model) => [
    ...wholeOf(model).map(([measure, estimate]) => rowOf(model.candidate, ["", ""], measure, estimate)),
    ...Object.entries(model.slices).map(([slice, estimate]) =>
      rowOf(model.candidate, cutAt(slice, "="), "quality", estimate),
    ),
  ]);
  return stringify([HEADER, ...rows], CSV);
}

function wholeOf(model: ModelSummary): [string, Estimate | null][] {
  return [
    ["quality", model.quality],
    ...Object.entries(model.scorers).map(([name, estimate]): [string, Estimate | null] => [`scorer:${name}`, estimate]),
    ["cost_usd_per_1000", model.costPer1000],
    ["latency_p50_ms", model.latencyP50Ms],
    ["latency_p95_ms", model.latencyP95Ms],
    ["errors", model.errors],
  ];
}

function rowOf(candidate: string, slice: readonly [string, string], measure: string, estimate: Estimate | null) {
  const interval = estimate?.interval ?? null;
  return [
    candidate,
    ...slice,
    measure,
    estimate?.value ?? "",
    interval?.low ?? "",
    interval?.high ?? "",
    interval?.level ?? "",
    interval?.method ?? "",
    estimate?.n ?? "",
  ];
}

function cutAt(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  return [text.slice(0, at), text.slice(at + 1)];
}

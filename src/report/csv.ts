import { stringify } from "csv-stringify/sync";
import type { ReportInput } from "../domain/detail.ts";

/** `results.csv`: a row per trial. Formulas are escaped, so that a spreadsheet runs nothing a model wrote. */
export function renderCsv({ run, cases }: ReportInput): string {
  const scorers = run.manifest.scorers.map(({ name }) => name);
  const tags = [...new Set(cases.flatMap((item) => Object.keys(item.tags)))].sort();
  const header = [
    "case",
    ...tags.map((tag) => `tag:${tag}`),
    "candidate",
    "repeat",
    "state",
    "quality",
    ...scorers,
    "cost_usd",
    "latency_ms",
    "served_model",
    "reason",
    "answer",
  ];
  const rows = cases.flatMap((item) =>
    item.answers.map((answer) => [
      item.id,
      ...tags.map((tag) => item.tags[tag] ?? ""),
      answer.candidate,
      answer.repeat,
      answer.failure === undefined ? "completed" : "failed",
      answer.quality ?? "",
      ...scorers.map((name) => {
        const score = answer.scores[name];
        return score?.state === "scored" ? score.value : "";
      }),
      answer.costUsd ?? "",
      answer.latencyMs ?? "",
      answer.servedModel ?? "",
      answer.failure === undefined
        ? unscoredReason(answer.scores)
        : `${answer.failure.reason}: ${answer.failure.message}`,
      answer.text,
    ]),
  );
  return stringify([header, ...rows], { escape_formulas: true });
}

function unscoredReason(scores: ReportInput["cases"][number]["answers"][number]["scores"]): string {
  return Object.entries(scores)
    .flatMap(([name, score]) => (score.state === "unscored" ? [`${name}: ${score.reason}`] : []))
    .join("; ");
}

import { stringify } from "csv-stringify/sync";
import type { AnswerDetail, CaseDetail, Growing, ReportFrame } from "../domain/detail.ts";

/** How a table is written for a spreadsheet: formulas are escaped, so that it runs nothing a model wrote. */
export const CSV = { escape_formulas: true } as const;

/** Before a file of UTF-8, this makes Excel read it as such. */
export const BYTE_ORDER_MARK = "\ufeff";

/** Each text that is made has its cost, whatever its length; and a row takes some kilobytes until it is one. */
const ROWS_AT_ONCE = 32;

/** `results.csv`: a row per trial. */
export function csvReport({ manifest, tags: known }: ReportFrame): Growing {
  const scorers = manifest.scorers.map(({ name }) => name);
  const tags = Object.keys(known).sort();
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
  let rows: unknown[][] = [];
  function written(): string {
    const text = stringify(rows, CSV);
    rows = [];
    return text;
  }
  return {
    start: () => stringify([header], CSV),
    add(item) {
      rows.push(...item.answers.map((answer) => rowOf(item, answer, { tags, scorers })));
      return rows.length < ROWS_AT_ONCE ? "" : written();
    },
    end: written,
  };
}

function rowOf(
  item: CaseDetail,
  answer: AnswerDetail,
  { tags, scorers }: { readonly tags: readonly string[]; readonly scorers: readonly string[] },
) {
  return [
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
  ];
}

function unscoredReason(scores: AnswerDetail["scores"]): string {
  return Object.entries(scores)
    .flatMap(([name, score]) => (score.state === "unscored" ? [`${name}: ${score.reason}`] : []))
    .join("; ");
}

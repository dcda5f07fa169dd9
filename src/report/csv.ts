import type { AnswerDetail, CaseDetail, Growing, ReportInput } from "../domain/detail.ts";
import { csvLine } from "./csv-line.ts";

/** Before a file of UTF-8, this makes Excel read it as such. */
export const BYTE_ORDER_MARK = "\ufeff";

/** Each piece that is written has its cost, whatever its length. */
const ROWS_AT_ONCE = 200;

/** `results.csv`: a row per trial. */
export function csvReport({ run, facts }: ReportInput): Growing {
  const scorers = run.manifest.scorers.map(({ name }) => name);
  const tags = Object.keys(facts.tags).sort();
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
  let lines: string[] = [];
  function written(): string {
    const text = lines.join("");
    lines = [];
    return text;
  }
  return {
    start: () => csvLine(header),
    add(item) {
      for (const answer of item.answers) lines.push(csvLine(rowOf(item, answer, { tags, scorers })));
      return lines.length < ROWS_AT_ONCE ? "" : written();
    },
    end: written,
  };
}

function rowOf(
  item: CaseDetail,
  answer: AnswerDetail,
  { tags, scorers }: { readonly tags: readonly string[]; readonly scorers: readonly string[] },
): (string | number)[] {
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

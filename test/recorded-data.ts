import { readFileSync } from "node:fs";
import { join } from "node:path";
import { jsonl, suiteFile } from "./project.ts";

/** Recorded answers of real models live outside the repository: other people's texts are read, never committed. */
export const RECORDED_DIR = process.env.SIGNALBOX_RECORDED_DIR ?? "";

/** A catalogue that names no recorded model: they bring their own costs. */
export const EMPTY_CATALOG =
  "providers: { none: { dialect: openai } }\nmodels: [{ id: none, provider: none, model: none, family: none }]\n";

export function readRecorded<T>(path: string): T[] {
  return readFileSync(join(RECORDED_DIR, path), "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as T);
}

export interface RouterResult {
  readonly query_id: string;
  readonly model: string;
  readonly score: number;
  readonly cost_usd: number;
}

/** RouterBench, category winogrande: per-query score and dollars of eleven models, as a project with a replay. */
export function routerProject() {
  const results = readRecorded<RouterResult>("routerbench-winogrande/results.jsonl");
  const queries = [...new Set(results.map(({ query_id }) => query_id))].sort();
  const models = [...new Set(results.map(({ model }) => model))].sort();
  const files = {
    "models.yaml": EMPTY_CATALOG,
    "evals/router.ts": suiteFile(
      "router",
      'scale: "binary", scorers: [{ name: "recorded", rule: "recorded" }], policy: { margin: 0.05 }',
    ),
    "datasets/router.jsonl": jsonl(queries.map((id) => ({ id, input: id }))),
    "answers.jsonl": jsonl(
      results.map(({ query_id, model, score, cost_usd }) => ({
        model,
        case: query_id,
        output: "",
        score,
        costUsd: cost_usd,
      })),
    ),
  };
  return { results, queries, models, files };
}

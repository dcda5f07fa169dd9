import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { recordedPairs } from "../bench/recorded-pairs.ts";
import { seededRandom } from "../src/cli/world.ts";
import type { Decision } from "../src/domain/decision.ts";
import { jsonl, makeProject, signalbox, suiteFile } from "./project.ts";
import { EMPTY_CATALOG, RECORDED_DIR, type RouterResult, readRecorded, routerProject } from "./recorded-data.ts";

const has = (folder: string) => RECORDED_DIR !== "" && existsSync(join(RECORDED_DIR, folder));

async function decideRecorded(
  files: Record<string, string>,
  suite: string,
  incumbents: string[],
): Promise<{ decision: Decision; csv: string; root: string }> {
  const project = makeProject(files);
  const argv = ["eval", suite, "--replay", "answers.jsonl", "--incumbent", incumbents.join(","), "--quiet"];
  const ended = await signalbox(project.root, argv);
  expect(ended.err).toBe("");
  expect(ended.code).toBe(0);
  const latest = join(project.root, "reports", suite, "latest");
  const decision = JSON.parse(readFileSync(join(latest, "decision.json"), "utf8")) as Decision;
  const csv = readFileSync(join(latest, "results.csv"), "utf8");
  return { decision, csv, root: project.root };
}

describe.skipIf(!has("css-classification"))("raw replies of twelve real models to two classification tasks", () => {
  interface Item {
    item_id: string;
    task: string;
    text: string;
    gold: string;
    labels: string[];
  }

  it("reproduces every model's accuracy through the label extractor", async () => {
    const items = readRecorded<Item>("css-classification/items.jsonl");
    const tasks = [...new Set(items.map(({ task }) => task))];
    const predictions = parseCsv(readFileSync(join(RECORDED_DIR, "css-classification/predictions.csv"), "utf8"));
    for (const task of tasks) {
      const ofTask = new Map(items.filter((item) => item.task === task).map((item) => [item.item_id, item]));
      const labels = ofTask.values().next().value?.labels ?? [];
      const rows = predictions.filter((row) => ofTask.has(row.item_id ?? ""));
      const { decision } = await decideRecorded(
        {
          "models.yaml": EMPTY_CATALOG,
          "evals/css.ts": suiteFile(
            "css",
            `scale: "binary", scorers: [{ name: "label", rule: "label", options: { labels: ${JSON.stringify(labels)} } }]`,
          ),
          "datasets/css.jsonl": jsonl(
            [...ofTask.values()].map(({ item_id, text, gold }) => ({
              id: item_id,
              input: text,
              target: { label: gold },
            })),
          ),
          "answers.jsonl": jsonl(rows.map((row) => ({ model: row.model, case: row.item_id, output: row.raw_output }))),
        },
        "css",
        ["chatgpt"],
      );
      const models = [...new Set(rows.map((row) => row.model ?? ""))];
      expect(models).toHaveLength(12);
      for (const model of models) {
        const own = rows.filter((row) => row.model === model);
        const recorded = own.filter((row) => row.correct === "True").length / own.length;
        const summary = decision.models.find(({ candidate }) => candidate === model);
        expect(summary?.quality?.n, `${model} on ${task}`).toBe(own.length);
        expect(summary?.quality?.value, `${model} on ${task}`).toBeCloseTo(recorded, 12);
      }
    }
  });
});

describe.skipIf(!has("mtbench"))("answers of six real models to open questions", () => {
  it("are scored by a rule and compared, with no claim about cost", async () => {
    const questions = readRecorded<{ question_id: number; category: string; turns: string[] }>(
      "mtbench/questions.jsonl",
    );
    const outputs = readRecorded<{ question_id: number; model: string; turns: string[] }>("mtbench/outputs.jsonl");
    const { decision, csv } = await decideRecorded(
      {
        "models.yaml": EMPTY_CATALOG,
        "evals/open.ts": suiteFile(
          "open",
          `scale: "binary", scorers: [{ name: "length", rule: "words", options: { min: 60, max: 300 } }]`,
        ),
        "datasets/open.jsonl": jsonl(
          questions.map(({ question_id, category, turns }) => ({
            id: `q-${question_id}`,
            input: turns[0],
            tags: { domain: category },
          })),
        ),
        "answers.jsonl": jsonl(
          outputs.map(({ question_id, model, turns }) => ({ model, case: `q-${question_id}`, output: turns[0] })),
        ),
      },
      "open",
      ["gpt-4"],
    );
    expect(decision.models).toHaveLength(6);
    for (const { candidate, quality, costPer1000 } of decision.models) {
      const own = outputs.filter(({ model }) => model === candidate);
      const within = own.filter(({ turns }) => {
        const words = (turns[0] ?? "").split(/\s+/).filter((word) => word !== "").length;
        return words >= 60 && words <= 300;
      }).length;
      expect(quality?.value, candidate).toBeCloseTo(within / own.length, 12);
      expect(costPer1000).toBeNull();
    }
    const [route] = decision.routes;
    expect(route?.verdict).not.toBe("switch");
    expect(
      route?.comparisons.every(({ conditions }) =>
        conditions.some(({ name, state }) => name === "cost" && state === "unknown"),
      ),
    ).toBe(true);
    expect(csv.split("\n").length).toBeGreaterThan(120);
  });
});

describe.skipIf(!has("routerbench-winogrande"))("scores and dollars of eleven real models", () => {
  it("give a verdict for every ordered pair that hand-computed means and counts agree with", async () => {
    const { results, queries, models, files } = routerProject();
    const { decision } = await decideRecorded(files, "router", models);
    expect(decision.family).toBe(110);
    const of = new Map<string, RouterResult>(results.map((result) => [`${result.model} ${result.query_id}`, result]));
    const mean = (pick: (query: string) => number) =>
      queries.reduce((sum, query) => sum + pick(query), 0) / queries.length;
    for (const route of decision.routes) {
      for (const comparison of route.comparisons) {
        const score = (model: string) => (query: string) => of.get(`${model} ${query}`)?.score as number;
        const cost = (model: string) => (query: string) => of.get(`${model} ${query}`)?.cost_usd as number;
        const { candidate, incumbent, outcome } = comparison;
        const difference = mean(score(candidate)) - mean(score(incumbent));
        const ratio = mean(cost(candidate)) / mean(cost(incumbent));
        expect(comparison.n).toBe(887);
        expect(comparison.quality?.value).toBeCloseTo(difference, 9);
        expect(comparison.costRatio?.value).toBeCloseTo(ratio, 9);
        if (outcome === "passes") {
          expect(difference, `${incumbent} -> ${candidate}`).toBeGreaterThan(-0.05);
          expect(ratio, `${incumbent} -> ${candidate}`).toBeLessThan(0.9);
        }
      }
      const passing = route.comparisons.filter(({ outcome }) => outcome === "passes");
      expect(route.verdict === "switch").toBe(passing.length > 0);
    }
    expect(decision.routes.filter(({ verdict }) => verdict === "switch").length).toBeGreaterThan(0);
  });

  it("switch wrongly in at most 5 % of samples, for every n, where a model is truly worse by the margin", () => {
    for (const row of recordedPairs([60, 100, 200, 400], 50)) {
      expect(row.worse).toBeGreaterThan(30);
      expect(row.wrong, `n = ${row.n}`).toBeLessThanOrEqual(0.05);
      expect(row.right).toBeGreaterThan(0.3);
    }
  });

  it("never give a switch on a gain in quality to a duplicate, or to shuffled labels", async () => {
    const { results, files } = routerProject();
    const [one = "", other = ""] = [...new Set(results.map(({ model }) => model))].sort();
    const of = (model: string) => results.filter((result) => result.model === model);
    const next = seededRandom("labels")("shuffled");
    const theirs = new Map(of(other).map((result) => [result.query_id, result.score]));
    const lines = of(one).flatMap(({ query_id, score, cost_usd }) => {
      const swap = next() < 0.5;
      const line = (model: string, value: number) => ({
        model,
        case: query_id,
        output: "",
        score: value,
        costUsd: cost_usd,
      });
      const their = theirs.get(query_id) ?? 0;
      return [
        line("one", score),
        line("duplicate", score),
        line("shuffled-a", swap ? their : score),
        line("shuffled-b", swap ? score : their),
      ];
    });
    const policy = 'policy: { objective: "best-within-budget", maxCostRatio: 2 }';
    const suite = suiteFile("router", `scale: "binary", scorers: [{ name: "recorded", rule: "recorded" }], ${policy}`);
    const given = { ...files, "evals/router.ts": suite, "answers.jsonl": jsonl(lines) };
    const { decision } = await decideRecorded(given, "router", ["one", "shuffled-a", "shuffled-b"]);
    const of2 = (incumbent: string, candidate: string) =>
      decision.routes
        .find((route) => route.incumbent === incumbent)
        ?.comparisons.find((comparison) => comparison.candidate === candidate)?.outcome;
    expect(of2("one", "duplicate")).not.toBe("passes");
    expect(of2("shuffled-a", "shuffled-b")).not.toBe("passes");
    expect(of2("shuffled-b", "shuffled-a")).not.toBe("passes");
  });
});

/** RFC 4180, enough for the recorded file: quoted fields may hold commas, quotes and newlines. */
function parseCsv(text: string): Record<string, string>[] {
  const rows: string[][] = [[]];
  let field = "";
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const mark = text[at] as string;
    if (quoted) {
      if (mark !== '"') field += mark;
      else if (text[at + 1] === '"') field += text[++at];
      else quoted = false;
    } else if (mark === '"') quoted = true;
    else if (mark === "," || mark === "\n") {
      rows.at(-1)?.push(field.replace(/\r$/, ""));
      field = "";
      if (mark === "\n") rows.push([]);
    } else field += mark;
  }
  const [header = [], ...body] = rows;
  return body
    .filter((row) => row.length === header.length)
    .map((row) => Object.fromEntries(header.map((name, index) => [name, row[index] ?? ""])));
}

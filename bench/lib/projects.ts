import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { suiteFile } from "../../test/project.ts";

export interface BenchProject {
  readonly root: string;
  [Symbol.dispose](): void;
}

const WORDS = "the parcel was left at the wrong door and nobody has called back since the day before yesterday".split(
  " ",
);

/** Some hundred bytes that differ from case to case. */
function textOf(index: number): string {
  const words = Array.from({ length: 60 }, (_, at) => WORDS[(index * 7 + at * (1 + (index % 5))) % WORDS.length]);
  return `Ticket ${index}: ${words.join(" ")}.`;
}

function writeLines(file: string, count: number, line: (index: number) => object): void {
  const descriptor = openSync(file, "w");
  for (let from = 0; from < count; from += 1_000) {
    const lines = Array.from({ length: Math.min(1_000, count - from) }, (_, at) => JSON.stringify(line(from + at)));
    writeSync(descriptor, `${lines.join("\n")}\n`);
  }
  closeSync(descriptor);
}

const PRICE = `price: { input: 1, output: 5, source: a bench, checkedAt: "2026-11-01" }`;

/** A catalogue of four models of one provider: simulated ones, or behind a server on loopback. */
function catalog(url: string | undefined): string {
  const model = (id: string, index: number) =>
    url === undefined
      ? `  - { id: ${id}, provider: bench, model: ${id}-1, family: ${id}, ${PRICE}, simulation: { skill: { label: { simple: 0.${9 - index}, complex: 0.${8 - index} } }, latencyMs: { median: 800, sigma: 0.4 }, failureRate: 0.001, verbosity: 1, inventionRate: 0 } }`
      : `  - { id: ${id}, provider: bench, model: bench-1, family: ${id}, accepts: [maxTokens], ${PRICE} }`;
  const provider =
    url === undefined
      ? "  bench: { dialect: simulated, concurrency: 64 }"
      : `  bench: { dialect: openai, baseURL: "${url}", keyVariable: BENCH_API_KEY, concurrency: 32 }`;
  return `providers:\n${provider}\nmodels:\n${["alpha", "beta", "gamma", "delta"].map(model).join("\n")}\n`;
}

/** A project with one suite, `label`, of so many cases over four models, in a folder of its own. */
export function makeBenchProject(cases: number, url?: string): BenchProject {
  const root = mkdtempSync(join(tmpdir(), "signalbox-bench-"));
  const write = (name: string, text: string) => {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  };
  const rules = `scale: "binary", answers: "datasets/label.answers.jsonl", params: { maxTokens: 200 }, scorers: [{ name: "label", rule: "label", options: { labels: ["agree", "decline"] } }]`;
  write("evals/label.ts", suiteFile("label", rules));
  write("routing.yaml", "version: 1\nroutes:\n  label: { model: alpha, suite: label }\n");
  write("models.yaml", catalog(url));
  mkdirSync(join(root, "datasets"));
  writeLines(join(root, "datasets/label.jsonl"), cases, (index) => ({
    id: `t-${index}`,
    input: textOf(index),
    target: { label: index % 2 === 0 ? "agree" : "decline" },
    tags: { complexity: index % 3 === 0 ? "complex" : "simple" },
  }));
  writeLines(join(root, "datasets/label.answers.jsonl"), cases, (index) => ({
    id: `t-${index}`,
    confusions: [index % 2 === 0 ? "decline" : "agree"],
  }));
  return { root, [Symbol.dispose]: () => rmSync(root, { recursive: true }) };
}

// How long the gate takes: 100 changed routes over 20 suites of evidence (200 cases, five models each), and one route.
//   npm run bench:gate
// Wall time of the process, from start to end; medians of five. Beside it a process that does nothing.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { jsonl, makeProject, ROOT, signalbox, suiteFile } from "../test/project.ts";

const SUITES = 20;
const ROUTES_EACH = 5;
const CASES = 200;
const MODELS = ["alpha", "beta", "gamma", "delta", "epsilon"];
const ROUNDS = 5;

const suites = Array.from({ length: SUITES }, (_, at) => `suite${at}`);
const routes = suites.flatMap((suite) =>
  Array.from({ length: ROUTES_EACH }, (_, at) => ({ key: `${suite}_r${at}`, suite })),
);
const table = (model: string, only?: string) =>
  `version: 1\nroutes:\n${routes
    .map(
      ({ key, suite }) =>
        `  ${key}: { model: ${only === undefined || key === only ? model : "alpha"}, suite: ${suite}, volume: 100 }\n`,
    )
    .join("")}`;
const price = (factor: number) =>
  `price: { input: ${factor}, output: ${2 * factor}, source: made up, checkedAt: 2026-11-01 }`;

const TABLES = {
  "models.yaml": `providers:\n  first: { dialect: openai }\nmodels:\n${MODELS.map(
    (id, at) => `  - { id: ${id}, provider: first, model: ${id}-1, family: ${id}, ${price(5 - at)} }\n`,
  ).join("")}`,
  "routing.yaml": table("alpha"),
  "one.yaml": table("beta", routes[0]?.key),
  "all.yaml": table("beta"),
};
const answered = (suite: string, index: number) => {
  const cases = Array.from({ length: CASES }, (_, at) => ({
    id: `${suite}-case-${at}`,
    input: `case ${at}`,
    target: "yes",
    tags: { complexity: at % 2 === 0 ? "simple" : "complex" },
  }));
  return {
    [`evals/${suite}.ts`]: suiteFile(suite, 'scale: "binary", scorers: [{ name: "equals", rule: "equals" }]'),
    [`datasets/${suite}.jsonl`]: jsonl(cases),
    [`${suite}.answers.jsonl`]: jsonl(
      MODELS.flatMap((model, rank) =>
        cases.map(({ id }, at) => ({
          model,
          case: id,
          output: (at * 7 + index + rank) % (60 - 4 * rank) === 0 ? "no" : "yes",
          costUsd: (0.001234567 * (5 - rank)) / (1 + (at % 3)),
          latencyMs: 500 + ((at * 37) % 900),
        })),
      ),
    ),
  };
};
const project = makeProject(Object.assign({}, TABLES, ...suites.map(answered)));
for (const suite of suites) {
  const argv = ["eval", suite, "--replay", `${suite}.answers.jsonl`, "--quiet", "--save-evidence"];
  const ended = await signalbox(project.root, argv);
  if (ended.code !== 0) throw new Error(ended.err);
}

function seconds(...argv: string[]): { readonly median: number; readonly text: string } {
  const times: number[] = [];
  let text = "";
  for (let round = 0; round < ROUNDS; round++) {
    const started = performance.now();
    const ended = spawnSync(process.execPath, argv, { cwd: project.root, encoding: "utf8" });
    times.push((performance.now() - started) / 1_000);
    text = ended.stdout;
  }
  return { median: times.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] as number, text };
}

const gate = (after: string) => seconds(join(ROOT, "src/bin.ts"), "gate", "--before", "routing.yaml", "--after", after);
const tally = (text: string) => {
  const counts = new Map<string, number>();
  for (const [word] of text.matchAll(/^(PASS|REJECT|INCONCLUSIVE)/gm)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].map(([word, count]) => `${count} ${word}`).join(", ");
};
const rows = [
  ["a process that does nothing", seconds("-e", "0")],
  ["nothing changed", gate("routing.yaml")],
  ["one route", gate("one.yaml")],
  [`${routes.length} routes, ${SUITES} suites`, gate("all.yaml")],
] as const;
for (const [what, { median, text }] of rows) {
  process.stdout.write(`${what.padEnd(30)} ${median.toFixed(2)} s  ${tally(text)}\n`);
}
project[Symbol.dispose]();

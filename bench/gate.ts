// How long the gate takes: 100 changed routes over 20 suites of evidence (200 cases, five models each), and one route.
//   npm run bench:gate
// Wall and processor time of the process, from start to end; medians of five. Beside it a process that does nothing: on a
// machine that others share, processor time is what can be compared.
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

const REPORT =
  "process.on('exit', () => { const { user, system } = process.cpuUsage(); process.stderr.write('cpu ' + (user + system) / 1e6); })";

interface Timed {
  readonly wall: number;
  readonly cpu: number;
  readonly text: string;
}

function timed(...argv: string[]): Timed {
  const rounds = Array.from({ length: ROUNDS }, () => {
    const started = performance.now();
    const script = `data:text/javascript,${encodeURIComponent(REPORT)}`;
    const ended = spawnSync(process.execPath, ["--import", script, ...argv], { cwd: project.root, encoding: "utf8" });
    const wall = (performance.now() - started) / 1_000;
    return { wall, cpu: Number(/cpu ([\d.]+)$/.exec(ended.stderr)?.[1]), text: ended.stdout };
  });
  const median = (pick: (round: Timed) => number) =>
    rounds.map(pick).sort((x, y) => x - y)[Math.floor(ROUNDS / 2)] as number;
  return { wall: median(({ wall }) => wall), cpu: median(({ cpu }) => cpu), text: rounds[0]?.text ?? "" };
}

const gate = (after: string) => timed(join(ROOT, "src/bin.js"), "gate", "--before", "routing.yaml", "--after", after);
const tally = (text: string) => {
  const counts = new Map<string, number>();
  for (const [word] of text.matchAll(/^(PASS|REJECT|INCONCLUSIVE)/gm)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].map(([word, count]) => `${count} ${word}`).join(", ");
};
const rows = [
  ["a process that does nothing", timed("-e", "0")],
  ["nothing changed", gate("routing.yaml")],
  ["one route", gate("one.yaml")],
  [`${routes.length} routes, ${SUITES} suites`, gate("all.yaml")],
] as const;
for (const [what, { wall, cpu, text }] of rows) {
  process.stdout.write(`${what.padEnd(30)} ${wall.toFixed(2)} s wall, ${cpu.toFixed(2)} s processor  ${tally(text)}\n`);
}
project[Symbol.dispose]();

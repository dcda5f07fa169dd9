// How long decisions take. Prints a table for docs/benchmarks.md.
//   npm run bench:decisions-speed
import { decide } from "../src/compare/decide.ts";
import { makeRun, type RunSpec, random, seeded } from "../src/compare/run.fixtures.ts";
import { bettingTest } from "../src/stats/betting.ts";
import { exactInterval, exactNonInferiority } from "../src/stats/exact.ts";

const ROUNDS = 5;

/** CPU time, median of five in milliseconds, after one round that is not counted. Other work on the machine does not count. */
function median(work: () => unknown): number {
  work();
  const times = Array.from({ length: ROUNDS }, () => {
    const started = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(started);
    return (user + system) / 1_000;
  });
  return times.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] as number;
}

/**
 * Answers of an incumbent and `candidates` others that are right in 85 % of cases, mostly the same ones. Each model has a
 * cost of its own, and answers differ in length: every ordered pair makes a cascade.
 */
function suite(cases: number, candidates: number, scale: "binary" | "graded"): RunSpec["answers"] {
  const next = seeded(cases + candidates);
  const difficulty = Array.from({ length: cases }, () => next());
  const answer = (hard: number, model: number) => {
    const right = (next() < 0.85 ? hard : next()) < 0.85;
    const quality = scale === "binary" ? Number(right) : (right ? 0.9 : 0.3) + 0.1 * (next() - 0.5);
    const costUsd = model === 0 ? 0.02 : (0.01 * model) / candidates;
    return { quality, values: [quality], costUsd, visibleTokens: Math.floor(300 * next()) };
  };
  const names = ["inc", ...Array.from({ length: candidates }, (_, index) => `c${index}`)];
  return Object.fromEntries(names.map((name, model) => [name, difficulty.map((hard) => answer(hard, model))]));
}

const slices = (cases: number) => Array.from({ length: cases }, (_, index) => ({ slice: `s${index % 10}` }));
const ten = Array.from({ length: 10 }, (_, index) => ({ route: `r${index}`, slice: { slice: `s${index}` } }));
const family = (cases: number, scale: "binary" | "graded"): RunSpec => ({
  answers: suite(cases, 20, scale),
  scale,
  tags: slices(cases),
  routes: ten,
});

const decided = (spec: RunSpec) => {
  const run = makeRun(spec);
  return () => decide(run, random);
};
const zeros = (n: number) => new Float64Array(n);

const rows: readonly (readonly [what: string, reach: string, work: () => unknown])[] = [
  ["test A, n = 500", "300", () => exactNonInferiority({ wins: 30, losses: 28, n: 500, margin: 0.05 })],
  ["its interval", "", () => exactInterval({ wins: 30, losses: 28, n: 500, alpha: 0.05, margin: 0.05 })],
  ["test B, n = 5,000", "", () => bettingTest(zeros(5_000), { plannedN: 5_000, alpha: 0.05, margin: 0.05 })],
  ["test B, n = 50,000", "", () => bettingTest(zeros(50_000), { plannedN: 50_000, alpha: 0.05, margin: 0.05 })],
  ["a verdict, A, n = 500", "1,000", decided({ answers: suite(500, 1, "binary") })],
  ["a verdict, B, n = 5,000, right or wrong", "1,000", decided({ answers: suite(5_000, 1, "binary") })],
  ["a verdict, B, n = 5,000, grades", "1,000", decided({ answers: suite(5_000, 1, "graded"), scale: "graded" })],
  ["20 candidates x 10 slices, 1,000 cases in all, A", "3,000", decided(family(1_000, "binary"))],
  ["20 candidates x 10 slices, 1,000 cases in all, B", "3,000", decided(family(1_000, "graded"))],
  ["20 candidates x 10 slices, 1,000 cases each, A", "3,000", decided(family(10_000, "binary"))],
  ["20 candidates x 10 slices, 1,000 cases each, B", "3,000", decided(family(10_000, "graded"))],
];
process.stdout.write("| what | CPU ms | reach |\n| --- | --- | --- |\n");
for (const [what, reach, work] of rows) {
  process.stdout.write(`| ${what} | ${Number(median(work).toPrecision(2)).toLocaleString("en")} | ${reach} |\n`);
}

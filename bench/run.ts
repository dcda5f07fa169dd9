// What whole runs take, from start to end of the process, reports included: against a server in a process of its own that
// answers in 50 ms, with bare undici making the same calls as the floor, and over a simulated fleet. Prints the tables of
// docs/benchmarks.md.
//   npm run bench                (about twenty minutes)
//   npm run bench -- 1           (one round instead of five)
//   npm run bench -- 5 start     (one part: live, simulated, stream or start)
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { type Measured, measure, median } from "./lib/measure.ts";
import { type BenchProject, makeBenchProject } from "./lib/projects.ts";

const ROUNDS = Number(process.argv[2] ?? 5);
const ONLY = process.argv[3];
const DELAY_MS = 50;
const MODELS = 4;
const KEY = { BENCH_API_KEY: "sk-bench-0123456789" };

const print = (line: string) => process.stdout.write(`${line}\n`);
const row = (...cells: readonly (string | number)[]) => print(`| ${cells.join(" | ")} |`);
const seconds = (ms: number) => (ms / 1_000).toFixed(2);

async function replyOf<T>(child: ChildProcess): Promise<T> {
  const failed = once(child, "exit").then(([code]) => Promise.reject(new Error(`ended with ${code}`)));
  const [message] = await Promise.race([once(child, "message"), failed]);
  return message as T;
}

const start = (file: string, ...args: readonly (string | number)[]) =>
  fork(join(import.meta.dirname, file), args.map(String), { execArgv: [] });

/** `eval label` in the project, which must end well. */
async function evaluate(project: BenchProject, ...flags: readonly string[]): Promise<Measured> {
  const argv = ["eval", "label", "--catalog", "models.yaml", "--yes", "--quiet", ...flags];
  const run = await measure("src/bin.js", argv, { cwd: project.root, env: KEY });
  if (run.code !== 0) throw new Error(`eval ended with ${run.code}: ${run.err}`);
  return run;
}

async function rounds(make: () => Promise<Measured>): Promise<Measured> {
  const runs: Measured[] = [];
  for (let round = 0; round < ROUNDS; round++) runs.push(await make());
  return median(runs);
}

async function live(): Promise<void> {
  const server = start("http-server.ts", DELAY_MS);
  const port = await replyOf<number>(server);
  for (const [cases, atOnce] of [
    [1_000, 32],
    [10_000, 128],
  ] as const) {
    const calls = cases * MODELS;
    const ideal = (calls / atOnce) * DELAY_MS;
    print(`\n${cases} cases x ${MODELS} models, ${atOnce} at once, ${DELAY_MS} ms each: ideal ${seconds(ideal)} s\n`);
    row("", "wall, s", "wall / ideal", "calls/s", "CPU ms a call", "peak MiB");
    row("---", "---", "---", "---", "---", "---");
    const floor = await rounds(async () => {
      const bare = await replyOf<Measured>(start("http-client.ts", "bare", port, calls, atOnce));
      return { ...bare, code: 0, out: "", err: "" };
    });
    using project = makeBenchProject(cases, `http://127.0.0.1:${port}/v1`);
    const run = await rounds(() => evaluate(project, "--fresh", "--concurrency", String(atOnce)));
    for (const [name, { wallMs, cpuMs, peakMiB }] of [
      ["bare undici", floor],
      ["signalbox eval", run],
    ] as const) {
      const rate = ((calls / wallMs) * 1_000).toFixed(0);
      row(name, seconds(wallMs), (wallMs / ideal).toFixed(2), rate, (cpuMs / calls).toFixed(2), peakMiB.toFixed(0));
    }
  }
  server.disconnect();
}

async function simulated(): Promise<void> {
  const cases = 250_000;
  using project = makeBenchProject(cases);
  print(`\n${cases} cases x ${MODELS} simulated models, one rule; then the same run resumed\n`);
  row("", "wall, s", "CPU ms a trial", "peak MiB");
  row("---", "---", "---", "---");
  for (const flags of [[], ["--resume"]]) {
    const { wallMs, cpuMs, peakMiB } = await evaluate(project, ...flags);
    const name = flags.length === 0 ? "run" : "resume";
    row(name, seconds(wallMs), (cpuMs / (cases * MODELS)).toFixed(3), peakMiB.toFixed(0));
  }
}

async function stream(): Promise<void> {
  print("\nA run of 200 cases over datasets of different sizes\n");
  row("cases in the dataset", "wall, s", "peak MiB");
  row("---", "---", "---");
  for (const cases of [1_000, 10_000, 100_000]) {
    using project = makeBenchProject(cases);
    const { wallMs, peakMiB } = await rounds(() => evaluate(project, "--limit", "200"));
    row(cases, seconds(wallMs), peakMiB.toFixed(0));
  }
}

async function starts(): Promise<void> {
  print("\nFrom start to end of `node src/bin.ts`, second start\n");
  row("", "wall, s", "peak MiB");
  row("---", "---", "---");
  const report = (name: string, { wallMs, peakMiB }: Measured) => row(name, seconds(wallMs), peakMiB.toFixed(0));
  using one = makeBenchProject(1);
  report("--help", await rounds(() => measure("src/bin.ts", ["--help"], { cwd: one.root })));
  await evaluate(one);
  report("a run of 1 case x 4 models", await rounds(() => evaluate(one)));
  using large = makeBenchProject(10_000);
  await evaluate(large);
  report("resume of a finished run of 40,000 trials", await rounds(() => evaluate(large, "--resume")));
}

const PARTS = { live, simulated, stream, start: starts };
for (const [name, part] of Object.entries(PARTS)) if (ONLY === undefined || ONLY === name) await part();

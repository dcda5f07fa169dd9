// How many code tasks a second the sandbox runs, and whether a long-lived pool grows. JavaScript runs the shipped
// references under their own tests, Python small tasks of its own; two workers each.
//   npm run bench:sandbox            (about three minutes)
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { CodeTarget, CodeTest } from "../src/domain/code.ts";
import { createSandbox } from "../src/sandbox/sandbox.ts";
import { ROOT } from "../test/project.ts";

const ROUNDS = 5;
const LONG_RUN = 5_000;

type Task = Parameters<ReturnType<typeof createSandbox>["run"]>[0];

function shipped(): Task[] {
  const read = <T>(name: string): T[] =>
    readFileSync(join(ROOT, "datasets", name), "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as T);
  const references = new Map(
    read<{ id: string; reference: string }>("code.answers.jsonl").map(({ id, reference }) => [id, reference]),
  );
  return read<{ id: string; target: CodeTarget }>("code.jsonl")
    .filter(({ target }) => target.language !== "python")
    .map(({ id, target }) => ({ language: target.language, code: references.get(id) ?? "", tests: target.tests }));
}

const PYTHON: readonly [code: string, ...tests: readonly [run: string, expected: CodeTest["expected"]][]][] = [
  [
    "def fib(n):\n    a, b = 0, 1\n    for _ in range(n): a, b = b, a + b\n    return a",
    ["return fib(90)", { $: "2880067194370816120" }],
  ],
  [
    "import re, collections\ndef words(text): return collections.Counter(re.findall(r'\\w+', text.lower()))",
    ["return words('the cat and The dog')", { the: 2, cat: 1, and: 1, dog: 1 }],
    ["return words('')", {}],
  ],
  [
    "from datetime import date, timedelta\ndef fridays(y, m):\n    d = date(y, m, 1)\n    while d.weekday() != 4: d += timedelta(1)\n    return d.isoformat()",
    ["return [fridays(2024, m) for m in (1, 2, 3)]", ["2024-01-05", "2024-02-02", "2024-03-01"]],
  ],
  [
    "def primes(n):\n    sieve = [True] * (n + 1)\n    for p in range(2, int(n ** 0.5) + 1):\n        if sieve[p]: sieve[p * p :: p] = [False] * len(sieve[p * p :: p])\n    return [p for p in range(2, n + 1) if sieve[p]]",
    ["return len(primes(20000))", 2262],
    ["return primes(20)", [2, 3, 5, 7, 11, 13, 17, 19]],
  ],
  [
    "from dataclasses import dataclass\n@dataclass(order=True)\nclass Job:\n    due: int\n    name: str\ndef plan(jobs): return [j.name for j in sorted(Job(d, n) for n, d in jobs)]",
    ["return plan([('b', 2), ('a', 9), ('c', 1)])", ["c", "b", "a"]],
  ],
];

function python(): Task[] {
  return PYTHON.map(([code, ...tests]) => ({
    language: "python",
    code,
    tests: tests.map(([run, expected]) => ({ run, expected }) as CodeTest),
  }));
}

const sandbox = createSandbox({ workers: 2, python: { workers: 2 } });

async function runAll(tasks: readonly Task[], times: number): Promise<number> {
  const all = Array.from({ length: times }, () => tasks).flat();
  const started = performance.now();
  const outcomes = await Promise.all(all.map((task) => sandbox.run(task)));
  const wrong = outcomes.find(({ state }) => state !== "passed");
  if (wrong !== undefined) throw new Error(`a task did not pass: ${JSON.stringify(wrong)}`);
  return (all.length * 1000) / (performance.now() - started);
}

async function rate(name: string, tasks: readonly Task[], times: number): Promise<void> {
  await runAll(tasks, times);
  const rates: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) rates.push(await runAll(tasks, times));
  rates.sort((a, b) => a - b);
  const [median = 0, least = 0, most = 0] = [rates[ROUNDS >> 1], rates[0], rates.at(-1)];
  print(
    `${name}: ${median.toFixed(0)} tasks/s (${least.toFixed(0)} to ${most.toFixed(0)}, ${ROUNDS} rounds of ${tasks.length * times})`,
  );
}

/** Resident memory of this process and of those under it, in MiB. */
function residentMiB(): number {
  const rows = execFileSync("ps", ["-eo", "pid=,ppid=,rss="], { encoding: "utf8" }).trim().split("\n");
  const table = rows.map((row) => row.trim().split(/\s+/).map(Number));
  const own = table.filter(([pid, parent]) => pid === process.pid || parent === process.pid);
  return own.reduce((sum, [, , kibibytes = 0]) => sum + kibibytes, 0) / 1024;
}

async function growth(name: string, tasks: readonly Task[]): Promise<void> {
  const samples: number[] = [];
  const step = LONG_RUN / 5;
  for (let done = 0; done < LONG_RUN; done += step) {
    await runAll(tasks, Math.ceil(step / tasks.length));
    samples.push(residentMiB());
  }
  print(`${name}: resident MiB after each ${step} runs: ${samples.map((each) => each.toFixed(0)).join(", ")}`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

try {
  await rate("JavaScript and TypeScript", shipped(), 2);
  await rate("Python", python(), 20);
  await growth("JavaScript and TypeScript", shipped());
  await growth("Python", python());
} finally {
  await sandbox.close();
}

// What a call costs on its way through the SDKs, beside bare undici, in one run: every way in a process of its own, the
// server in another. Prints the table of docs/benchmarks.md.
//   npm run bench:http               (about seven minutes)
//   npm run bench:http -- 1          (one round instead of five)
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

const ROUNDS = Number(process.argv[2] ?? 5);
const DELAY_MS = 50;
const LOADS = [
  { calls: 4_000, atOnce: 32 },
  { calls: 10_000, atOnce: 128 },
];
const WAYS = [
  "bare",
  "openai, built-in fetch",
  "openai, lean fetch",
  "anthropic, built-in fetch",
  "anthropic, lean fetch",
];

interface Measured {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly peakMiB: number;
}

const print = (line: string) => process.stdout.write(`${line}\n`);
const start = (file: string, args: readonly (string | number)[]): ChildProcess =>
  fork(join(import.meta.dirname, file), args.map(String), { execArgv: [] });

async function answerOf<T>(child: ChildProcess): Promise<T> {
  const [message] = await Promise.race([
    once(child, "message"),
    once(child, "exit").then(([code]) => Promise.reject(new Error(`ended with ${code}`))),
  ]);
  return message as T;
}

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

const server = start("http-server.ts", [DELAY_MS]);
const port = await answerOf<number>(server);
for (const { calls, atOnce } of LOADS) {
  const measured = new Map<string, Measured[]>(WAYS.map((way) => [way, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const way of WAYS) {
      const client = start("http-client.ts", [way, port, calls, atOnce]);
      measured.get(way)?.push(await answerOf<Measured>(client));
    }
  }
  const ideal = (calls / atOnce) * DELAY_MS;
  print(
    `\n${calls} calls, ${atOnce} at once, ${DELAY_MS} ms each: ideal ${(ideal / 1_000).toFixed(2)} s. Medians of ${ROUNDS}.\n`,
  );
  print("| | wall, s | wall / ideal | calls/s | CPU ms a call | of bare undici's | peak MiB |");
  print("|---|---|---|---|---|---|---|");
  const bareCpu = median((measured.get("bare") ?? []).map(({ cpuMs }) => cpuMs));
  for (const [way, rounds] of measured) {
    const wall = median(rounds.map(({ wallMs }) => wallMs));
    const cpu = median(rounds.map(({ cpuMs }) => cpuMs));
    const peak = median(rounds.map(({ peakMiB }) => peakMiB));
    const cells = [
      way === "bare" ? "bare undici" : way,
      (wall / 1_000).toFixed(2),
      (wall / ideal).toFixed(2),
      ((calls / wall) * 1_000).toFixed(0),
      (cpu / calls).toFixed(2),
      `${(cpu / bareCpu).toFixed(1)}×`,
      peak.toFixed(0),
    ];
    print(`| ${cells.join(" | ")} |`);
  }
}
server.disconnect();

import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CodeTest } from "../src/domain/code.ts";
import { createSandbox } from "../src/sandbox/sandbox.ts";
import { HOSTILE } from "./hostile-python.programs.ts";

const DEADLINE_MS = 1500;
const SECRET = "the canary is alive and has told nobody";
const folder = mkdtempSync(join(tmpdir(), "signalbox-canary-"));
const canary = join(folder, "canary.txt");
writeFileSync(canary, SECRET);
process.env.SIGNALBOX_CANARY = SECRET;

let calls = 0;
const listener = createServer((socket) => {
  calls += 1;
  socket.end(SECRET);
});
const sandbox = createSandbox({ python: { workers: 1, deadlineMs: DEADLINE_MS, memoryBytes: 128 * 1024 * 1024 } });
beforeAll(() => new Promise<void>((done) => void listener.listen(0, "127.0.0.1", done)));
afterAll(async () => {
  await sandbox.close();
  listener.close();
  rmSync(folder, { recursive: true });
  expect(children()).toEqual([]);
});

const tests: CodeTest[] = [
  { name: "double", run: "return f(21)", expected: 42 },
  { name: "list", run: "return f([1, 2, 3])", expected: [2, 4, 6] },
];
const honest = "def f(x):\n    return [n * 2 for n in x] if isinstance(x, list) else x * 2";
// Whatever a program could have left behind, read by the next one.
const untouched: CodeTest = {
  name: "nothing is left",
  run: `import builtins, colorsys, decimal, fractions, gc, json, os, statistics, sys
from pyodide.ffi import to_js
try:
    to_js([1]).constructor.constructor("return 1")
except Exception as e:
    error = e
left = [getattr(each, "planted", 0) for each in (builtins, json, statistics, colorsys, list, to_js([1]), to_js({"a": 1}), error)]
return [left, len([1]), 1 + 1, json.loads("[1]"), statistics.mean([1, 3]), str(decimal.Decimal(1) / 3), gc.isenabled(),
    "planted" in sys.modules, os.environ.get("planted"), os.getcwd(), os.listdir("."), os.listdir("/tmp"),
    len(fractions.__file__) > 0, sys.getrecursionlimit() > 900]`,
  expected: [
    [0, 0, 0, 0, 0, 0, 0, 0],
    1,
    2,
    [1],
    2,
    "0.3333333333333333333333333333",
    true,
    false,
    null,
    "/home/solution",
    [],
    [],
    true,
    true,
  ],
};
const clean = () => sandbox.run({ language: "python", code: honest, tests: [...tests, untouched] });

/** The sandbox's processes and all under them, as "pid ppid command". */
function children(): string[] {
  const table = execFileSync("ps", ["-eo", "pid=,ppid=,args="], { encoding: "utf8" }).trim().split("\n");
  const rows = table.map((line) => line.trim().split(/\s+/));
  const under = (pid: string): string[][] =>
    rows.filter(([, ppid]) => ppid === pid).flatMap((row) => [row, ...under(row[0] ?? "")]);
  // Neither `ps` itself nor bubblewrap, which stands between this process and the child.
  const ours = under(String(process.pid)).filter(([, , command = ""]) => !/(?:^|\/)(?:ps|bwrap)$/.test(command));
  return ours.map((row) => row.join(" "));
}

it("starts from a clean state", async () => {
  expect(await clean()).toEqual({ state: "passed", tests: 3 });
});

describe.each(Object.entries(HOSTILE))("%s", (_, programs) => {
  it.each(programs)("%s", async (program) => {
    const files = readdirSync(folder);
    const code = program
      .replaceAll("CANARY", canary)
      .replaceAll("PORT", String((listener.address() as AddressInfo).port));
    const started = performance.now();
    const outcome = await sandbox.run({ language: "python", code, tests });
    expect(performance.now() - started).toBeLessThan(DEADLINE_MS + 1000);
    expect(["failed", "error", "timeout", "out-of-memory"]).toContain(outcome.state);
    expect(JSON.stringify(outcome)).not.toContain(SECRET);
    expect(JSON.stringify(outcome).length).toBeLessThan(1000);
    expect(readFileSync(canary, "utf8")).toBe(SECRET);
    expect(readdirSync(folder)).toEqual(files);
    expect(calls).toBe(0);
    expect(await clean()).toEqual({ state: "passed", tests: 3 });
    expect(children()).toHaveLength(1);
  });
});

it("would notice what is left: most programs of that class spoil their own run", async () => {
  const programs = HOSTILE["state leak"] ?? [];
  const task = (code: string) => sandbox.run({ language: "python", code, tests: [untouched] });
  const states = await Promise.all(programs.map(async (code) => (await task(code)).state));
  expect(states.filter((state) => state === "failed").length).toBeGreaterThan(4);
});

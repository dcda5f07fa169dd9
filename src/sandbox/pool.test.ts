import type { Worker } from "node:worker_threads";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CodeTest } from "../domain/code.ts";
import { createSandbox, type Sandbox } from "./sandbox.ts";
import { startWorker } from "./seat.ts";

const add: CodeTest[] = [
  { name: "small", run: "return add(1, 2)", expected: 3 },
  { name: "negative", run: "return add(-1, -2)", expected: -3 },
];
const right = "function add(a, b) { return a + b }";

let threads: Worker[] = [];
/** One that soon gives up, for what never ends, and one for all that ends, however busy the machine. */
let hasty: Sandbox;
let patient: Sandbox;
beforeAll(() => {
  const start: typeof startWorker = (setup) => {
    const worker = startWorker(setup);
    threads.push(worker);
    return worker;
  };
  const setup = { workers: 1, memoryBytes: 24 * 1024 * 1024, start };
  hasty = createSandbox({ ...setup, deadlineMs: 250 });
  patient = createSandbox({ ...setup, deadlineMs: 10_000 });
});
afterAll(() => Promise.all([hasty.close(), patient.close()]));

const run = (code: string, sandbox = patient) => sandbox.run({ language: "javascript", code, tests: add });
const clean = async (sandbox = patient) => expect(await run(right, sandbox)).toEqual({ state: "passed", tests: 2 });

describe("the pool", () => {
  it("keeps one thread for many runs, asynchronous ones too", async () => {
    await clean();
    threads = [];
    const code = "const add = async (a, b) => ({ sum: await a + b }).sum";
    for (let i = 0; i < 20; i += 1) expect(await run(code)).toMatchObject({ state: "passed" });
    expect(threads).toHaveLength(0);
  });

  it.each([
    ["an endless loop", "for (;;);", { state: "timeout", deadlineMs: 250 }],
    ["an endless loop in a test", "function add() { for (;;); }", { state: "timeout", deadlineMs: 250, test: "small" }],
    [
      "one long native call",
      "const add = () => new Array(4294967295).indexOf(1)",
      { state: "timeout", deadlineMs: 250, test: "small" },
    ],
  ])("stops %s", async (_, code, outcome) => {
    expect(await run(code, hasty)).toMatchObject(outcome);
    expect(await run(code, hasty)).toMatchObject(outcome);
  });

  it.each([
    ["a memory bomb", "const a = []; for (;;) a.push(new Array(1000).fill(1))", { state: "out-of-memory" }],
    [
      "deep recursion",
      "function add(a) { return add(a) + 1 }",
      { state: "error", message: "InternalError: stack overflow" },
    ],
    [
      "a value of many levels",
      "function add() { let a = []; for (let i = 0; i < 1e4; i++) a = [a]; return a }",
      { state: "failed" },
    ],
  ])("survives %s", async (_, code, outcome) => {
    expect(await run(code)).toMatchObject(outcome);
    await clean();
  });

  it("gives a job whose thread was killed a fresh one", async () => {
    await clean();
    const slow = run("function add(a, b) { for (let i = 0; i < 4e5; i++); return a + b }");
    await threads.at(-1)?.terminate();
    expect(await slow).toMatchObject({ state: "passed" });
    await threads.at(-1)?.terminate();
    await clean();
  });

  it("reports a crash once it is closed", async () => {
    const other = createSandbox();
    await other.close();
    expect(await other.run({ language: "javascript", code: right, tests: add })).toMatchObject({ state: "crashed" });
  });
});

import { afterAll, describe, expect, it } from "vitest";
import type { CodeTest } from "../domain/code.ts";
import { findLauncher } from "./python/launch.ts";
import { createSandbox } from "./sandbox.ts";

const sandbox = createSandbox({ python: { workers: 1, deadlineMs: 3000 } });
afterAll(() => sandbox.close());

const add: CodeTest[] = [
  { name: "small", run: "return add(1, 2)", expected: 3 },
  { name: "negative", run: "return add(-1, -2)", expected: -3 },
];
const right = "def add(a, b):\n    return a + b";
const run = (code: string, tests = add) => sandbox.run({ language: "python", code, tests });
const got = async (value: string) => {
  const outcome = await run("", [{ run: `return ${value}`, expected: "nothing like it" }]);
  return outcome.state === "failed" ? outcome.got : outcome;
};

// The first run starts a process, and builds its image where there is none yet.
describe("a solution in Python", { timeout: 120_000 }, () => {
  it("passes, fails at the first wrong result, or fails with an error", async () => {
    expect(await run(right)).toEqual({ state: "passed", tests: 2 });
    expect(await run("def add(a, b): return abs(a + b)")).toEqual({
      state: "failed",
      test: "negative",
      expected: "-3",
      got: "3",
      passedTests: 1,
      tests: 2,
    });
    expect(await run("def add(a, b:")).toMatchObject({ state: "error", message: /^SyntaxError/ });
    expect(await run("raise ValueError('no')")).toEqual({ state: "error", message: "ValueError: no" });
    expect(await run("total = 1")).toMatchObject({
      state: "error",
      message: /^NameError/,
      test: "small",
      passedTests: 0,
    });
  });

  it("returns values: tuples as lists, subclasses as their bases, integers exactly", async () => {
    const code =
      "import enum, collections\nclass Level(enum.IntEnum):\n    LOW = 1\nPoint = collections.namedtuple('Point', 'x y')";
    const tests: CodeTest[] = [
      { run: "return (1, [2.0, None, True], Point(3, Level.LOW))", expected: [1, [2, null, true], [3, 1]] },
      { run: "return collections.Counter('aab')", expected: { a: 2, b: 1 } },
      { run: "return {'$': float('nan'), 'x': -float('inf')}", expected: { $: { $: "NaN" }, x: { $: "-Infinity" } } },
      { run: "return [2**53, 10**18, -(2**70)]", expected: [2 ** 53, 1e18, { $: `-${2n ** 70n}` }] },
      {
        run: "import json\ntext = '''a\n  b'''\nreturn json.loads('\"\\\\ud83d\\\\ude00\"') + text",
        expected: "😀a\n  b",
      },
    ];
    expect(await run(code, tests)).toEqual({ state: "passed", tests: 5 });
    expect(await run("", [{ run: "return 2**70 + 1", expected: 2 ** 70 }])).toMatchObject({ state: "failed" });
    expect(await run("", [{ run: "return 1", expected: true }])).toMatchObject({ state: "failed", got: "1" });
    expect(await got("[{1, 2}, {1: 2}, b'x', lambda: 0]")).toBe(
      "[[a set], [a dict with a key that is an int], [a bytes], [a function]]",
    );
    expect(await got("(lambda x: (x.append(x), x)[1])([])")).toBe("[[a cycle]]");
    expect(await got("'x' * 1100000")).toMatch(/more than 1000000/);
    expect(await got("10 ** 5000")).toMatch(/more than 4200 digits/);
  });

  it("may have to raise: any error, or one of a class", async () => {
    const code = "import json\nclass Bad(ValueError): pass\ndef f(): raise Bad('x')";
    const throws = (body: string, name: true | string) => run(code, [{ run: body, throws: name }]);
    expect(await throws("f()", true)).toMatchObject({ state: "passed" });
    expect(await throws("f()", "Bad")).toMatchObject({ state: "passed" });
    expect(await throws("json.loads('{')", "ValueError")).toMatchObject({ state: "passed" });
    expect(await throws("f()", "KeyError")).toMatchObject({ state: "failed", got: "threw Bad: x" });
    expect(await throws("exit(0)", true)).toMatchObject({ state: "failed", got: "threw SystemExit: 0" });
    expect(await throws("import os\nos._exit(0)", true)).toMatchObject({ state: "failed" });
    expect(await throws("g = lambda: g()\ng()", "RecursionError")).toMatchObject({ state: "failed" });
  });

  it("may be asynchronous, and waits for nothing", async () => {
    const code = "import asyncio\nasync def f(n):\n    await asyncio.sleep(n)\n    return n";
    const tests: CodeTest[] = [
      { run: "return await f(60)", expected: 60 },
      { run: "return asyncio.run(asyncio.wait_for(f(5), 10))", expected: 5 },
      { run: "return await asyncio.gather(f(30), f(20))", expected: [30, 20] },
      { run: "await asyncio.wait_for(f(20), 10)", throws: "TimeoutError" },
      { run: "await asyncio.Event().wait()", throws: "RuntimeError" },
    ];
    expect(await run(code, tests)).toEqual({ state: "passed", tests: 5 });
  });

  it("is a module that is not the main one, with dataclasses, typing and pickles that find it", async () => {
    const code = `from __future__ import annotations
import pickle
from dataclasses import dataclass, asdict
@dataclass
class Box:
    n: int
if __name__ == "__main__":
    raise SystemExit(1)`;
    const tests = [
      { run: "return [asdict(pickle.loads(pickle.dumps(Box(3)))), Box.__module__]", expected: [{ n: 3 }, "solution"] },
    ];
    expect(await run(code, tests)).toEqual({ state: "passed", tests: 1 });
  });

  it("is killed at its deadline, and runs out of its own memory alone", async () => {
    const short = createSandbox({ python: { workers: 1, deadlineMs: 300 } });
    const loop = { language: "python", code: "def add(a, b):\n    while True: pass", tests: add } as const;
    expect(await short.run(loop)).toEqual({ state: "timeout", deadlineMs: 300, test: "small" });
    await short.close();
    expect(await run("def add(a, b): return bytearray(2**30)")).toEqual({ state: "out-of-memory" });
    expect(await run(right)).toEqual({ state: "passed", tests: 2 });
  });

  it("is refused where nothing can confine it, and reports a crash once the sandbox is closed", async () => {
    const bare = createSandbox({ python: { launcher: findLauncher(new Set()) } });
    const task = { language: "python", code: right, tests: add } as const;
    expect(await bare.run(task)).toEqual({
      state: "refused",
      reason:
        "Python is not run here. There is nothing to confine it with: it needs Node's permission model (--permission, from Node 24 on).",
    });
    await bare.close();
    expect(await bare.run(task)).toMatchObject({ state: "crashed" });
  });
});

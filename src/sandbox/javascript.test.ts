import { afterAll, describe, expect, it } from "vitest";
import type { CodeTest } from "../domain/code.ts";
import { createSandbox } from "./sandbox.ts";

const add: CodeTest[] = [
  { name: "small", run: "return add(1, 2)", expected: 3 },
  { name: "negative", run: "return add(-1, -2)", expected: -3 },
];
const right = "function add(a, b) { return a + b }";

const sandbox = createSandbox({ workers: 1, deadlineMs: 1000 });
afterAll(() => sandbox.close());

const run = (code: string, tests = add) => sandbox.run({ language: "javascript", code, tests });
const clean = async () => expect(await run(right)).toEqual({ state: "passed", tests: 2 });

describe("a solution", () => {
  it("passes", clean);

  it("fails at the first wrong result, and all that pass are counted", async () => {
    const tests = [...add, { run: "return add('a', 'b')", expected: "ab" }];
    expect(await run("const add = (a, b) => typeof a === 'string' ? a + b : a - b;", tests)).toEqual({
      state: "failed",
      test: "small",
      expected: "3",
      got: "-1",
      passedTests: 1,
      tests: 3,
    });
  });

  it("fails with an error: where it does not parse, load, or throws in a test", async () => {
    expect(await run("function add(a, b) {")).toMatchObject({ state: "error", message: /^SyntaxError/ });
    expect(await run("throw new TypeError('no')")).toEqual({ state: "error", message: "TypeError: no" });
    expect(await run("const sum = 1;")).toMatchObject({
      state: "error",
      message: /add/,
      test: "small",
      passedTests: 0,
    });
  });

  it("may have to throw, any error or one of a name", async () => {
    const throwing =
      "class Bad extends Error { constructor(m) { super(m); this.name = 'Bad' } }\nfunction f() { throw new Bad('x') }";
    expect(
      await run(throwing, [
        { run: "return f()", throws: true },
        { run: "f()", throws: "Bad" },
      ]),
    ).toMatchObject({
      state: "passed",
    });
    expect(await run(throwing, [{ run: "f()", throws: "RangeError" }])).toMatchObject({
      state: "failed",
      expected: "throws RangeError",
      got: "threw Bad: x",
    });
    expect(await run("const f = () => 7", [{ run: "return f()", throws: true }])).toMatchObject({ got: "returned 7" });
  });

  it("may be asynchronous; a promise that never settles fails its test alone", async () => {
    const code = "const wait = (n) => n === 0 ? new Promise(() => {}) : Promise.resolve(n).then((x) => x + 1)";
    const tests: CodeTest[] = [
      { run: "return await wait(1)", expected: 2 },
      { run: "return wait(2)", expected: 3 },
    ];
    expect(await run(code, tests)).toMatchObject({ state: "passed" });
    expect(await run(code, [{ run: "await wait(0)", expected: 1 }, ...tests])).toMatchObject({
      state: "failed",
      got: "a promise that never settled",
      passedTests: 2,
    });
  });

  it("is read when its test is done, not after what it has left running", async () => {
    const code =
      "async function save(log) { log.push('begin'); (async () => { await 0; await 0; log.push('end') })() }";
    const tests = [{ run: "const log = []; await save(log); return log", expected: ["begin"] }];
    expect(await run(code, tests)).toMatchObject({ state: "passed" });
  });

  it("may return what JSON lacks, but nothing that cannot be compared", async () => {
    const tests: CodeTest[] = [
      {
        run: "return [NaN, -Infinity, undefined, -0]",
        expected: [{ $: "NaN" }, { $: "-Infinity" }, { $: "undefined" }, 0],
      },
    ];
    expect(await run("", tests)).toMatchObject({ state: "passed" });
    const got = async (value: string) => {
      const outcome = await run("", [{ run: `return ${value}`, expected: {} }]);
      return outcome.state === "failed" ? outcome.got : outcome;
    };
    expect(await got("new Map([[1, 2]])")).toBe("[a Map]");
    expect(await got("{ f() {}, s: Symbol('x'), n: 1n }")).toBe(
      '{"f": [a function], "s": [a symbol], "n": [a bigint]}',
    );
    expect(await got("(() => { const o = {}; o.o = o; return o })()")).toBe('{"o": [a cycle]}');
    expect(await got("'x'.repeat(1.1e6)")).toMatch(/more than 1000000/);
    expect(await got("{ get x() { throw 1 } }")).toMatch(/throws while it is read/);
  });
});

describe("TypeScript", () => {
  const ts = (code: string, tests: CodeTest[]) => sandbox.run({ language: "typescript", code, tests });

  it("runs enums, generics, overloads, abstract classes and parameter properties", async () => {
    const code = `enum Level { Low, High = "h" } const enum Bit { A = 1 << 2 }
abstract class Base<T> { constructor(protected readonly value: T) {} abstract get(): T }
class Box<T> extends Base<T> { get(): T { return this.value satisfies T } }
function pick(a: string): string; function pick(a: unknown) { return a as string }`;
    const tests = [
      { run: "return [Level.High, Level[0], Bit.A, new Box(3).get(), pick('p')]", expected: ["h", "Low", 4, 3, "p"] },
    ];
    expect(await ts(code, tests)).toMatchObject({ state: "passed" });
  });

  it("says that it has no namespaces, unless they hold types alone", async () => {
    const tests = [{ run: "return 1", expected: 1 }];
    expect(await ts("namespace A {\n  export const x = 1;\n}", tests)).toMatchObject({
      state: "error",
      message: /namespace A/,
    });
    expect(await ts("namespace A {\n  export type X = 1;\n}", tests)).toMatchObject({ state: "passed" });
    const line = "namespace A { export type X = { a: 1 } }\nconst unused = 1;";
    expect(await ts(line, tests)).toMatchObject({ state: "passed" });
    expect(await ts("namespace A { export type X = 1; export const x = 1 }", tests)).toMatchObject({ state: "error" });
    expect(await ts("const x: number = ;", tests)).toMatchObject({ state: "error", message: /does not compile/ });
  });
});

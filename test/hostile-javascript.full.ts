import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { CodeTest } from "../src/domain/code.ts";
import { createSandbox } from "../src/sandbox/sandbox.ts";

const DEADLINE_MS = 500;
const SECRET = "the canary is alive and has told nobody";
const folder = mkdtempSync(join(tmpdir(), "signalbox-canary-"));
const canary = join(folder, "canary.txt");
writeFileSync(canary, SECRET);

const sandbox = createSandbox({ workers: 2, deadlineMs: DEADLINE_MS, memoryBytes: 48 * 1024 * 1024 });
afterAll(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true });
});

const tests: CodeTest[] = [
  { name: "double", run: "return await f(21)", expected: 42 },
  { name: "list", run: "return await f([1, 2, 3])", expected: [2, 4, 6] },
];
const honest = "const f = (x) => (Array.isArray(x) ? x.map((n) => n * 2) : x * 2);";

/** `CANARY` stands for the path of a file that nothing in the sandbox may read or change. */
const hostile: Readonly<Record<string, readonly string[]>> = {
  "endless loop": [
    "for (;;);",
    "function f() { while (true) {} }",
    "function f() { try { for (;;); } catch { return 42 } finally { return 42 } }",
    "function f() { return [...(function* () { for (;;) yield; })()].length }",
    "const f = () => ({ get x() { for (;;); } });",
    "const f = () => new Proxy({}, { ownKeys() { for (;;); } });",
    "function f() { label: for (;;) { try { continue label } finally { continue label } } }",
  ],
  memory: [
    "const a = []; for (;;) a.push(new Array(1000).fill(1));",
    "function f() { const a = []; for (let i = 0; ; i++) a.push('x'.repeat(1000) + i); }",
    "async function f() { await 0; const a = []; for (;;) a.push({ k: 'v' }); }",
    "function f() { const m = new Map(); for (let i = 0; ; i++) m.set(i, { i }); }",
    "function f() { const keep = []; for (;;) try { for (;;) keep.push(new ArrayBuffer(1e6)); } catch {} }",
    "function f() { let s = 'x'; for (;;) s += s; }",
  ],
  recursion: [
    "function f(x) { return f(x) + 1 }",
    "function f() { return JSON.parse('['.repeat(1e5) + ']'.repeat(1e5)) }",
    "function f() { const o = { toString() { return '' + o } }; return '' + o }",
    "function f() { let a = []; for (let i = 0; i < 2e5; i++) a = [a]; return a }",
    "function f() { let g = () => 1; for (let i = 0; i < 1e5; i++) g = g.bind(null); return g() }",
    "function f() { let it = [1].values(); for (let i = 0; i < 1e5; i++) it = it.map((x) => x); return it.next() }",
    `eval("(".repeat(1e5) + ")".repeat(1e5))`,
  ],
  "output flood": [
    "function f() { for (;;) console.log('x'.repeat(1e4)) }",
    "function f() { return 'x'.repeat(2e7) }",
    "function f() { return Array.from({ length: 2e5 }, () => 'a long enough text') }",
    "function f() { throw new Error('x'.repeat(1e7)) }",
    "function f() { return new Proxy([], { get: (_, k) => (k === 'length' ? 4e9 : 'x'.repeat(1e4)) }) }",
  ],
  "host escape": [
    "const f = () => process.mainModule.require('fs').readFileSync('CANARY', 'utf8');",
    "const f = () => this.constructor.constructor('return process')().exit(0);",
    "const f = async () => (await import('node:fs')).readFileSync('CANARY', 'utf8');",
    "const f = () => require('child_process').execSync('echo no > CANARY');",
    "const f = () => { try { null.x } catch (e) { return e.constructor.constructor('return globalThis.process.env')() } };",
    "const f = () => fetch('file://CANARY').then((r) => r.text());",
    "const f = () => std.loadFile('CANARY') ?? os.open('CANARY');",
    "const f = () => console.log.constructor('return postMessage')()({ kind: 'done', report: { state: 'ran' }, reusable: true });",
    "const f = () => new Function('return import(\"CANARY\")')();",
  ],
  "prototype pollution": [
    "({}).__proto__.expected = 42; const f = () => ({});",
    "Object.prototype.state = 'passed'; Object.prototype.passed = true; const f = () => 0;",
    "Object.setPrototypeOf(Array.prototype, new Proxy({}, { get: () => 42 })); const f = () => [];",
    "Object.defineProperty(Object.prototype, 'value', { get: () => 42, set() {} }); const f = () => ({});",
    'const f = () => JSON.parse(\'{"__proto__": {"length": 3}, "constructor": {"prototype": {"x": 42}}}\');',
  ],
  "forged results": [
    "console.log('2 of 2 tests passed'); const f = () => 'PASS';",
    "JSON.stringify = () => '42'; const f = () => ({ toJSON: () => 42, valueOf: () => 42 });",
    "globalThis.Promise = class { constructor() {} then(ok) { ok(42) } }; const f = () => new Promise();",
    "Array.prototype.map = Array.prototype.every = () => true; Object.is = () => true; const f = () => [];",
    "const f = () => new Proxy({}, { get: () => () => 42, has: () => true, getPrototypeOf: () => Number.prototype });",
    "const f = () => ({ $: 'object', value: 42 });",
    "const f = () => { throw { state: 'returned', json: '42', name: 'passed' } };",
    "Object.prototype.then = function (ok) { delete Object.prototype.then; ok('passed') }; const f = () => ({});",
  ],
  "array bomb": [
    "const f = () => new Array(4294967295).join('x');",
    "const f = () => Array.prototype.reverse.call({ length: 2 ** 53 - 1 });",
    "const f = () => Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1);",
    "const f = () => new Array(1e9).fill(0);",
    "const f = () => Array.from({ length: 5e6 }, (_, i) => -i).sort();",
    "const f = () => new Array(4294967295);",
    "const f = () => 3n ** 100000n ** 2n;",
  ],
  "regex bomb": [
    "const f = () => /^(a+)+$/.test('a'.repeat(50) + 'b');",
    "const f = () => /(x+x+)+y/.test('x'.repeat(5000));",
    "const f = () => 'a'.repeat(50).replace(/(a|aa)+$(?=b)/g, '');",
    "const f = () => new RegExp('(a?){60}a{60}').test('a'.repeat(59));",
    "const f = () => new RegExp('('.repeat(5e4) + ')'.repeat(5e4)).test('a');",
  ],
  "promise flood": [
    "const g = () => Promise.resolve().then(g); g();",
    "const f = () => { const g = () => { Promise.resolve().then(g); Promise.resolve().then(g) }; g(); return new Promise(() => {}) };",
    "const f = async () => { for (;;) await Promise.all(Array(1000).fill(0)) };",
    "const f = () => { const t = { then(ok) { ok(t) } }; return t };",
    "const f = () => new Promise(() => {});",
    "async function f(x) { for (let i = 0; i < 3e5; i++) Promise.reject({ i }); return x }",
  ],
};

describe.each(Object.entries(hostile))("%s", (_, programs) => {
  it.each(programs)("%s", async (program) => {
    const started = performance.now();
    const code = program.replaceAll("CANARY", canary);
    const outcome = await sandbox.run({ language: "javascript", code, tests });
    expect(performance.now() - started).toBeLessThan(DEADLINE_MS + 1000);
    expect(["failed", "error", "timeout", "out-of-memory"]).toContain(outcome.state);
    expect(JSON.stringify(outcome)).not.toContain(SECRET);
    expect(JSON.stringify(outcome).length).toBeLessThan(1000);
    expect(readFileSync(canary, "utf8")).toBe(SECRET);
    expect(await sandbox.run({ language: "javascript", code: honest, tests })).toEqual({ state: "passed", tests: 2 });
  });
});

it("holds against all of them at once, with honest solutions in between", async () => {
  const programs = Object.values(hostile).flat();
  const outcomes = await Promise.all(
    programs.flatMap((code) => [
      sandbox.run({ language: "javascript", code, tests }),
      sandbox.run({ language: "javascript", code: honest, tests }),
    ]),
  );
  const states = outcomes.map((outcome) => outcome.state);
  expect(states.filter((_, index) => index % 2 === 1)).toEqual(programs.map(() => "passed"));
  expect(states.filter((_, index) => index % 2 === 0)).not.toContain("passed");
  expect(states).not.toContain("crashed");
});

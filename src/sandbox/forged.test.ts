import { afterAll, describe, expect, it } from "vitest";
import { createSandbox } from "./sandbox.ts";

const sandbox = createSandbox({ workers: 1, deadlineMs: 1_500 });
afterAll(() => sandbox.close());

const tests = [
  { run: "return f([3, 1, 2])", expected: { sorted: [1, 2, 3] } },
  { run: "return f([]).sorted.every((x) => x > 0)", expected: false },
];
const run = (code: string) => sandbox.run({ language: "javascript", code, tests });

describe("a wrong solution does not pass by", () => {
  it.each([
    ["printing", "console.log('all tests passed'); function f() { console.log('PASS') }"],
    [
      "patching JSON",
      "JSON.stringify = () => '{\"sorted\":[1,2,3]}'; JSON.parse = () => true; const f = (x) => ({ sorted: x })",
    ],
    [
      "patching Array.prototype",
      "Array.prototype.every = () => false; Array.prototype.sort = () => [1, 2, 3]; const f = (x) => ({ sorted: x })",
    ],
    [
      "patching Object",
      "Object.keys = () => []; Object.is = () => true; Object.prototype.sorted = [1, 2, 3]; const f = () => ({})",
    ],
    [
      "setters on prototypes",
      "Object.defineProperty(Object.prototype, '0', { set() {}, get() { return 1 } }); const f = (x) => ({ sorted: x })",
    ],
    [
      "polluting __proto__",
      "({}).__proto__.passed = true; ({}).__proto__.state = 'passed'; const f = (x) => ({ sorted: x, state: 'passed' })",
    ],
    [
      "toJSON and valueOf",
      "const f = (x) => ({ sorted: x, toJSON: () => ({ sorted: [1, 2, 3] }), valueOf: () => ({ sorted: [1, 2, 3] }) })",
    ],
    [
      "a Proxy of everything",
      "const f = () => new Proxy({}, { get: () => true, has: () => true, ownKeys: () => ['sorted'], getOwnPropertyDescriptor: () => ({ value: 1, enumerable: true, configurable: true }) })",
    ],
    ["throwing in a getter", "const f = () => ({ get sorted() { throw { state: 'passed' } } })"],
    [
      "another Promise",
      "globalThis.Promise = class { then(ok) { ok({ sorted: [1, 2, 3] }) } }; Promise.resolve = () => new Promise(); const f = (x) => ({ sorted: x })",
    ],
    [
      "patching then",
      "Object.prototype.then = function (ok) { ok({ passed: true }) }; const f = (x) => ({ sorted: x })",
    ],
    [
      "patching String and Number",
      "String.prototype.toString = () => '3'; Number.prototype.toString = () => '1'; globalThis.String = () => '[1,2,3]'; const f = (x) => ({ sorted: x })",
    ],
    ["the tag of the encoding", "const f = () => ({ $: 'object', value: { sorted: [1, 2, 3] } })"],
    [
      "patching iteration",
      "Array.prototype[Symbol.iterator] = function* () { yield* [1, 2, 3] }; const f = (x) => ({ sorted: x })",
    ],
    ["leaving", "globalThis.process = { exit() {} }; process.exit(0); const f = () => {}; throw 0"],
    ["an error that says passed", "const f = () => { throw { name: 'passed', message: 'passed', state: 'passed' } }"],
    [
      "reading the test that calls it",
      "function f() { const seen = new Error().stack + f.caller + (typeof expected); return { sorted: seen } }",
    ],
  ])("%s", async (_, code) => {
    const outcome = await run(code);
    expect(["failed", "error", "timeout"]).toContain(outcome.state);
    expect(await run("const f = (x) => ({ sorted: [...x].sort() })")).toMatchObject({
      state: "failed",
      test: "test 2",
      passedTests: 1,
    });
  });
});

describe("a solution sees nothing", () => {
  it("of the run before it", async () => {
    await run("globalThis.left = 1; Array.prototype.left = 2; Object.prototype.left = 3; var f = 4; const g = 5;");
    const look = [
      {
        run: "return [typeof left, [].left ?? 0, ({}).left ?? 0, typeof f, typeof g]",
        expected: ["undefined", 0, 0, "undefined", "undefined"],
      },
    ];
    expect(await sandbox.run({ language: "javascript", code: "", tests: look })).toMatchObject({ state: "passed" });
  });

  it.each([
    ["process", "typeof process"],
    ["require", "typeof require"],
    ["fetch", "typeof fetch"],
    ["WebAssembly", "typeof WebAssembly"],
    ["timers", "typeof setTimeout"],
    ["the thread's port", "typeof postMessage"],
    ["std and os of qjs", "typeof std + typeof os === 'undefinedundefined' ? 'undefined' : 'there'"],
    ["the Function constructor's world", "new Function('return typeof process')()"],
    ["a constructor's constructor", "(() => {}).constructor.constructor('return typeof process')()"],
    [
      "an error's constructor",
      "(() => { try { null.x } catch (e) { return e.constructor.constructor('return typeof require')() } })()",
    ],
    ["console's constructor", "console.log.constructor('return typeof process')()"],
    ["indirect eval", "(0, eval)('typeof process')"],
    ["an import", "await import('node:fs').then(() => 'there', () => 'undefined')"],
    ["an import of a file", "await import('/etc/passwd').then(() => 'there', () => 'undefined')"],
  ])("of %s", async (_, expression) => {
    const look = [{ run: `return ${expression}`, expected: "undefined" }];
    expect(await sandbox.run({ language: "javascript", code: "", tests: look })).toEqual({ state: "passed", tests: 1 });
  });
});

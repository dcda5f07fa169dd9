import { afterAll, describe, expect, it } from "vitest";
import type { CodeLanguage } from "../domain/code.ts";
import { timeOf } from "../scorers/scorers.fixtures.ts";
import { extractCode } from "./extract.ts";
import { createSandbox } from "./sandbox.ts";

const sandbox = createSandbox({ workers: 1 });
afterAll(() => sandbox.close());

const F = "```";
const f = "function add(a, b) {\n  return a + b;\n}";
const extract = (answer: string, language: CodeLanguage = "javascript", entry = "add") =>
  extractCode(answer, { language, entry });
const fence = (code: string, tag = "js") => `${F}${tag}\n${code}\n${F}`;

describe("finds the solution in", () => {
  const shapes: [string, string, string?][] = [
    ["a tagged fence", fence(f)],
    ["a fence without a tag", fence(f, "")],
    ["a fence with a long tag and a title", fence(f, "javascript title=add.js")],
    ["a fence with a file name after a colon", fence(f, "js:src/add.js")],
    ["prose around a fence", `Sure! Here it is:\n\n${fence(f)}\n\nIt adds. Call add(1, 2) to try.`],
    ["tildes", `~~~js\n${f}\n~~~`],
    ["four backticks", `${F}\`js\n${f}\n${F}\``],
    ["an unclosed fence", `Here:\n${F}js\n${f}`],
    ["a fence closed by the next one", `${F}js\n${f}\n${F}bash\nnpm test\n${F}`],
    ["an indented fence of a list", `1. The code:\n\n   ${F}js\n${f.replace(/^/gm, "   ")}\n   ${F}\n2. Done.`],
    ["a fence right after a list marker", `- ${F}js\n${f.replace(/^/gm, "  ")}\n  ${F}`],
    ["a quoted fence", `> ${F}js\n${f.replace(/^/gm, "> ")}\n> ${F}`],
    ["Windows line ends", fence(f).replaceAll("\n", "\r\n")],
    ["bare code", f],
    ["bare code between prose", `The function you want:\n\n${f}\n\nIt adds two numbers and nothing else.`],
    ["an answer that starts with a stray closing fence", `${f}\n${F}`],
    ["a shell block before it", `${fence("npm init", "bash")}\n${fence(f)}`],
    ["a usage block after it", `${fence(f)}\nUsage:\n${fence("console.log(add(1, 2));")}`],
    ["a draft before the answer", `${fence("function add(a, b) {\n  return a - b;\n}")}\nWait, plus:\n${fence(f)}`],
    ["a sketch after the answer", `${fence(f)}\nIn short:\n${fence("function add(a, b) {\n  // ... as above\n}")}`],
    ["a broken block after the answer", `${fence(f)}\nThat is:\n${fence("function add(a, b) { ... }")}`],
    ["a draft in its reasoning", `<think>\n${fence("function add() { return 0 }")}\n</think>\n${fence(f)}`],
    ["the wrong tag", fence(f, "text")],
    ["export", fence(`export ${f}`)],
    ["export default", fence(`export default ${f}`)],
    ["an export list", fence(`${f}\n\nexport { add, add as plus };`)],
    ["a default export of the name", fence(`${f}\n\nexport default add;`)],
    ["module.exports", fence(`${f}\n\nmodule.exports = add;`)],
    ["module.exports with a list", fence(`${f}\n\nmodule.exports = {\n  add,\n};`)],
    ["module.exports with the definition", fence(`module.exports = ${f}`)],
    ["exports.name", fence(`${f}\n\nexports.add = add;`)],
    ["an import it does not need", fence(`import assert from "node:assert";\n\n${f}`)],
  ];
  it.each(shapes)("%s", (_, answer) => {
    expect(extract(answer)).toEqual({ code: f });
  });

  it("one line in a fence or a code span", () => {
    expect(extract(`${F}js const add = (a, b) => a + b;${F}`)).toEqual({ code: "const add = (a, b) => a + b;" });
    expect(extract("Use `const add = (a, b) => a + b` here.")).toEqual({ code: "const add = (a, b) => a + b" });
  });

  it("an export without a name", () => {
    expect(extract(fence("export default (a, b) => a + b;"))).toEqual({ code: "const add = (a, b) => a + b;" });
    expect(extract(fence("module.exports = (a, b) => a + b;"))).toEqual({ code: "const add = (a, b) => a + b;" });
    expect(extract(fence("exports.add = function (a, b) { return a + b };"))).toEqual({
      code: "const add = function (a, b) { return a + b };",
    });
  });

  it("a class, in TypeScript, behind its signature and its types", () => {
    const answer = `${fence("interface Box { v: number }\ndeclare class Adder { add(n: number): void }", "ts")}
${fence("export class Adder<T extends number> {\n  constructor(private n: T) {}\n}", "typescript")}`;
    expect(extract(answer, "typescript", "Adder")).toEqual({
      code: "class Adder<T extends number> {\n  constructor(private n: T) {}\n}",
    });
  });

  it("a solution after a block with nothing but its signature", () => {
    const answer = `${fence("function add(a: number): { n: number };", "ts")}\n${fence("const add = (a: number) => ({ n: a });", "ts")}`;
    expect(extract(answer, "typescript")).toEqual({ code: "const add = (a: number) => ({ n: a });" });
  });
});

describe("finds what defines the solution", () => {
  it.each([
    ["after a directive", "'use strict'; function add(a, b) { return a + b; }"],
    ["after a comment", "/* solution */ function add(a, b) { return a + b; }"],
    ["after another statement", "const k = 2; const add = (a, b) => a + b + k - 2;"],
    ["in braces", "const { add } = { add: (a, b) => a + b };"],
    ["in brackets", "const [add = (a, b) => a + b] = [];"],
    ["on the global object", "globalThis.add = (a, b) => a + b;"],
    ["in a chain", "let plus;\nplus = add = (a, b) => a + b;"],
    ["under another name, exported", "function plus(a, b) { return a + b; }\nexport { plus as add };"],
    [
      "under another name, exported first",
      "export { plus as add, one };\nconst plus = (a, b) => a + b;\nconst one = 1;",
    ],
    ["under another name, in exports", "const plus = (a, b) => a + b;\nmodule.exports = { add: plus };"],
    ["as a method in exports", "module.exports = { add(a, b) { return a + b; } };"],
    ["as a property in exports", "module.exports = {\n  one: 1,\n  add: (a, b) => a + b,\n};"],
    ["as a property of the default export", "export default { add: (a, b) => a + b };"],
    ["in exports and outside", "function add(a, b) { return a + b; }\nmodule.exports = { add: (a, b) => add(a, b) };"],
    ["after a directive, in exports", "'use strict'; module.exports = { add(a, b) { return a + b; } };"],
    ["after a comment and a directive", "/** Adds. */ 'use strict'; exports.add = (a, b) => a + b;"],
  ])("%s", async (_name, code) => {
    const extracted = extract(fence(code));
    expect(extracted).toHaveProperty("code");
    const tests = [{ run: "return add(1, 2);", expected: 3 }];
    const solution = "code" in extracted ? extracted.code : "";
    expect(await sandbox.run({ language: "javascript", code: solution, tests })).toEqual({ state: "passed", tests: 1 });
  });

  it("not inside another function", () => {
    expect(extract(fence("function outer() { const add = 1; add = 2; }"))).toEqual({
      missing: "no code block defines add",
    });
  });
});

it.each([
  ["exports that never close", "export {\n".repeat(22_000)],
  ["imports that never end", "import a\n".repeat(22_000)],
  ["exported objects that never close", "module.exports = {\n".repeat(10_000)],
  ["comments", "/* a */ ".repeat(24_000)],
  ["brackets", `const add = ${"[".repeat(190_000)}`],
])("stays quick over 200 kB of %s", (_name, code) => {
  expect(timeOf(() => extract(fence(code)))).toBeLessThan(3_000);
});

describe("several blocks", () => {
  it("joins the helpers that the solution needs, and theirs", () => {
    const answer = [
      fence("const one = 1;"),
      fence("function twice(n) { return n * (one + one); }"),
      fence("const unused = 3;"),
      fence("function add(a, b) { return twice(a) / 2 + b; }"),
      fence("console.assert(add(1, 2) === 3);"),
    ].join("\nthen\n");
    expect(extract(answer)).toEqual({
      code: "const one = 1;\n\nfunction twice(n) { return n * (one + one); }\n\nfunction add(a, b) { return twice(a) / 2 + b; }",
    });
  });

  it("leaves out a helper block that would define the solution's names again", () => {
    const answer = `${fence("const plus = 1;\nconst add = () => 0;")}\n${fence("const add = (a, b) => plus + a + b;")}`;
    expect(extract(answer)).toEqual({ code: "const add = (a, b) => plus + a + b;" });
  });

  it("joins an older version that holds a helper when both are function declarations", () => {
    const older = "function plus(a, b) { return a + b; }\nfunction add(a, b) { return plus(b, b); }";
    const newer = "function add(a, b) { return plus(a, b); }";
    expect(extract(`${fence(older)}\nFixed:\n${fence(newer)}`)).toEqual({ code: `${older}\n\n${newer}` });
  });
});

describe("says what is missing", () => {
  it.each([
    ["", "the answer has no code that defines add"],
    ["I am sorry, I cannot help with that.", "the answer has no code that defines add"],
    [fence("function plus(a, b) { return a + b; }"), "no code block defines add"],
    [fence("add(1, 2);\nconst added = add(1, 2);"), "no code block defines add"],
    ["x".repeat(200_001), "the answer is longer than 200000 characters"],
  ])("%.40s", (answer, missing) => {
    expect(extract(answer)).toEqual({ missing });
  });

  it("hands on code that does not parse, for the sandbox to say so", () => {
    expect(extract(fence("function add(a, b) {\n  return a +\n"))).toEqual({
      code: "function add(a, b) {\n  return a +",
    });
  });
});

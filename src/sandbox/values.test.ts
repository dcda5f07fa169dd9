import { describe, expect, it } from "vitest";
import { CodeTest } from "../domain/code.ts";
import { judge } from "./judge.ts";
import { equal, readExpected, readReturned, show } from "./values.ts";

const same = (returned: string, expected: unknown) => equal(readReturned(returned), readExpected(expected));

describe("a returned value", () => {
  it.each([
    ["-0", 0],
    ['{"$":"NaN"}', { $: "NaN" }],
    ['{"$":"-Infinity"}', { $: "-Infinity" }],
    ['[{"$":"undefined"},1]', [{ $: "undefined" }, 1]],
    ['{"b":[1],"a":null}', { a: null, b: [1] }],
    ['{"$":"object","value":{"$":"USD"}}', { $: "USD" }],
    ['{"__proto__":1}', JSON.parse('{"__proto__":1}')],
  ])("%s equals what the test expects", (returned, expected) => {
    expect(same(returned, expected)).toBe(true);
  });

  it.each([
    ['{"$":"object","value":{"$":"undefined"}}', { $: "undefined" }],
    ['{"a":{"$":"undefined"}}', {}],
    ['{"$":"opaque","text":"a Map"}', {}],
    ["[]", {}],
    ["{}", []],
    ["[1,2]", [1, 2, 3]],
    ['"1"', 1],
    ["null", { $: "undefined" }],
    ['{"__proto__":1}', { a: 1 }],
    ['{"toString":1}', { a: 1 }],
  ])("%s differs", (returned, expected) => {
    expect(same(returned, expected)).toBe(false);
  });

  it("is shown on one line of at most 200 characters", () => {
    expect(show(readReturned('{"a":[1,{"$":"NaN"},"x"],"f":{"$":"opaque","text":"a function"}}'))).toBe(
      '{"a": [1, NaN, "x"], "f": [a function]}',
    );
    expect(show("x".repeat(500))).toHaveLength(200);
  });
});

describe("a code test", () => {
  it("wants exactly one of expected and throws, and no misspelt key", () => {
    expect(CodeTest.safeParse({ run: "return 1", expected: null }).success).toBe(true);
    expect(CodeTest.safeParse({ run: "return 1", throws: "RangeError" }).success).toBe(true);
    expect(CodeTest.safeParse({ run: "return 1" }).success).toBe(false);
    expect(CodeTest.safeParse({ run: "return 1", expected: 1, throws: true }).success).toBe(false);
    expect(CodeTest.safeParse({ run: "return 1", expects: 1 }).success).toBe(false);
  });

  it("is not passed by running out of stack, whatever error it wants", () => {
    const tests: CodeTest[] = [{ run: "return f()", throws: "SyntaxError" }];
    const report = { state: "threw", name: "SyntaxError", message: "stack overflow" } as const;
    expect(judge(tests, { state: "ran", tests: [report] }, 1000).state).toBe("failed");
    expect(judge(tests, { state: "ran", tests: [{ ...report, message: "bad" }] }, 1000).state).toBe("passed");
  });

  it("has no verdict when a report is missing", () => {
    expect(judge([{ run: "return 1", expected: 1 }], { state: "ran", tests: [] }, 1000).state).toBe("crashed");
  });
});

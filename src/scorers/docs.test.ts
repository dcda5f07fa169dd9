import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { isJudged, RULE_NAMES } from "./rules.ts";
import { scorerOf } from "./scorers.fixtures.ts";

const DOCS = readFileSync(join(import.meta.dirname, "../../docs/scorers.md"), "utf8");
const EXAMPLES = [...DOCS.matchAll(/^\{ name: .*rule: .* \}/gm)].map(([line]) => line);

interface Example {
  readonly rule: string;
  readonly options?: Record<string, unknown>;
}

/** The use of a rule that a line of the docs shows. */
function read(line: string): Example {
  return new Function("z", `return ${line}`)(z) as Example;
}

describe("docs/scorers.md", () => {
  it("has an example in one line for every rule that is no judge", () => {
    const shown = new Set(EXAMPLES.map((line) => read(line).rule.replace(/^not /, "")));
    const rules = RULE_NAMES.filter((rule) => !isJudged({ rule }));
    expect(rules.filter((rule) => !shown.has(rule))).toEqual([]);
    expect(rules.filter((rule) => !DOCS.includes(`\`${rule}\``))).toEqual([]);
  });

  it.each(EXAMPLES.filter((line) => !isJudged(read(line))))("shows an example that a suite can use: %s", (line) => {
    const { rule, options } = read(line);
    expect(scorerOf(rule, options, { code: { run: () => Promise.reject(new Error("not here")) } }).rule).toBe(rule);
  });
});

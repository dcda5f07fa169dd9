import { describe, expect, it } from "vitest";
import { z } from "zod";
import { CaseSchema } from "../domain/case.ts";
import { ModelSchema } from "../domain/model.ts";
import { SuiteSchema } from "../domain/suite.ts";
import { describeIssues, suggest } from "./complain.ts";

function faults(schema: z.ZodType, value: unknown) {
  const parsed = schema.safeParse(value);
  return parsed.success ? undefined : describeIssues(parsed.error);
}

const MODEL = { id: "m", provider: "p", model: "m-1", family: "f" };
const SUITE = { id: "s", title: "S", dataset: "d.jsonl", scale: "graded", scorers: [{ name: "a", rule: "equals" }] };

describe("describeIssues", () => {
  it("writes the path as one reads it, and counts the rest", () => {
    const schema = z.object({ list: z.array(z.object({ a: z.number(), b: z.number() })) });
    expect(faults(schema, { list: [{ a: 1, b: 2 }, {}] })).toEqual({
      path: ["list", 1, "a"],
      text: "list[1].a: Invalid input: expected number, received undefined (and 1 more).",
    });
  });

  it("leads to a field that should not be there", () => {
    expect(faults(ModelSchema, { ...MODEL, prize: 1 })).toEqual({
      path: ["prize"],
      text: 'Unrecognized key: "prize".',
    });
  });

  it("names no path for the whole", () => {
    expect(faults(ModelSchema, 5)).toEqual({ path: [], text: "Invalid input: expected object, received number." });
  });

  it("speaks of the alternative that was meant", () => {
    expect(faults(ModelSchema, { ...MODEL, price: { input: 5, source: "s", checkedAt: "2026-11-01" } })).toEqual({
      path: ["price", "output"],
      text: "price.output: Invalid input: expected number, received undefined.",
    });
    expect(faults(SuiteSchema, { ...SUITE, assume: { win: 0.1 } })).toMatchObject({ path: ["assume", "loss"] });
    expect(faults(CaseSchema, { id: "c", input: [{ role: "bot", content: "x" }] })).toMatchObject({
      path: ["input", 0, "role"],
    });
  });

  it("lists the alternatives where none was meant", () => {
    expect(faults(ModelSchema, { ...MODEL, price: 5 })?.text).toBe(
      'price: Invalid input: expected object, received number, or expected "free", or expected "unknown".',
    );
    expect(faults(CaseSchema, { id: "c", input: 5 })?.text).toBe(
      "input: Invalid input: expected string, received number, or expected array, received number.",
    );
  });
});

describe("suggest", () => {
  it("names the nearest, or all where none is near, or says that there is none", () => {
    expect(suggest("reserach", ["code", "research"])).toBe('Did you mean "research"?');
    expect(suggest("triage", ["code", "research"])).toBe("Known: code, research.");
    expect(suggest("triage", [])).toBe("There is none.");
  });
});

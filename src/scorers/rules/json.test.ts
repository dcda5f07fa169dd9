import { describe, expect, it } from "vitest";
import { z } from "zod";
import { UserError } from "../../errors.ts";
import { gradeOf, scorerOf, wordsOn } from "../scorers.fixtures.ts";

describe("json", () => {
  it.each([
    ["an object", '{"a": 1}', 1],
    ["a fence around it", '```json\n{"a": 1}\n```\n', 1],
    ["tildes around it", "~~~\n[1]\n~~~", 1],
    ["a byte-order mark before it", "\ufeff{}", 1],
    ["a value that is no object", "null", 1],
    ["half a pair of surrogates", '"\\ud83d"', 1],
    ["NUL, escaped", '"\\u0000"', 1],
    ["nothing", "", 0],
    ["a fence around nothing", "```\n```", 0],
    ["prose", 'Here: {"a": 1}', 0],
    ["a trailing comma", '{"a": 1,}', 0],
    ["single quotes", "{'a': 1}", 0],
    ["NaN", "NaN", 0],
    ["a cut answer", '{"a": [1, 2', 0],
    ["NUL, raw", '"\u0000"', 0],
    ["a fence that never closes", "```json\n{}", 0],
    ["two fences", "```\n1\n```\n```\n2\n```", 0],
  ])("reads %s", async (_name, text, expected) => {
    expect(await gradeOf(scorerOf("json"), text)).toBe(expected);
  });

  it.each([
    ["answer", '```\n{"a": 1}\n```', 1],
    ["whole", '```\n{"a": 1}\n```', 0],
    ["whole", ' {"a": 1}\n', 1],
    ["anywhere", 'Sure!\n```json\n{"a": 1}\n```\nDone {x}.', 1],
    ["anywhere", 'It is {"a": 1}, I think.', 1],
    ["anywhere", "None at all {x}", 0],
  ])("looks for it in the %s: %j", async (place, text, expected) => {
    expect(await gradeOf(scorerOf("json", { place }), text)).toBe(expected);
  });

  it("says what is wrong", async () => {
    const scorer = scorerOf("json", { type: "object" });
    expect(await wordsOn(scorer, "{}")).toBe("is JSON (object)");
    expect(await wordsOn(scorer, "[]")).toBe("is JSON (array), wanted object");
    expect(await wordsOn(scorer, "null")).toBe("is JSON (null), wanted object");
    expect(await wordsOn(scorer, "")).toBe("is empty");
    expect(await wordsOn(scorer, "Yes.")).toMatch(/^is not JSON: Unexpected token 'Y'/);
    expect(await wordsOn(scorer, "[".repeat(501) + "]".repeat(501))).toBe("is nested deeper than 500 levels");
    expect(await wordsOn(scorerOf("json", { place: "anywhere" }), "Yes.")).toBe("holds no JSON");
  });
});

describe("json-schema", () => {
  const schema = {
    type: "object",
    properties: {
      id: { type: "string", pattern: "^[a-z]+$" },
      when: { type: "string", format: "date" },
      tags: { type: "array", items: { enum: ["a", "b"] }, uniqueItems: true },
    },
    required: ["id"],
    additionalProperties: false,
  };

  it.each([
    ['{"id": "x", "when": "2026-11-22", "tags": ["a"]}', "fits the schema"],
    ['```json\n{"id": "x"}\n```', "fits the schema"],
    ["{}", "does not fit the schema: must have required property 'id'"],
    ['{"id": "X"}', 'does not fit the schema: /id must match pattern "^[a-z]+$"'],
    ['{"id": "x", "when": "2026-02-30"}', 'does not fit the schema: /when must match format "date"'],
    [
      '{"id": "x", "tags": ["c"]}',
      'does not fit the schema: /tags/0 must be equal to one of the allowed values (["a","b"])',
    ],
    ['{"id": "x", "no": 1}', 'does not fit the schema: must NOT have additional properties ("no")'],
    ["[]", "does not fit the schema: must be object"],
    ["Yes", expect.stringMatching(/^is not JSON: /)],
  ])("says of %j: %s", async (text, words) => {
    const scorer = scorerOf("json-schema", { schema });
    expect(await wordsOn(scorer, text)).toEqual(words);
    expect(await gradeOf(scorer, text)).toBe(words === "fits the schema" ? 1 : 0);
  });

  it.each(["http://json-schema.org/draft-07/schema#", "https://json-schema.org/draft/2019-09/schema"])(
    "takes %s",
    async ($schema) => {
      const scorer = scorerOf("json-schema", { schema: { $schema, ...schema } });
      expect(await gradeOf(scorer, '{"id": "x"}')).toBe(1);
    },
  );

  it.each([
    [{ type: "objekt" }, "schema is invalid"],
    [{ typ: "object" }, 'unknown keyword: "typ"'],
    [{ type: "string", format: "dat" }, 'unknown format "dat"'],
    [{ $ref: "#/$defs/no" }, "can't resolve reference"],
    [{ type: "string", pattern: "(" }, "Invalid regular expression"],
    [{ $schema: "http://json-schema.org/draft-04/schema#" }, "no schema with key or ref"],
  ])("stops the run where the schema itself is wrong: %j", (wrong, words) => {
    expect(() => scorerOf("json-schema", { schema: wrong })).toThrow(UserError);
    expect(() => scorerOf("json-schema", { schema: wrong })).toThrow(words);
  });

  it("does not hang on an expression that backtracks", async () => {
    const scorer = scorerOf("json-schema", { schema: { type: "string", pattern: "^(a+)+$" } });
    expect(await gradeOf(scorer, JSON.stringify(`${"a".repeat(50)}!`))).toBe(
      "json-schema threw: gave no result within 1 s",
    );
  });
});

describe("zod", () => {
  const schema = z.strictObject({ id: z.string().min(2), n: z.number().optional() }).refine(({ id }) => id !== "no", {
    message: "not no",
  });
  const scorer = scorerOf("zod", { schema });

  it.each([
    ['{"id": "ab", "n": 1}', "fits the shape"],
    ['{"id": "a"}', "does not fit the shape: id: Too small: expected string to have >=2 characters"],
    ['{"id": "no"}', "does not fit the shape: not no"],
    ['{"id": "ab", "x": 1}', 'does not fit the shape: Unrecognized key: "x"'],
    ["", "is empty"],
  ])("says of %j: %s", async (text, words) => {
    expect(await wordsOn(scorer, text)).toBe(words);
  });

  it("wants a schema of zod, and stops one that never ends", async () => {
    expect(() => scorerOf("zod", { schema: { type: "object" } })).toThrow("schema: not a zod schema");
    const endless = scorerOf("zod", { schema: z.string().regex(/^(a+)+$/) });
    expect(await gradeOf(endless, JSON.stringify(`${"a".repeat(50)}!`))).toBe("zod threw: gave no result within 1 s");
  });
});

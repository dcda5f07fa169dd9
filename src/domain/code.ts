import { z } from "zod";

/**
 * One hidden test of a code case. `run` is the body of an async function that sees the solution's top-level names.
 * Its result is compared with `expected` outside the sandbox, or it must throw: any error (`true`) or one of that name;
 * in Python one of that class. There tuples count as lists, and the keys of a dict must be strings.
 * In `expected`, `{"$":"undefined"}`, `{"$":"NaN"}`, `{"$":"Infinity"}` and `{"$":"-Infinity"}` stand for what JSON lacks,
 * and `{"$":"9007199254740993"}` for an integer that a reader of JSON would round.
 */
export const CodeTest = z
  .strictObject({
    name: z.string().min(1).exactOptional(),
    run: z.string().min(1),
    expected: z.json().exactOptional(),
    throws: z.union([z.literal(true), z.string().min(1)]).exactOptional(),
  })
  .refine((test) => Object.hasOwn(test, "expected") !== Object.hasOwn(test, "throws"), {
    message: 'a test needs exactly one of "expected" and "throws"',
  });
export type CodeTest = z.infer<typeof CodeTest>;

/** The language a code case is answered in. */
export const CodeLanguage = z.enum(["javascript", "typescript", "python"]);
export type CodeLanguage = z.infer<typeof CodeLanguage>;

/** What the rule `code-tests` reads: `entry` is the name the solution must define, `examples` are the tests the prompt shows. */
export const CodeTarget = z.strictObject({
  language: CodeLanguage,
  entry: z.string().min(1),
  tests: z.array(CodeTest).min(1),
  examples: z.array(CodeTest),
});
export type CodeTarget = z.infer<typeof CodeTarget>;

const count = z.int().nonnegative();

/**
 * What became of one solution under its tests. The first test that goes wrong decides between `failed` and `error`;
 * the others still run, so `passedTests` counts them all. `refused` and `crashed` say nothing about the solution
 * and must never become its score; every other state is the solution's own doing.
 */
export const CodeOutcome = z.discriminatedUnion("state", [
  z.object({ state: z.literal("passed"), tests: count }),
  z.object({
    state: z.literal("failed"),
    test: z.string(),
    /** Both at most 200 characters. `got` is the solution's own text: hostile until escaped. */
    expected: z.string(),
    got: z.string(),
    passedTests: count,
    tests: count,
  }),
  /** Did not compile or load (no `test`), or threw in a test that wanted a value (then with the counts). */
  z.object({
    state: z.literal("error"),
    message: z.string(),
    test: z.string().exactOptional(),
    passedTests: count.exactOptional(),
    tests: count.exactOptional(),
  }),
  /** The deadline is for the whole run; `test` is the one it fell in, absent while the solution was loading. */
  z.object({ state: z.literal("timeout"), test: z.string().exactOptional(), deadlineMs: z.number().positive() }),
  z.object({ state: z.literal("out-of-memory") }),
  z.object({ state: z.literal("refused"), reason: z.string() }),
  z.object({ state: z.literal("crashed"), reason: z.string() }),
]);
export type CodeOutcome = z.infer<typeof CodeOutcome>;

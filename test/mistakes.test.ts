import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CATALOG, jsonl, makeProject, ROOT, signalbox, suiteFile } from "./project.ts";

const ECHO = suiteFile("echo", 'scale: "binary", scorers: [{ name: "equals", rule: "equals" }]');
const CASES = jsonl([
  { id: "one", input: "Say one.", target: "one" },
  { id: "two", input: "Say two.", target: "two" },
]);
const ROUTING = "version: 1\nroutes:\n  echo: { model: alpha, suite: echo }\n";
const SOUND = { "evals/echo.ts": ECHO, "datasets/echo.jsonl": CASES, "models.yaml": CATALOG, "routing.yaml": ROUTING };
const KEY = { env: { FIRST_API_KEY: "a-key-of-some-length" } };

async function mistake(files: Record<string, string>, argv: string[], changes = KEY): Promise<string> {
  using project = makeProject({ ...SOUND, ...files });
  const ended = await signalbox(project.root, argv, changes);
  expect(ended.code).toBe(2);
  expect(ended.out).toBe("");
  expect(existsSync(join(project.root, "reports"))).toBe(false);
  return ended.err.trim();
}

describe("a mistake gets one clear error, exit code 2, and nothing is written", () => {
  it("unknown suite: names the nearest", async () => {
    expect(await mistake({}, ["eval", "ecko"])).toMatchInlineSnapshot(
      `"There is no suite "ecko". Did you mean "echo"?"`,
    );
  });

  it("unknown model: names the nearest", async () => {
    expect(await mistake({}, ["eval", "echo", "--models", "alpah"])).toMatchInlineSnapshot(
      `"There is no model "alpah" in the catalogue. Did you mean "alpha"?"`,
    );
  });

  it("a line of the dataset that is not JSON: names file and line", async () => {
    const lines = Array.from({ length: 47 }, (_, at) => JSON.stringify({ id: `c-${at}`, input: "x", target: "x" }));
    const error = await mistake({ "datasets/echo.jsonl": `${lines.join("\n")}\n{"id": "c-47", input: "x"}\n` }, [
      "eval",
      "echo",
    ]);
    expect(error).toMatch(/^datasets\/echo\.jsonl:48: The line is not JSON: .+ Write one whole JSON object a line/);
  });

  it("a case id that stands twice: names both lines", async () => {
    const error = await mistake({ "datasets/echo.jsonl": `${CASES}${CASES.split("\n")[0]}\n` }, ["eval", "echo"]);
    expect(error).toContain("datasets/echo.jsonl:3");
    expect(error).toContain('"one"');
    expect(error).toContain("line 1");
  });

  it("a template variable that no case has", async () => {
    const suite = suiteFile(
      "echo",
      'scale: "binary", prompts: { default: { user: "{{inptu}}" } }, scorers: [{ name: "equals", rule: "equals" }]',
    );
    expect(await mistake({ "evals/echo.ts": suite }, ["eval", "echo"])).toMatch(
      /^evals\/echo\.ts: The prompt uses \{\{inptu\}\}, which no case has\. Did you mean "input"\?/,
    );
  });

  it("a key that is missing: names model, line and variable", async () => {
    expect(await mistake({}, ["eval", "echo", "--models", "alpha,beta"], { env: { FIRST_API_KEY: "" } })).toMatch(
      /^models\.yaml:4: alpha was asked for, but FIRST_API_KEY is not set\. Put FIRST_API_KEY=\.\.\. into \.env or the environment/,
    );
  });

  it("an empty dataset", async () => {
    expect(await mistake({ "datasets/echo.jsonl": "\n" }, ["eval", "echo"])).toMatch(
      /^datasets\/echo\.jsonl: The dataset has no case\. Add /,
    );
  });

  it("a routing table that names an unknown model: names file and line", async () => {
    expect(await mistake({ "routing.yaml": ROUTING.replace("alpha", "gamma") }, ["eval", "echo"])).toMatch(
      /^routing\.yaml:3: Route "echo" names the model "gamma", which the catalogue does not have\./,
    );
  });

  it("a case without the target that a scorer needs", async () => {
    const cases = jsonl([
      { id: "one", input: "Say one.", target: "one" },
      { id: "two", input: "Say two." },
    ]);
    expect(await mistake({ "datasets/echo.jsonl": cases }, ["eval", "echo"])).toMatch(
      /^datasets\/echo\.jsonl:2: Case "two" cannot be scored by "equals" \(equals\): it has no target\./,
    );
  });

  it("a rule that does not exist", async () => {
    const suite = suiteFile("echo", 'scale: "binary", scorers: [{ name: "same", rule: "equal" }]');
    expect(await mistake({ "evals/echo.ts": suite }, ["eval", "echo"])).toMatch(
      /^evals\/echo\.ts: scorers\[0\]: There is no rule "equal"\. Known: equals, /,
    );
  });

  it("a flag that is no number", async () => {
    expect(await mistake({}, ["eval", "echo", "--limit", "many"])).toContain("Give a whole number from 1 up.");
  });

  it("a spending limit that cannot be held", async () => {
    const unpriced = CATALOG.replaceAll(/, price: \{[^}]+\}/g, "");
    expect(await mistake({ "models.yaml": unpriced }, ["eval", "echo", "--max-spend", "1"])).toMatch(
      /^--max-spend: It cannot be held: alpha, beta has no known price\./,
    );
  });

  it("a command that does not exist", async () => {
    const ended = await signalbox(ROOT, ["evil"]);
    expect(ended.code).toBe(2);
    expect(ended.err).toContain("Did you mean eval?");
  });

  it("nothing to resume", async () => {
    expect(await mistake({}, ["eval", "echo", "--resume"])).toMatch(
      /^--resume: There is no unfinished run of this suite\./,
    );
  });
});

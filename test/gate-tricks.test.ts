import { describe, expect, it } from "vitest";
import { CATALOG, jsonl, makeProject, signalbox, suiteFile } from "./project.ts";

const GAMMA = "  - { id: gamma, provider: first, model: gamma-1, family: c, price: free }\n";
const FILES = {
  "models.yaml": `${CATALOG}${GAMMA}`,
  "evals/echo.ts": suiteFile("echo", 'scale: "binary", scorers: [{ name: "equals", rule: "equals" }]'),
  "datasets/echo.jsonl": jsonl([{ id: "a", input: "a", target: "a" }]),
};
const table = (model: string, more = "") => `version: 1\nroutes:\n  echo: { model: ${model}, suite: echo }\n${more}`;

/** What the gate says of a change from one table to the next, each a text. */
async function judged(before: string, after: string) {
  using project = makeProject({ ...FILES, "before.yaml": before, "after.yaml": after });
  return await signalbox(project.root, ["gate", "--before", "before.yaml", "--after", "after.yaml"]);
}

describe("a switch in two steps without evidence", () => {
  const exception = (model: string, from: string) =>
    `overrides:\n  echo:\n    model: ${model}\n    from: ${from}\n    reason: r\n    by: d\n    until: 2026-12-30\n`;

  it("has no first step: an exception's `from` is who was let through on evidence", async () => {
    const { code, out } = await judged(table("alpha"), table("alpha", exception("alpha", "gamma")));
    expect(out).toContain(
      "REJECT echo, exception\n  The exception says from: gamma, but alpha is the last model that was let through on evidence.",
    );
    expect(code).toBe(1);
    expect((await judged(table("alpha"), table("beta", exception("beta", "gamma")))).code).toBe(1);
    expect((await judged(table("alpha"), table("beta", exception("beta", "alpha")))).code).toBe(0);
  });
});

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readTree } from "../src/routing/splice.ts";
import { type Story, tell } from "./gate-story.ts";
import { ROOT } from "./project.ts";

let story: Story;
beforeAll(async () => {
  story = await tell();
}, 60_000);
afterAll(() => story[Symbol.dispose]());

const step = (name: string) => {
  const found = story.steps.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no step ${name}`);
  return found.ended;
};

describe("the story of a table and its gate", () => {
  it.each([
    ["no evidence", 1, /REJECT support_triage: alpha -> beta\n {2}The suite "labels" has no saved evidence\./],
    [
      "a good switch",
      0,
      /PASS support_triage: alpha -> beta\n {2}beta meets every condition of the policy \(240 pairs/,
    ],
    ["a worse one", 1, /REJECT support_triage: alpha -> gamma\n {2}gamma fails on quality \(240 pairs/],
    [
      "too few cases",
      4,
      /INCONCLUSIVE tone_check: .+\n.+quality is not shown; about \d+ more cases would settle quality\./,
    ],
    ["stale evidence", 1, /The evidence is \d+ days old, 31 days are allowed\./],
    [
      "an exception",
      0,
      /PASS tone_check: alpha -> beta\n {2}Let through by dana@example\.com until 2026-11-20: alpha is down/,
    ],
    ["the exception, landed", 0, /EXCEPTION tone_check: alpha -> beta, by dana@example\.com until 2026-11-20/],
    ["the exception, a day too late", 1, /REJECT tone_check, exception\n.+ran out on 2026-11-20/],
    ["the exception, taken out without evidence", 4, /INCONCLUSIVE tone_check: alpha -> beta/],
    ["put back", 0, /PASS tone_check/],
  ])("%s ends with %i", (name, code, output) => {
    expect(step(name).out).toMatch(output);
    expect(step(name).code).toBe(code);
  });

  it("running again until it is green does not help, though the same answers would have passed as a first look", () => {
    expect(step("the same answers, as a first look")).toMatchObject({ code: 0, out: expect.stringContaining("PASS") });
    const again = step("run again until it is green");
    expect(again.code).toBe(4);
    expect(again.out).toContain("It is re-run 1 of this comparison, says the ledger: no alpha is left for it");
    const rewritten = step("with the ledger rewritten");
    expect(rewritten.code).toBe(1);
    expect(rewritten.out).toContain("The ledger of looks was rewritten from line 1: it may only be added to.");
  });

  it.each(["litellm.yaml", "agents.jsonc"])("%s changes by exactly one line, and the gate passes that line", (file) => {
    const { before = "", after = "" } = story.written.find((each) => each.file === file) ?? {};
    const [old, now] = [before.split("\n"), after.split("\n")];
    expect(now.length).toBe(old.length);
    expect(now.filter((line, index) => line !== old[index])).toHaveLength(1);
    expect(() => readTree(after, file)).not.toThrow();
    expect(step(`gate over ${file}`)).toMatchObject({ code: 0, out: expect.stringContaining("PASS support_triage") });
    const diff = step(`diff of ${file}`).out.split("\n");
    expect(diff.filter((line) => /^[-+] /.test(line))).toHaveLength(2);
  });

  it("is told in docs/gate.md with this very output", () => {
    const docs = readFileSync(join(ROOT, "docs/gate.md"), "utf8");
    const told = [...docs.matchAll(/<!-- story: (.+?) -->\n\n?```\n([\s\S]*?)```/g)];
    expect(told.length).toBeGreaterThan(8);
    for (const [, name = "", text] of told) {
      const { out } = step(name);
      const { command } = story.steps.find((each) => each.name === name) ?? { command: "" };
      expect(text, name).toBe(`$ ${command}\n${out}`);
    }
  });
});

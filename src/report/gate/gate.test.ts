import { describe, expect, it } from "vitest";
import type { GateFinding, GateReport } from "../../domain/gate.ts";
import { renderAnnotations, renderCodeQuality } from "./ci.ts";
import { renderGateMarkdown } from "./markdown.ts";
import { renderGate } from "./text.ts";

const finding = (changes: Partial<GateFinding> = {}): GateFinding => ({
  route: "triage",
  about: "model",
  outcome: "reject",
  reason: "The suite has no saved evidence.",
  notes: [],
  command: "npm run eval labels",
  from: "a",
  to: "b",
  file: "routing.yaml",
  line: 4,
  run: null,
  quality: null,
  costRatio: null,
  override: null,
  ...changes,
});
const report = (findings: readonly GateFinding[], overrides: GateReport["overrides"] = []): GateReport => ({
  version: 1,
  exitCode: 1,
  before: "origin/main:routing.yaml",
  after: "routing.yaml",
  findings: [...findings],
  overrides,
});

describe("annotations", () => {
  it("are ten at most, the worst first", () => {
    const open = Array.from({ length: 9 }, (_, at) => finding({ route: `open${at}`, outcome: "inconclusive" }));
    const worst = Array.from({ length: 4 }, (_, at) => finding({ route: `bad${at}` }));
    const lines = renderAnnotations(report([...open, ...worst]))
      .trim()
      .split("\n");
    expect(lines).toHaveLength(10);
    expect(lines.map((line) => line.split(" ")[0])).toEqual([
      ...new Array(4).fill("::error"),
      ...new Array(6).fill("::warning"),
    ]);
  });

  it("cannot be broken out of, and show what passes by exception alone", () => {
    const override = { by: "d", reason: "r", until: "2026-12-01" };
    const nasty = finding({ reason: "100 %\n::error::x", file: "a,b:c.yaml", command: null });
    expect(renderAnnotations(report([nasty]))).toBe(
      "::error file=a%2Cb%3Ac.yaml,line=4,title=reject%3A triage%3A a -> b::100 %25%0A::error::x\n",
    );
    expect(renderAnnotations(report([finding({ outcome: "pass" })]))).toBe("");
    expect(renderAnnotations(report([finding({ outcome: "pass", override })]))).toMatch(/^::notice /);
  });
});

describe("Markdown", () => {
  it("is cut at a whole finding and says how many are left", () => {
    const many = Array.from({ length: 3_000 }, (_, at) => finding({ route: `r${at}` }));
    const text = renderGateMarkdown(report(many));
    expect(text.length).toBeLessThanOrEqual(65_000);
    expect(text).toMatch(/\n\d+ more are in the job's log\.\n$/);
  });

  it("lets nothing become markup, a link or a mention", () => {
    const text = renderGateMarkdown(
      report([finding({ reason: "<img src=x> [a](b) @everyone | *bold*", command: null })]),
    );
    expect(text).toContain("\\<img src=x\\> \\[a\\](b) \\@everyone \\| \\*bold\\*");
  });
});

it("the terminal gets no escape sequence of a file", () => {
  expect(renderGate(report([finding({ reason: "\u001b[31mred\u0007" })]))).toContain("  red\n");
});

it("code quality names each finding by what it is about, so that it is recognised from run to run", () => {
  const prints = (reason: string) => JSON.parse(renderCodeQuality(report([finding({ reason })])))[0].fingerprint;
  expect(prints("one reason")).toBe(prints("another"));
});

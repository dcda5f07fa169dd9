import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Decision, DecisionSchema } from "../src/domain/decision.ts";
import { jsonl, makeProject, signalbox, suiteFile } from "./project.ts";
import { EMPTY_CATALOG } from "./recorded-data.ts";

const CASES = 200;
const id = (index: number) => `q${String(index).padStart(4, "0")}`;
/** Right or wrong, by model: `good` answers as today's model does, `bad` is wrong twice as often as it is right. */
const SCORES: Readonly<Record<string, (index: number) => number>> = {
  today: (index) => Number(index % 8 !== 0),
  good: (index) => Number(index % 8 !== 0),
  bad: (index) => Number(index % 3 === 0),
};
const USD = { today: 0.01, good: 0.004, bad: 0.001 } as const;

function files(cases: number, repeats = 1): Record<string, string> {
  const indices = Array.from({ length: cases }, (_, index) => index);
  const answers = Object.entries(SCORES).flatMap(([model, score]) =>
    indices.flatMap((index) =>
      Array.from({ length: repeats }, (_, repeat) => ({
        model,
        case: id(index),
        output: "",
        score: score(index),
        costUsd: USD[model as keyof typeof USD],
        ...(repeats === 1 ? {} : { repeat }),
      })),
    ),
  );
  return {
    "models.yaml": EMPTY_CATALOG,
    "evals/q.ts": suiteFile("q", 'scale: "binary", scorers: [{ name: "recorded", rule: "recorded" }]'),
    "datasets/q.jsonl": jsonl(indices.map((index) => ({ id: id(index), input: id(index) }))),
    "answers.jsonl": jsonl(answers),
  };
}

const ARGV = ["eval", "q", "--replay", "answers.jsonl", "--incumbent", "today", "--quiet"];
const LEDGER = "reports/evidence/ledger.jsonl";

function decisionOf(root: string): Decision {
  return DecisionSchema.parse(JSON.parse(readFileSync(join(root, "reports/q/latest/decision.json"), "utf8")));
}

describe("--until-decided", () => {
  it("asks each candidate until its verdict is in, says what it saved, and gives the same verdict back", async () => {
    using project = makeProject(files(CASES));
    const ended = await signalbox(project.root, [...ARGV, "--until-decided"]);
    expect(ended.err).toBe("");
    expect(ended.code).toBe(0);
    const decision = decisionOf(project.root);
    const [good, bad] = ["good", "bad"].map((name) =>
      decision.routes[0]?.comparisons.find(({ candidate }) => candidate === name),
    );
    expect(decision.routes[0]).toMatchObject({ verdict: "switch", candidate: "good" });
    // At 5 points and two comparisons, ties pass at the third look.
    expect(good?.collected).toEqual({ cases: 150, planned: 200, stopped: "decided" });
    expect(bad?.collected).toEqual({ cases: 20, planned: 200, stopped: "futile" });
    expect(decision.calls).toEqual({ planned: 600, made: 320, saved: 280, untilDecided: true });
    expect(ended.out).toContain("280 of 600 planned calls saved");
    expect(ended.out).toContain("320 answers, 0 failed, 0 missing");

    const looks = readFileSync(join(project.root, LEDGER), "utf8");
    expect(looks.split("\n").filter((line) => line !== "")).toHaveLength(2);
    const again = await signalbox(project.root, [...ARGV, "--until-decided"]);
    expect(again.code).toBe(0);
    expect(readFileSync(join(project.root, LEDGER), "utf8")).toBe(looks);
    const second = decisionOf(project.root);
    expect(second.routes[0]?.comparisons.map(({ look }) => look.recorded)).toEqual([true, true]);
    expect(second.routes[0]?.verdict).toBe("switch");
  });

  it("asks all repeats of a case before it goes on to the next ones", async () => {
    using project = makeProject(files(CASES, 2));
    const ended = await signalbox(project.root, [...ARGV, "--until-decided", "--repeats", "2"]);
    expect(ended.err).toBe("");
    const bad = decisionOf(project.root).routes[0]?.comparisons.find(({ candidate }) => candidate === "bad");
    expect(bad).toMatchObject({ test: "betting", missing: {}, collected: { cases: 20, stopped: "futile" } });
  });
});

describe("cases added later", () => {
  it("are appended, and are one more look at the first plan", async () => {
    using project = makeProject(files(CASES));
    expect((await signalbox(project.root, ARGV)).code).toBe(0);
    const first = decisionOf(project.root);
    for (const [name, text] of Object.entries(files(CASES + 60))) writeFileSync(join(project.root, name), text);
    expect((await signalbox(project.root, ARGV)).code).toBe(0);
    const [good, before] = [decisionOf(project.root), first].map((decision) =>
      decision.routes[0]?.comparisons.find(({ candidate }) => candidate === "good"),
    );
    expect(good?.look).toEqual({ kind: "top-up", j: 1, recorded: false });
    expect(good?.looks.map(({ n, share }) => [n, share])).toEqual([
      [60, 0.05],
      [100, 0.1],
      [150, 0.15],
      [200, 0.6],
      [260, 0.05],
    ]);
    expect(good?.looks.slice(0, 4).map(({ p }) => p)).toEqual(before?.looks.map(({ p }) => p));
  });
});

describe("--confirm", () => {
  it("asks one candidate on cases that no look at it has used, at half of alpha", async () => {
    using project = makeProject(files(CASES));
    expect((await signalbox(project.root, ARGV)).code).toBe(0);
    const none = await signalbox(project.root, [...ARGV, "--confirm", "good"]);
    expect(none.code).toBe(2);
    expect(none.err).toContain("All 200 cases");
    for (const [name, text] of Object.entries(files(CASES + 90))) writeFileSync(join(project.root, name), text);
    const ended = await signalbox(project.root, [...ARGV, "--confirm", "good"]);
    expect(ended.err).toBe("");
    const { routes, cases, family } = decisionOf(project.root);
    expect({ cases, family }).toEqual({ cases: 90, family: 1 });
    expect(routes[0]?.comparisons[0]).toMatchObject({
      candidate: "good",
      n: 90,
      look: { kind: "confirm", j: 1, recorded: false },
      looks: [{ n: 90, share: 0.5, needed: 0.025 }],
      outcome: "passes",
    });
  });

  it("says when it cannot know which cases are unused", async () => {
    using project = makeProject(files(CASES));
    expect((await signalbox(project.root, ARGV)).code).toBe(0);
    const ledger = join(project.root, LEDGER);
    writeFileSync(ledger, readFileSync(ledger, "utf8").replaceAll(/"run":"[^"]*"/g, '"run":"20260101-000000-0000"'));
    const ended = await signalbox(project.root, [...ARGV, "--confirm", "good"]);
    expect(ended.code).toBe(2);
    expect(ended.err).toContain("20260101-000000-0000");
  });

  it("takes no list of models beside it, and no model that serves the task", async () => {
    using project = makeProject(files(3));
    const serving = await signalbox(project.root, [...ARGV, "--confirm", "today"]);
    expect([serving.code, serving.err]).toEqual([2, expect.stringContaining("today serves the task today")]);
    const ended = await signalbox(project.root, [...ARGV, "--confirm", "good", "--models", "good,bad"]);
    expect(ended.code).toBe(2);
    expect(ended.err).toContain("--confirm");
  });
});

import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadAnswerBook } from "../src/cli/answer-book.ts";
import type { Case } from "../src/domain/case.ts";
import type { Json } from "../src/domain/json.ts";
import type { Completion } from "../src/domain/trial.ts";
import { extractLabel } from "../src/scorers/extract-label.ts";
import { numbersIn, readSynthesis, SynthesisTarget } from "../src/scorers/synthesis.ts";
import { toolCalls } from "../src/scorers/tool-calls.ts";
import { readDataset } from "../src/suite/dataset.ts";
import { loadSuite } from "../src/suite/project.ts";
import { compilePrompt } from "../src/suite/render.ts";
import { ROOT } from "./project.ts";

async function load(name: string) {
  const { suite } = await loadSuite(ROOT, name);
  const cases: Case[] = [];
  for await (const { item } of readDataset(join(ROOT, suite.dataset))) cases.push(item);
  const book = await loadAnswerBook(ROOT, suite.answers ?? "");
  const prompt = suite.prompts.default;
  if (prompt === undefined) throw new Error("no default prompt");
  return { suite, cases, book, render: compilePrompt(prompt, suite.data, name) };
}

describe.each(["research", "code", "classification", "orchestration"])("the dataset of %s", (name) => {
  it("has at least 120 cases of both complexities, an answer book entry for each, and no input twice", async () => {
    const { cases, book } = await load(name);
    expect(cases.length).toBeGreaterThanOrEqual(120);
    expect([...book.keys()].sort()).toEqual(cases.map(({ id }) => id).sort());
    expect(new Set(cases.map(({ input }) => JSON.stringify(input))).size).toBe(cases.length);
    for (const complexity of ["simple", "complex"]) {
      const share = cases.filter(({ tags }) => tags.complexity === complexity).length / cases.length;
      expect(share, complexity).toBeGreaterThan(0.35);
    }
    for (const { id, tags } of cases)
      expect(Object.keys(tags), id).toEqual(expect.arrayContaining(["complexity", "domain", "audience"]));
  });
});

describe("research", () => {
  it("finds every key point in paraphrases its patterns were not made from, and nothing in filler", async () => {
    const { cases, book } = await load("research");
    let paraphrases = 0;
    for (const item of cases) {
      const target = SynthesisTarget.parse(item.target);
      const entry = book.get(item.id);
      if (entry === undefined || !("points" in entry)) throw new Error(item.id);
      for (const { id } of target.keyPoints) {
        for (const sentence of entry.points[id] ?? []) {
          paraphrases += 1;
          expect(readSynthesis(sentence, target), `${item.id} ${id}: ${sentence}`).toEqual({
            points: [id],
            claims: [],
          });
        }
      }
      for (const sentence of entry.filler)
        expect(readSynthesis(sentence, target), `${item.id}: ${sentence}`).toEqual({ points: [], claims: [] });
      for (const sentence of entry.errors) {
        const { points, claims } = readSynthesis(sentence, target);
        expect(points, `${item.id}: ${sentence}`).toEqual([]);
        expect(claims.length, `${item.id}: ${sentence}`).toBeGreaterThan(0);
      }
    }
    expect(paraphrases).toBeGreaterThan(1_000);
  });

  it("takes every figure of a key point from a source it names, or from a stated computation", async () => {
    const { cases } = await load("research");
    for (const item of cases) {
      const target = SynthesisTarget.parse(item.target);
      const sources = item.vars.sources as { id: string; title: string; text: string }[];
      const computed = target.figures.map(({ value }) => value);
      for (const point of target.keyPoints) {
        expect(sources.map(({ id }) => id)).toEqual(expect.arrayContaining(point.sources));
        if (point.kind === "gap") continue;
        const carried = sources
          .filter(({ id }) => point.sources.includes(id))
          .flatMap(({ title, text }) => numbersIn(`${title} ${text}`))
          .map(Number);
        const said = numbersIn(point.text.replace(/\bS\d\b/g, "")).map(Number);
        const stray = said.filter((number) => !carried.includes(number) && !computed.includes(number));
        expect(stray, `${item.id} ${point.id}: ${point.text}`).toEqual([]);
      }
    }
  });
});

describe("classification", () => {
  it("asks for labels that the prompt defines, balanced, with confusions that are wrong", async () => {
    const { cases, book, render, suite } = await load("classification");
    const labels = suite.scorers[0]?.options.labels as Record<string, string[]>;
    const counts = new Map<string, number>();
    for (const item of cases) {
      const { label, accept } = item.target as { label: string; accept: string[] };
      const known = labels[item.tags.task ?? ""] ?? [];
      expect(accept).toContain(label);
      for (const name of accept) expect(known, item.id).toContain(name);
      const prompt = render(item).at(-1)?.content ?? "";
      for (const name of known) expect(prompt, item.id).toContain(`- ${name}: `);
      const entry = book.get(item.id);
      if (entry === undefined || !("confusions" in entry)) throw new Error(item.id);
      for (const confusion of entry.confusions) {
        expect(known, item.id).toContain(confusion);
        expect(accept, item.id).not.toContain(confusion);
      }
      if (entry.chatty !== undefined)
        expect(accept, `${item.id}: ${entry.chatty}`).toContain(extractLabel(entry.chatty, known));
      const slot = `${item.tags.task} ${label}`;
      counts.set(slot, (counts.get(slot) ?? 0) + 1);
    }
    for (const [task, known] of Object.entries(labels)) {
      for (const label of known)
        expect(counts.get(`${task} ${label}`) ?? 0, `${task} ${label}`).toBeGreaterThanOrEqual(7);
    }
  });
});

describe("orchestration", () => {
  it("accepts the right move of the answer book and none of the wrong ones", async () => {
    const { cases, book } = await load("orchestration");
    const move = toolCalls.prepare({}, { code: undefined, judge: undefined, readProjectFile: () => "" });
    const value = async (item: Case, calls: { tool: string; arguments: Record<string, Json> }[]) => {
      const completion: Completion = {
        text: "",
        toolCalls: calls.map((call) => ({ name: call.tool, arguments: call.arguments })),
        finishReason: { unified: "tool-calls", raw: "tool_calls" },
        usage: {},
        servedModel: "m",
      };
      const signal = new AbortController().signal;
      const score = await move({ case: item, completion, repeat: 0, signal }, toolCalls.target.parse(item.target));
      return score.state === "scored" ? score.value : undefined;
    };
    const moves = new Map<string, number>();
    for (const item of cases) {
      const entry = book.get(item.id);
      if (entry === undefined || !("right" in entry)) throw new Error(item.id);
      expect(await value(item, entry.right), item.id).toBe(1);
      expect(entry.wrong.length, item.id).toBeGreaterThanOrEqual(3);
      for (const { calls, why } of entry.wrong) expect(await value(item, calls), `${item.id}: ${why}`).toBe(0);
      const kind = item.tags.move ?? "";
      moves.set(kind, (moves.get(kind) ?? 0) + 1);
    }
    for (const kind of ["delegate", "answer", "ask", "wait", "act", "parallel"])
      expect(moves.get(kind) ?? 0, kind).toBeGreaterThanOrEqual(10);
  });
});

describe("code", () => {
  it("names the entry in the task, and hides most tests (a bug report may quote the one that fails)", async () => {
    const { cases, render } = await load("code");
    for (const item of cases) {
      const { entry, tests } = item.target as { entry: string; tests: { run: string }[] };
      const prompt = render(item)
        .map(({ content }) => content)
        .join("\n");
      expect(prompt, item.id).toContain(entry);
      const shown = tests.filter(
        ({ run }) => run.length > 40 && prompt.includes(run.replace(/^return /, "").replace(/;$/, "")),
      );
      expect(shown.length, item.id).toBeLessThanOrEqual(tests.length / 4);
    }
  });
});

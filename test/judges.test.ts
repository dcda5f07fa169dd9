import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Decision } from "../src/domain/decision.ts";
import type { RunFile } from "../src/domain/run.ts";
import { CATALOG, jsonl, makeProject, signalbox, suiteFile } from "./project.ts";
import { startChatServer } from "./server.ts";

const KEY = "sk-test-0123456789abcdef";
const CASES = 12;
const JUDGE = "  - { id: gamma, provider: first, model: gamma-1, family: c, price: unknown }\njudges: [gamma]\n";
const PROJECT = {
  "evals/open.ts": suiteFile(
    "open",
    'scale: "graded", scorers: [{ name: "against today", rule: "judge-pairwise", options: { rubric: "r.yaml" } }]',
  ),
  "r.yaml": "title: T\ncriteria: [{ id: right, ask: Is it right? }]\n",
  "datasets/open.jsonl": jsonl(Array.from({ length: CASES }, (_, at) => ({ id: `c-${at}`, input: `say ${at}` }))),
  "routing.yaml": "version: 1\nroutes:\n  open: { model: alpha, suite: open }\n",
};

/** alpha and beta say who they are; gamma judges for beta, in either place. */
function answer(question: string, model: string): string {
  if (model !== "gamma-1") return `${model} says ${question}`;
  const tag = /<(answer-[0-9a-f]{12})-a>\n(.*)/.exec(question);
  const winner = tag?.[2]?.startsWith("beta") === true ? "A" : "B";
  return JSON.stringify({ for: tag?.[1], reason: "", winner });
}

async function withProject<T>(use: (root: string, total: () => number) => Promise<T>): Promise<T> {
  await using server = await startChatServer({ answer });
  const catalog = `${CATALOG.replace("http://127.0.0.1:9/v1", server.url)}${JUDGE}`;
  using project = makeProject({ ...PROJECT, "models.yaml": catalog });
  return await use(project.root, server.total);
}

const run = (root: string, ...argv: string[]) =>
  signalbox(root, ["eval", "open", "--quiet", "--yes", ...argv], {
    env: { FIRST_API_KEY: KEY },
    fetch: globalThis.fetch,
  });

const saved = <T>(root: string, file: string): T =>
  JSON.parse(readFileSync(join(root, "reports/open/latest", file), "utf8")) as T;

describe("a run whose judge compares answers", () => {
  it("measures every model against the one that serves today, in both orders, and pays for no reply twice", () =>
    withProject(async (root, total) => {
      const first = await run(root, "--models", "alpha,beta");
      expect(first.err).toBe("");
      expect(total()).toBe(2 * CASES + 2 * CASES);
      const { models, routes } = saved<Decision>(root, "decision.json");
      expect(models.map(({ candidate, quality }) => [candidate, quality?.value])).toEqual([
        ["alpha", 0.5],
        ["beta", 1],
      ]);
      expect(routes[0]?.grade).toBe("advisory");
      // The judge's price is unknown: that is no zero.
      expect(saved<RunFile>(root, "run.json").totals).toMatchObject({ judgeUsd: 0, judgeUnpriced: CASES });
      expect(first.out).toContain("judge unknown (12 unpriced)");
      await run(root, "--models", "alpha,beta");
      expect(total()).toBe(4 * CASES);
      expect(saved<RunFile>(root, "run.json").totals).toMatchObject({ judgeUsd: 0, judgeUnpriced: 0 });
      await run(root, "--models", "alpha,beta", "--fresh");
      expect(total()).toBe(8 * CASES);
    }));

  it("is refused with a judge of a compared family, and advisory where that is allowed", () =>
    withProject(async (root) => {
      const refused = await run(root, "--judge", "beta");
      expect(refused.code).toBe(2);
      expect(refused.err).toContain("--judge: beta: of the family of a compared model");
      const allowed = await run(root, "--judge", "beta", "--allow-related-judge", "--limit", "2");
      expect(allowed.code).toBe(0);
      expect(saved<Decision>(root, "decision.json").routes[0]).toMatchObject({
        grade: "advisory",
        gradeReason: expect.stringContaining("the judge is of a compared model's family"),
      });
    }));

  it("does not start where every scorer is a judge and none is unrelated", () =>
    withProject(async (root) => {
      const ended = await run(root, "--models", "alpha,beta,gamma");
      expect(ended.code).toBe(2);
      expect(ended.err).toContain("Every scorer of the suite needs a judge: no judge at hand whose family differs");
    }));
});

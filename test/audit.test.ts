import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { World } from "../src/cli/world.ts";
import { CATALOG, jsonl, makeProject, signalbox, suiteFile } from "./project.ts";
import { type Answering, type Said, startChatServer } from "./server.ts";

const KEY = "sk-test-0123456789abcdef";
const CASES = 30;
const PROJECT = {
  "evals/echo.ts": suiteFile("echo", 'scale: "binary", scorers: [{ name: "equals", rule: "equals" }]'),
  "datasets/echo.jsonl": jsonl(
    Array.from({ length: CASES }, (_, at) => ({ id: `c-${at}`, input: `say ${at}`, target: String(at) })),
  ),
  "routing.yaml": "version: 1\nroutes:\n  echo: { model: alpha, suite: echo, volume: 100 }\n",
  "after.yaml": "version: 1\nroutes:\n  echo: { model: beta, suite: echo, volume: 100 }\n",
};
const right: Answering["answer"] = (question) => question.replace("say ", "");

/** A project with evidence of a live run; then the server says something else. */
async function withEvidence(
  then: Answering["answer"],
  use: (given: {
    readonly root: string;
    /** Calls that the audit has made. */
    readonly asked: () => number;
    readonly audit: (argv?: readonly string[], changes?: Partial<World>) => ReturnType<typeof signalbox>;
  }) => Promise<void>,
): Promise<void> {
  let answer = right;
  await using server = await startChatServer({ answer: (...given) => answer(...given) });
  using project = makeProject({ ...PROJECT, "models.yaml": CATALOG.replace("http://127.0.0.1:9/v1", server.url) });
  const { root } = project;
  const world = { env: { FIRST_API_KEY: KEY }, fetch: globalThis.fetch };
  expect((await signalbox(root, ["eval", "echo", "--quiet", "--save-evidence"], world)).code).toBe(0);
  const before = server.total();
  answer = then;
  await use({
    root,
    asked: () => server.total() - before,
    audit: (argv = [], changes = {}) =>
      signalbox(root, ["gate", "--before", "routing.yaml", "--after", "after.yaml", "--audit", "5", ...argv], {
        ...world,
        ...changes,
      }),
  });
}

describe("gate --audit", () => {
  it("says what it will cost before it asks, and leaves nothing behind", () =>
    withEvidence(right, async ({ root, audit, asked }) => {
      const leftovers = () => readdirSync(tmpdir()).filter((name) => name.startsWith("signalbox-audit-"));
      const before = leftovers();
      const { code, out, err } = await audit();
      expect(code).toBe(4);
      expect(err).toMatch(/^Audit of echo: 5 cases x 2 models = 10 calls, about \$0\.0\d+\n/);
      expect(err).toContain("10/10 calls done, 0 failed\n");
      expect(out).toMatch(
        /PASS audit of echo\n {2}10 answers to 5 cases of run \S+ were asked for again; 0 came out otherwise\.\n$/,
      );
      expect(asked()).toBe(10);
      expect(leftovers()).toEqual(before);
      expect(existsSync(join(root, "reports/.audit"))).toBe(false);
    }));

  it("asks above a dollar, and needs --yes where nobody can answer; the gate's own findings are out by then", () =>
    withEvidence(right, async ({ root, audit, asked }) => {
      const file = join(root, "models.yaml");
      writeFileSync(file, readFileSync(file, "utf8").replaceAll("output: 2", "output: 2000"));
      const refused = await audit();
      expect(refused).toMatchObject({ code: 2, err: expect.stringContaining("Agree with --yes; bound it with") });
      expect(refused.out).toMatch(/^REJECT echo: alpha -> beta\n/);
      expect(await audit([], { ask: async () => "n" })).toMatchObject({
        code: 2,
        err: expect.stringContaining("--audit: Nobody was asked."),
      });
      expect(asked()).toBe(0);
      await audit(["--yes"]);
      expect(asked()).toBe(10);
    }));

  it("never spends more than it may", () =>
    withEvidence(right, async ({ audit, asked }) => {
      const { code, out } = await audit(["--max-spend", "0.01236"]);
      expect(asked()).toBeLessThan(10);
      expect(code).toBe(4);
      expect(out).toMatch(/INCONCLUSIVE audit of echo\n {2}Too few answers of alpha, beta could be compared\./);
      expect(out).toMatch(/Note: \d+ calls to first left undone \(budget\): the spending limit is reached\.\n/);
    }));

  it("names status and key variable where a key is rejected, and does not call that another answer", () =>
    withEvidence(
      () => ({ status: 401, message: `Incorrect API key provided: ${KEY}` }),
      async ({ audit }) => {
        const { code, out, err } = await audit();
        expect(code).toBe(4);
        expect(out).toMatch(/INCONCLUSIVE audit of echo\n {2}Too few answers of alpha, beta could be compared\./);
        expect(out).toMatch(/Note: 10 calls to first left undone \(auth\): .*401.*\. Check FIRST_API_KEY\.\n/);
        expect(out).toContain("0 came out otherwise");
        expect(out + err).not.toContain(KEY);
      },
    ));

  it("says at once what it waits for, and goes on when the provider answers", () => {
    let failures = 1;
    const answer = (...given: Parameters<typeof right>): Said =>
      failures-- > 0 ? { status: 500, message: "the machine room is wet" } : right(...given);
    return withEvidence(answer, async ({ audit }) => {
      const { out, err } = await audit();
      expect(err).toMatch(/\nfirst: .*500.*the machine room is wet.*\. Trying again\.\n/);
      expect(out).toContain("0 came out otherwise.");
    });
  });

  it("names a wrong served model as that", () =>
    withEvidence(
      (question, model, headers) => (model === "beta-1" ? { fault: "wrong model" } : right(question, model, headers)),
      async ({ audit }) => {
        const { code, out } = await audit();
        expect(code).toBe(1);
        expect(out).toMatch(
          /REJECT audit of echo\n {2}Another model answers than was asked: beta asked for "beta-1", served by "another-model".* \(5\)\. 10 answers .*; 0 came out otherwise\.\n/,
        );
      },
    ));

  it("names the variables where no key is here", () =>
    withEvidence(right, async ({ audit }) => {
      expect(await audit([], { env: {} })).toMatchObject({
        code: 2,
        err: '--audit: The models of "echo" cannot be asked. Put the keys of at least two of alpha, beta into .env or the environment (FIRST_API_KEY).\n',
      });
    }));
});

import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { RunFile } from "../src/domain/run.ts";
import { CATALOG, jsonl, makeProject, ROOT, suiteFile } from "./project.ts";
import { startChatServer } from "./server.ts";

const CASES = 60;
const CONCURRENCY = 4;
const NODE = join(ROOT, "node_modules/.bin/node");
const PROJECT = {
  "evals/echo.ts": suiteFile("echo", 'scale: "binary", scorers: [{ name: "equals", rule: "equals" }]'),
  "datasets/echo.jsonl": jsonl(
    Array.from({ length: CASES }, (_, at) => ({ id: `c-${at}`, input: `say ${at}`, target: String(at) })),
  ),
  "routing.yaml": "version: 1\nroutes:\n  echo: { model: alpha, suite: echo }\n",
};

function start(root: string, ...argv: string[]) {
  const child = spawn(NODE, [join(ROOT, "src/bin.ts"), "eval", "echo", "--concurrency", String(CONCURRENCY), ...argv], {
    cwd: root,
    env: { PATH: process.env.PATH ?? "", FIRST_API_KEY: "sk-test-0123456789" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let err = "";
  child.stderr.on("data", (chunk: Buffer) => {
    err += chunk.toString("utf8");
  });
  child.stdout.resume();
  const ended = new Promise<{ code: number | null; err: string }>((resolve) =>
    child.on("close", (code) => resolve({ code, err })),
  );
  return { child, ended };
}

function readRun(root: string): RunFile {
  return JSON.parse(readFileSync(join(root, "reports/echo/latest/run.json"), "utf8")) as RunFile;
}

describe("a process that is stopped", () => {
  it("drains on SIGINT, ends with 130 and says how to go on", async () => {
    await using server = await startChatServer({ delayMs: 40, answer: (question) => question.replace("say ", "") });
    using project = makeProject({ ...PROJECT, "models.yaml": CATALOG.replace("http://127.0.0.1:9/v1", server.url) });
    const { child, ended } = start(project.root);
    while (server.total() < 20) await wait(5);
    child.kill("SIGINT");
    const { code, err } = await ended;
    expect(code).toBe(130);
    expect(err).toContain("npm run eval echo -- --concurrency 4 --resume");
    const before = server.total();
    expect((await start(project.root, "--resume").ended).code).toBe(0);
    expect(server.total()).toBe(2 * CASES);
    expect(before).toBeLessThan(2 * CASES);
    expect([...server.calls.values()].every((count) => count === 1)).toBe(true);
  });

  it("loses no finished call to kill -9, and pays only those in flight again", async () => {
    for (let round = 0; round < 12; round++) {
      await using server = await startChatServer({ delayMs: 10, answer: (question) => question.replace("say ", "") });
      using project = makeProject({ ...PROJECT, "models.yaml": CATALOG.replace("http://127.0.0.1:9/v1", server.url) });
      const { child, ended } = start(project.root);
      const at = 1 + Math.floor(((round * 7919) % 100) * 1.15);
      while (server.total() < at && child.exitCode === null) await wait(1);
      child.kill("SIGKILL");
      await ended;
      const killedAt = server.total();
      const resumed = await start(project.root, "--resume").ended;
      expect(resumed.err).not.toContain("Error");
      expect(resumed.code).toBe(0);
      const { totals, status } = readRun(project.root);
      expect(status).toBe("complete");
      expect(totals).toMatchObject({ planned: 2 * CASES, completed: 2 * CASES, failed: 0, missing: 0 });
      expect(server.total() - 2 * CASES, `killed after ${killedAt} calls`).toBeLessThanOrEqual(CONCURRENCY);
    }
  });
});

describe("the commands of the README under the Node of the machine", () => {
  it("run on the Node that comes along, whatever Node is on the PATH", () => {
    const { stdout } = spawnSync("npm", ["run", "-s", "models", "--", "--json"], {
      cwd: ROOT,
      encoding: "utf8",
      env: { ...process.env, CI: "true" },
    });
    expect(JSON.parse(stdout).length).toBeGreaterThanOrEqual(8);
  });
});

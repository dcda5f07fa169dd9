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
/** Moments at which a run is killed. */
const KILLS = Number(process.env.SIGNALBOX_KILLS ?? 50);
const NODE = join(ROOT, "node_modules/.bin/node");
const PROJECT = {
  "evals/echo.ts": suiteFile("echo", 'scale: "binary", scorers: [{ name: "equals", rule: "equals" }]'),
  "datasets/echo.jsonl": jsonl(
    Array.from({ length: CASES }, (_, at) => ({ id: `c-${at}`, input: `say ${at}`, target: String(at) })),
  ),
  "routing.yaml": "version: 1\nroutes:\n  echo: { model: alpha, suite: echo }\n",
};

const ENV = { PATH: process.env.PATH ?? "", FIRST_API_KEY: "sk-test-0123456789" };

function start(root: string, ...argv: string[]) {
  const child = spawn(NODE, [join(ROOT, "src/bin.js"), "eval", "echo", "--concurrency", String(CONCURRENCY), ...argv], {
    cwd: root,
    env: ENV,
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

function run(command: string, argv: readonly string[], cwd: string) {
  const child = spawn(command, argv, { cwd, env: ENV, stdio: ["ignore", "ignore", "pipe"] });
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString("utf8");
  });
  return new Promise<{ status: number | null; stderr: string }>((resolve) =>
    child.on("close", (status) => resolve({ status, stderr })),
  );
}

function readRun(root: string): RunFile {
  return JSON.parse(readFileSync(join(root, "reports/echo/latest/run.json"), "utf8")) as RunFile;
}

describe("a process that is stopped", () => {
  it.each(["SIGINT", "SIGTERM"] as const)("drains on %s, ends with 130 and says how to go on", async (signal) => {
    await using server = await startChatServer({ delayMs: 40, answer: (question) => question.replace("say ", "") });
    using project = makeProject({ ...PROJECT, "models.yaml": CATALOG.replace("http://127.0.0.1:9/v1", server.url) });
    const { child, ended } = start(project.root);
    while (server.total() < 20) await wait(5);
    child.kill(signal);
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
    for (let round = 0; round < KILLS; round++) {
      await using server = await startChatServer({ delayMs: 10, answer: (question) => question.replace("say ", "") });
      using project = makeProject({ ...PROJECT, "models.yaml": CATALOG.replace("http://127.0.0.1:9/v1", server.url) });
      const { child, ended } = start(project.root);
      const at = 1 + ((round * 7919) % (2 * CASES - 4));
      while (server.total() < at && child.exitCode === null) await wait(1);
      child.kill("SIGKILL");
      await ended;
      const killedAt = server.total();
      const resumed = await start(project.root, "--resume").ended;
      expect(resumed.err).not.toContain("Error");
      // Once it had begun to write, at most as many as it may have in flight.
      if (killedAt > CONCURRENCY) {
        expect(resumed.err).toContain(`was killed with at most ${CONCURRENCY} calls in flight: they are asked again`);
      }
      expect(resumed.code).toBe(0);
      const { totals, status } = readRun(project.root);
      expect(status).toBe("complete");
      expect(totals).toMatchObject({ planned: 2 * CASES, completed: 2 * CASES, failed: 0, missing: 0 });
      expect(server.total() - 2 * CASES, `killed after ${killedAt} calls`).toBeLessThanOrEqual(CONCURRENCY);
    }
  }, 600_000);

  it("says so when the disk takes no more, and goes on from there once it does", async () => {
    await using server = await startChatServer({ delayMs: 5, answer: (question) => question.replace("say ", "") });
    using project = makeProject({ ...PROJECT, "models.yaml": CATALOG.replace("http://127.0.0.1:9/v1", server.url) });
    // No file may grow beyond 16 blocks of 1,024 bytes: the journal is the first to.
    const argv = [NODE, join(ROOT, "src/bin.js"), "eval", "echo", "--concurrency", String(CONCURRENCY)];
    const { status, stderr } = await run("bash", ["-c", 'ulimit -f 16 && exec "$@"', "-", ...argv], project.root);
    expect(status).toBe(3);
    expect(stderr).toMatch(
      /journal\.jsonl: The journal cannot be written: EFBIG.* Make room, then go on with --resume/,
    );
    const before = server.total();
    expect(before).toBeLessThan(2 * CASES);
    expect((await start(project.root, "--resume").ended).code).toBe(0);
    expect(readRun(project.root).totals).toMatchObject({ completed: 2 * CASES, failed: 0, missing: 0 });
    expect(server.total() - 2 * CASES).toBeLessThanOrEqual(CONCURRENCY);
  }, 60_000);
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

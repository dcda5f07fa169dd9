import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { systemClock } from "../src/cli/world.ts";
import type { RunFile } from "../src/domain/run.ts";
import type { Clock } from "../src/ports.ts";
import { createLeanFetch } from "../src/providers/lean-fetch.ts";
import { jsonl, makeProject, signalbox, suiteFile } from "./project.ts";
import { type Fault, type Said, startChatServer } from "./server.ts";

const KEY = "sk-test-0123456789abcdef";
const CASES = 40;
const MODELS = ["alpha", "beta", "gamma", "delta"];
const TRIALS = CASES * MODELS.length;
const PRICE = "price: { input: 1, output: 2, source: made up, checkedAt: 2026-11-01 }";

const catalog = (url: string) => `providers:
  first: { dialect: openai, baseURL: "${url}", keyVariable: FIRST_API_KEY, concurrency: 8 }
models:
${MODELS.map((id) => `  - { id: ${id}, provider: first, model: ${id}-1, family: ${id}, accepts: [maxTokens], ${PRICE} }`).join("\n")}
`;

/** Time that passes only while somebody sleeps: waits of minutes are over at once, and none is left out. */
function hurriedClock(): Clock & { readonly slept: number[] } {
  let ahead = 0;
  const slept: number[] = [];
  const monotonic = () => systemClock.monotonic() + ahead;
  return {
    slept,
    now: () => systemClock.now() + ahead,
    monotonic,
    async sleep(ms, signal) {
      slept.push(ms);
      const until = monotonic() + ms;
      await turn();
      signal?.throwIfAborted();
      ahead += Math.max(0, until - monotonic());
    },
  };
}

type Answer = (asked: { question: number; model: string; attempt: number }) => Said | undefined;

interface How {
  readonly argv?: readonly string[];
  readonly changes?: Parameters<typeof signalbox>[2];
  /** Goes on in the same project. */
  readonly after?: (again: (...argv: readonly string[]) => ReturnType<typeof signalbox>) => Promise<void>;
}

/** Runs 40 cases over four models against a server that answers rightly where `answer` says nothing else. */
async function survive(answer: Answer, { argv = [], changes = {}, after }: How = {}) {
  const attempts = new Map<string, number>();
  await using server = await startChatServer({
    answer(text, model) {
      const attempt = (attempts.get(`${model} ${text}`) ?? 0) + 1;
      attempts.set(`${model} ${text}`, attempt);
      const question = Number(text.replace("say ", ""));
      return answer({ question, model: model.replace("-1", ""), attempt }) ?? String(question);
    },
  });
  using project = makeProject({
    "evals/echo.ts": suiteFile("echo", 'scale: "binary", scorers: [{ name: "equals", rule: "equals" }]'),
    "datasets/echo.jsonl": jsonl(
      Array.from({ length: CASES }, (_, at) => ({ id: `c-${at}`, input: `say ${at}`, target: String(at) })),
    ),
    "routing.yaml": "version: 1\nroutes:\n  echo: { model: alpha, suite: echo, volume: 100 }\n",
    "models.yaml": catalog(server.url),
  });
  const clock = hurriedClock();
  const run = (...more: readonly string[]) =>
    signalbox(project.root, ["eval", "echo", "--quiet", ...argv, ...more], {
      env: { FIRST_API_KEY: KEY },
      fetch: createLeanFetch(),
      clock,
      ...changes,
    });
  const ended = await run();
  const folder = join(project.root, "reports/echo/latest");
  const totals = () => (JSON.parse(readFileSync(join(folder, "run.json"), "utf8")) as RunFile).totals;
  const written = () => readdirSync(folder).map((file) => readFileSync(join(folder, file), "utf8"));
  const first = { ...ended, totals: totals(), written: written(), calls: server.total(), slept: [...clock.slept] };
  await after?.(run);
  return { ...first, totalsAfter: totals(), callsAfter: server.total() - first.calls };
}

/** One question in twenty, the first time it is asked. */
const oneInTwenty =
  (said: Said): Answer =>
  ({ question, attempt }) =>
    question % 20 === 7 && attempt === 1 ? said : undefined;
const HIT = (CASES / 20) * MODELS.length;

describe("a call that fails once is made once more, and every trial ends once", () => {
  const faults: readonly (readonly [string, Said])[] = [
    ["429 without retry-after", { status: 429, message: "slow down" }],
    ["429 with retry-after", { status: 429, message: "slow down", headers: { "retry-after": "20" } }],
    ["500", { status: 500, message: "oops" }],
    ["529", { status: 529, message: "overloaded" }],
    ...(
      [
        "truncated body",
        "cut stream",
        "invalid JSON",
        "not JSON at all",
        "empty completion",
        "error in a 200",
        "reset",
      ] as const
    ).map((fault: Fault): readonly [string, Said] => [fault, { fault }]),
  ];
  it.each(faults)("%s", async (_name, said) => {
    const { code, totals, calls, slept } = await survive(oneInTwenty(said));
    expect([code, calls]).toEqual([0, TRIALS + HIT]);
    expect(totals).toMatchObject({ planned: TRIALS, completed: TRIALS, failed: 0, missing: 0 });
    if (typeof said === "object" && "headers" in said)
      expect(slept.filter((ms) => ms >= 19_000).length).toBeGreaterThanOrEqual(HIT);
  });
});

describe("keys", () => {
  it("all rejected: ends non-zero after at most a call for each place, and names the variable", async () => {
    const { code, err, totals, calls } = await survive(() => ({ status: 401, message: "Incorrect API key provided" }));
    expect(code).toBe(3);
    expect(err).toContain("Check FIRST_API_KEY.");
    expect(calls).toBeLessThanOrEqual(8 + MODELS.length);
    expect(totals).toMatchObject({ planned: TRIALS, completed: 0, failed: 0, missing: TRIALS });
  });

  it("rejected for one of four models: the other three finish", async () => {
    const { code, err, totals, calls } = await survive(({ model }) =>
      model === "gamma" ? { status: 403, message: "no access to this model" } : undefined,
    );
    expect(code).toBe(3);
    expect(err).toContain("gamma");
    expect(totals).toMatchObject({ completed: 3 * CASES, failed: 0, missing: CASES });
    expect(calls).toBeLessThanOrEqual(3 * CASES + 8);
  });

  it("echoed in an error's body: stand in no message and in no file", async () => {
    const { code, out, err, written, totals } = await survive(({ question, model }) =>
      question === 3
        ? { status: 400, message: `bad request of ${model} with ${KEY} at https://x/?key=${KEY}` }
        : undefined,
    );
    expect(code).toBe(0);
    expect(totals).toMatchObject({ completed: TRIALS - MODELS.length, failed: MODELS.length });
    expect(written.length).toBeGreaterThanOrEqual(5);
    for (const text of [out, err, ...written]) expect(text).not.toContain(KEY);
  });
});

describe("what is the model's own doing", () => {
  it("another model than the one asked: a failure, asked once", async () => {
    const { code, totals, calls } = await survive(({ model }) =>
      model === "beta" ? { fault: "wrong model" } : undefined,
    );
    expect([code, calls]).toEqual([0, TRIALS]);
    expect(totals).toMatchObject({ completed: 3 * CASES, failed: CASES, missing: 0 });
  });

  it("a call that hangs: a timeout at the deadline, charged, and not asked again", async () => {
    const { code, totals, calls } = await survive(({ question }) => (question === 5 ? { fault: "hang" } : undefined), {
      argv: ["--deadline", "1"],
    });
    expect([code, calls]).toEqual([0, TRIALS]);
    expect(totals).toMatchObject({ completed: TRIALS - MODELS.length, failed: MODELS.length });
  });
});

describe("a provider that goes away", () => {
  it("is told from cases that it cannot bear: those are the models' failures, and the rest is answered", async () => {
    const poison = [3, 11, 19, 27];
    const { code, err, totals, calls } = await survive(({ question }) =>
      poison.includes(question) ? { status: 500, message: "out of range" } : undefined,
    );
    expect([code, err]).toEqual([0, ""]);
    expect(totals).toMatchObject({ completed: TRIALS - 16, failed: 16, missing: 0 });
    expect(calls).toBe(TRIALS - 16 + 4 * 16);
  });

  it("for good after half of the run: nothing of it fails, everything left is resumable and asked once more", async () => {
    let answered = 0;
    let isDown = true;
    const { code, err, totals, slept, totalsAfter, callsAfter } = await survive(
      () => {
        answered += 1;
        return isDown && answered > TRIALS / 2 ? { status: 503, message: "down for maintenance" } : undefined;
      },
      {
        async after(again) {
          isDown = false;
          expect(await again("--resume")).toMatchObject({ code: 0, err: "" });
        },
      },
    );
    expect(code).toBe(3);
    expect(err).toMatch(/left undone \(server-error\): no answer for 2 min, \d+ failures in a row; at last: .*503/);
    expect(totals).toMatchObject({ completed: TRIALS / 2, failed: 0, missing: TRIALS / 2 });
    expect(Math.max(...slept)).toBeGreaterThan(4_000);
    expect(callsAfter).toBe(TRIALS / 2);
    expect(totalsAfter).toMatchObject({ completed: TRIALS, failed: 0, missing: 0, resumed: TRIALS / 2 });
  });

  it("that was never there (no such host, nobody listens): ends with 3, says so, and has waited little", async () => {
    for (const url of ["http://no-such-host.invalid/v1", "http://127.0.0.1:9/v1"]) {
      using project = makeProject({
        "evals/echo.ts": suiteFile("echo", 'scale: "binary", scorers: [{ name: "equals", rule: "equals" }]'),
        "datasets/echo.jsonl": jsonl(
          Array.from({ length: 9 }, (_, at) => ({ id: `c-${at}`, input: "?", target: "x" })),
        ),
        "routing.yaml": "version: 1\nroutes:\n  echo: { model: alpha, suite: echo }\n",
        "models.yaml": catalog(url),
      });
      const clock = hurriedClock();
      let tried = 0;
      const lean = createLeanFetch();
      const fetch: typeof lean = (...call) => {
        tried += 1;
        return lean(...call);
      };
      const env = { FIRST_API_KEY: KEY };
      const ended = await signalbox(project.root, ["eval", "echo", "--quiet"], {
        env,
        clock,
        fetch,
      });
      expect(ended.code).toBe(3);
      expect(ended.err).toContain("36 calls to first left undone (network)");
      expect(Math.max(0, ...clock.slept)).toBeLessThan(5_000);
      // Given up on after some twenty attempts, not after four for each of 36 calls.
      expect(tried).toBeGreaterThanOrEqual(20);
      expect(tried).toBeLessThanOrEqual(20 + 8);
    }
  });

  it("that asks for no call for hours: given up on at once, with nothing failed", async () => {
    const { code, err, totals, calls } = await survive(() => ({
      status: 429,
      message: "daily limit",
      headers: { "retry-after": "10800" },
    }));
    expect(code).toBe(3);
    expect(err).toContain("it asks for no call within the next 180 min");
    expect(totals).toMatchObject({ completed: 0, failed: 0, missing: TRIALS });
    expect(calls).toBeLessThanOrEqual(8);
  });
});

describe("the machine", () => {
  it("whose clock jumps to and fro: nothing is lost, nothing is asked twice", async () => {
    let jump = 0;
    const clock = hurriedClock();
    const { code, totals, calls } = await survive(
      ({ question }) => {
        jump = question % 3 === 0 ? 86_400_000 : question % 3 === 1 ? -86_400_000 * 365 : 0;
        return undefined;
      },
      { changes: { clock: { ...clock, now: () => Date.now() + jump } } },
    );
    expect([code, calls]).toEqual([0, TRIALS]);
    expect(totals).toMatchObject({ completed: TRIALS, failed: 0, missing: 0 });
  });

  it("that lets no folder be made: says so before any call", async () => {
    using project = makeProject({
      "evals/echo.ts": suiteFile("echo", 'scale: "binary", scorers: [{ name: "equals", rule: "equals" }]'),
      "datasets/echo.jsonl": jsonl([{ id: "c", input: "?", target: "x" }]),
      "routing.yaml": "version: 1\nroutes:\n  echo: { model: alpha, suite: echo }\n",
      "models.yaml": catalog("http://127.0.0.1:9/v1"),
      taken: "a file",
    });
    for (const [out, code] of [
      ["taken/below", "ENOTDIR"],
      ["/proc/reports", "ENOENT"],
    ]) {
      const env = { FIRST_API_KEY: KEY };
      const ended = await signalbox(project.root, ["eval", "echo", "--out", out as string], { env });
      expect(ended.code).toBe(2);
      expect(ended.err).toContain(`The folder cannot be made (${code}).`);
    }
  });

  it("that runs two evaluations of one checkout at once: both are whole, and neither is the other's", async () => {
    await using server = await startChatServer({ delayMs: 2, answer: (text) => text.replace("say ", "") });
    using project = makeProject({
      "evals/echo.ts": suiteFile("echo", 'scale: "binary", scorers: [{ name: "equals", rule: "equals" }]'),
      "datasets/echo.jsonl": jsonl(
        Array.from({ length: CASES }, (_, at) => ({ id: `c-${at}`, input: `say ${at}`, target: String(at) })),
      ),
      "routing.yaml": "version: 1\nroutes:\n  echo: { model: alpha, suite: echo }\n",
      "models.yaml": catalog(server.url),
    });
    const env = { FIRST_API_KEY: KEY };
    const start = () =>
      signalbox(project.root, ["eval", "echo", "--quiet", "--json"], { env, fetch: createLeanFetch() });
    const both = await Promise.all([start(), start()]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    const runs = both.map(({ out }) => (JSON.parse(out) as { run: RunFile }).run);
    expect(runs[0]?.manifest.runId).not.toBe(runs[1]?.manifest.runId);
    for (const { totals } of runs) expect(totals).toMatchObject({ completed: TRIALS, failed: 0, missing: 0 });
    writeFileSync(join(project.root, "done"), "");
    expect((await start()).code).toBe(0);
    expect(server.total()).toBeLessThanOrEqual(2 * TRIALS);
  });
});

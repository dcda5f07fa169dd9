import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Decision } from "../src/domain/decision.ts";
import type { RunFile } from "../src/domain/run.ts";
import { CATALOG, jsonl, makeProject, signalbox, suiteFile } from "./project.ts";
import { type Answering, startChatServer } from "./server.ts";

const KEY = "sk-test-0123456789abcdef";
const CASES = 30;
const PROJECT = {
  "evals/echo.ts": suiteFile("echo", 'scale: "binary", scorers: [{ name: "equals", rule: "equals" }]'),
  "datasets/echo.jsonl": jsonl(
    Array.from({ length: CASES }, (_, at) => ({ id: `c-${at}`, input: `say ${at}`, target: String(at) })),
  ),
  "routing.yaml": "version: 1\nroutes:\n  echo: { model: alpha, suite: echo, volume: 100 }\n",
};

const sayIt: Answering["answer"] = (question) => question.replace("say ", "");

async function withServer<T>(
  answering: Answering,
  use: (given: { root: string; server: Awaited<ReturnType<typeof startChatServer>> }) => Promise<T>,
): Promise<T> {
  await using server = await startChatServer(answering);
  using project = makeProject({ ...PROJECT, "models.yaml": CATALOG.replace("http://127.0.0.1:9/v1", server.url) });
  return await use({ root: project.root, server });
}

function run(root: string, argv: string[], changes: Parameters<typeof signalbox>[2] = {}) {
  return signalbox(root, ["eval", "echo", "--quiet", ...argv], {
    env: { FIRST_API_KEY: KEY },
    fetch: globalThis.fetch,
    ...changes,
  });
}

function saved<T>(root: string, file: string): T {
  return JSON.parse(readFileSync(join(root, "reports/echo/latest", file), "utf8")) as T;
}

describe("a run against a real server", () => {
  it("asks each model each case once, bills it, and is certified", () =>
    withServer({ answer: sayIt }, async ({ root, server }) => {
      const ended = await run(root, []);
      expect(ended.code).toBe(0);
      expect(server.total()).toBe(2 * CASES);
      expect([...server.calls.values()].every((count) => count === 1)).toBe(true);
      const decision = saved<Decision>(root, "decision.json");
      expect(decision.simulated).toBe(false);
      expect(decision.routes[0]?.grade).toBe("certified");
      expect(decision.models[0]?.quality).toMatchObject({ value: 1, n: CASES });
      // 10 tokens in at $1 and 5 out at $2 a million.
      expect(decision.models[0]?.costPer1000?.value).toBeCloseTo(0.02, 12);
    }));

  it("ends with 3 and the name of the variable when every key is rejected, without trying on", () =>
    withServer(
      { answer: () => ({ status: 401, message: `Incorrect API key provided: ${KEY}` }) },
      async ({ root, server }) => {
        const ended = await run(root, ["--concurrency", "4"]);
        expect(ended.code).toBe(3);
        expect(ended.err).toContain("FIRST_API_KEY");
        expect(server.total()).toBeLessThanOrEqual(8);
        expect(ended.err + ended.out).not.toContain(KEY);
      },
    ));

  it("writes an echoed key nowhere", () =>
    withServer(
      {
        answer: (question, _model, headers) =>
          question === "say 7" ? { status: 422, message: `bad ${headers.authorization}` } : KEY,
      },
      async ({ root }) => {
        const ended = await run(root, []);
        expect(ended.code).toBe(0);
        const latest = join(root, "reports/echo/latest");
        const files = readdirSync(latest);
        expect(files.length).toBe(8);
        for (const file of files) expect(readFileSync(join(latest, file), "utf8"), file).not.toContain(KEY);
        expect(ended.out + ended.err).not.toContain(KEY);
      },
    ));

  it("counts a failed call against the model that failed", () =>
    withServer(
      {
        answer: (question, model) => (model === "beta-1" ? { status: 400, message: "no" } : sayIt(question, model, {})),
      },
      async ({ root }) => {
        const ended = await run(root, []);
        expect(ended.code).toBe(0);
        const decision = saved<Decision>(root, "decision.json");
        const beta = decision.models.find(({ candidate }) => candidate === "beta");
        expect(beta?.quality?.value).toBe(0);
        expect(beta?.failures).toEqual({ "invalid-request": CASES });
        expect(decision.routes[0]?.verdict).toBe("keep");
      },
    ));

  it("ends with 130 on Ctrl-C, says how to go on, and going on repeats no finished call", () =>
    withServer({ answer: sayIt, delayMs: 20 }, async ({ root, server }) => {
      let interrupt = () => {};
      const interrupted = run(root, ["--concurrency", "2"], {
        onInterrupt: (handler) => {
          interrupt = handler;
          return () => {};
        },
      });
      while (server.total() < 9) await new Promise((resolve) => setTimeout(resolve, 5));
      interrupt();
      const ended = await interrupted;
      expect(ended.code).toBe(130);
      expect(ended.err).toContain(
        "Stopping: 2 calls in flight are awaited and saved. Ctrl-C again gives them up, and --resume pays for them again.",
      );
      expect(ended.err).toContain("--concurrency 2 --resume");
      expect(server.total()).toBeLessThan(2 * CASES);
      const resumed = await run(root, ["--resume"]);
      expect(resumed.code).toBe(0);
      expect(server.total()).toBe(2 * CASES);
      expect([...server.calls.values()].every((count) => count === 1)).toBe(true);
      expect(saved<RunFile>(root, "run.json").totals).toMatchObject({ planned: 60, completed: 60, missing: 0 });
    }));

  it("says how many calls a second Ctrl-C gives up, and --resume how many it asks again", () => {
    let interrupt = () => {};
    let hanging = true;
    let received = 0;
    const answer: Answering["answer"] = (...given) => {
      received += 1;
      return hanging && received > 8 ? { fault: "hang" } : sayIt(...given);
    };
    return withServer({ answer }, async ({ root, server }) => {
      const world = { env: { FIRST_API_KEY: KEY }, fetch: globalThis.fetch };
      const interrupted = signalbox(root, ["eval", "echo", "--concurrency", "4"], {
        ...world,
        onInterrupt: (handler) => {
          interrupt = handler;
          return () => {};
        },
      });
      while (received < 12) await new Promise((resolve) => setTimeout(resolve, 5));
      interrupt();
      interrupt();
      const ended = await interrupted;
      expect(ended.code).toBe(130);
      expect(ended.err).toContain("Given up: 4 calls in flight. --resume asks them again, and pays for them again.");
      hanging = false;
      const resumed = await signalbox(root, ["eval", "echo", "--resume"], world);
      expect(resumed.code).toBe(0);
      expect(resumed.err).toMatch(
        /\nRun \S+ was stopped with 4 calls in flight: they are asked again, and paid again\.\n/,
      );
      expect(server.total() - 2 * CASES).toBe(4);
      expect(saved<RunFile>(root, "run.json").inFlight).toBeUndefined();
    });
  });

  it("asks everything anew where the run was begun with --fresh, on --resume too", () =>
    withServer({ answer: sayIt }, async ({ root, server }) => {
      expect((await run(root, [])).code).toBe(0);
      const limited = await run(root, ["--fresh", "--max-spend", "0.0127"]);
      expect(limited.code).toBe(3);
      expect(limited.err).toContain("--fresh --resume");
      expect((await run(root, ["--resume"])).code).toBe(0);
      expect(server.total()).toBe(4 * CASES);
      expect(saved<RunFile>(root, "run.json").totals).toMatchObject({ cached: 0 });
    }));

  it("never spends more than it may, and can be gone on with", () =>
    withServer({ answer: sayIt }, async ({ root, server }) => {
      const ended = await run(root, ["--max-spend", "0.0127"]);
      expect(ended.code).toBe(3);
      expect(ended.err).toContain("budget");
      // The limit that it names is one that works.
      const [, next = "", all = ""] =
        /the next case alone may take it to \$([\d.]+); about \$([\d.]+) finishes the run\)/.exec(ended.err) ?? [];
      expect(Number(next)).toBeGreaterThan(0.0127);
      expect(ended.err).toContain(`--max-spend ${Number(all)} --resume`);
      const { totals } = saved<RunFile>(root, "run.json");
      expect(totals?.knownUsd).toBeLessThanOrEqual(0.0127);
      // No answer is paid for without its pair.
      expect(totals?.completed).toBeGreaterThan(0);
      expect((totals?.completed ?? 1) % 2).toBe(0);
      expect(server.total()).toBeLessThan(2 * CASES);
      expect((await run(root, ["--max-spend", String(Number(all)), "--resume"])).code).toBe(0);
    }));

  it("is one look, however often it was stopped and gone on with", () =>
    withServer({ answer: sayIt }, async ({ root }) => {
      const ledger = join(root, "reports/evidence/ledger.jsonl");
      await run(root, ["--max-spend", "0.0127"]);
      expect(existsSync(ledger)).toBe(false);
      expect((await run(root, ["--resume"])).code).toBe(0);
      const looks = readFileSync(ledger, "utf8").trim().split("\n");
      expect(looks.map((line) => JSON.parse(line))).toMatchObject([{ kind: "planned", j: 0, cases: CASES }]);
      // The same answers again are the same look.
      expect((await run(root, [])).code).toBe(0);
      expect(readFileSync(ledger, "utf8").trim().split("\n")).toEqual(looks);
    }));

  it("asks nobody again for what an earlier run has paid for, unless told to", () =>
    withServer({ answer: sayIt }, async ({ root, server }) => {
      expect((await run(root, ["--limit", "10"])).code).toBe(0);
      const again = await run(root, []);
      expect(again.code).toBe(0);
      expect(server.total()).toBe(2 * CASES);
      expect(again.out).toContain("20 paid for by earlier runs ($");
      const { totals } = saved<RunFile>(root, "run.json");
      expect(totals).toMatchObject({ planned: 60, completed: 60, cached: 20 });
      expect(totals?.cachedUsd).toBeCloseTo(10 * 3e-5, 9);
      expect(totals?.knownUsd).toBeCloseTo(20 * 3e-5, 9);
      expect((await run(root, ["--limit", "10", "--fresh"])).code).toBe(0);
      expect(server.total()).toBe(2 * CASES + 20);
    }));

  it("calls nobody for the resume of a finished run, and says where its report is", () =>
    withServer({ answer: sayIt }, async ({ root, server }) => {
      expect((await run(root, [])).code).toBe(0);
      const before = server.total();
      const ended = await run(root, ["--resume"]);
      expect(ended.code).toBe(0);
      expect(ended.out).toMatch(
        /^Run \S+ is finished: nothing was called\.\nReport: reports\/echo\/\S+\/report\.html\n$/,
      );
      expect(server.total()).toBe(before);
    }));

  it("saves the evidence of a finished run on --resume --save-evidence, and counts its look", () =>
    withServer({ answer: sayIt }, async ({ root, server }) => {
      // A rehearsal: no look, unless its evidence is saved.
      expect((await run(root, ["--limit", "20"])).code).toBe(0);
      const ledger = join(root, "reports/evidence/ledger.jsonl");
      expect(existsSync(ledger)).toBe(false);
      const before = server.total();
      const ended = await run(root, ["--limit", "20", "--resume", "--save-evidence"]);
      expect(ended).toMatchObject({
        code: 0,
        out: expect.stringMatching(/^Run \S+ is finished: nothing was called\.\n/),
        err: "Evidence: reports/evidence/echo.json. Commit it with the change of the table.\n",
      });
      expect(server.total()).toBe(before);
      const evidence = JSON.parse(readFileSync(join(root, "reports/evidence/echo.json"), "utf8"));
      expect(evidence.cases).toHaveLength(20);
      expect(readFileSync(ledger, "utf8").trim().split("\n")).toHaveLength(1);
      // What the gate reads is what a run with both flags at once would have saved.
      const after = PROJECT["routing.yaml"].replace("alpha", "beta");
      writeFileSync(join(root, "after.yaml"), after);
      const judged = await signalbox(root, ["gate", "--before", "routing.yaml", "--after", "after.yaml"]);
      expect(judged.out).toMatch(
        /^INCONCLUSIVE echo: alpha -> beta\n {2}The evidence does not carry the change \(20 pairs/,
      );
    }));

  it("asks before spending much, and needs --yes where nobody can answer", () =>
    withServer({ answer: sayIt }, async ({ root, server }) => {
      const dear = readFileSync(join(root, "models.yaml"), "utf8").replaceAll("output: 2", "output: 2000");
      writeFileSync(join(root, "models.yaml"), dear);
      const refused = await run(root, []);
      expect(refused.code).toBe(2);
      expect(refused.err).toContain("--yes");
      expect((await run(root, [], { ask: async () => "n" })).code).toBe(2);
      expect(server.total()).toBe(0);
      expect((await run(root, [], { ask: async () => "y" })).code).toBe(0);
      expect(server.total()).toBe(2 * CASES);
    }));
});

describe("the gate over live evidence", () => {
  const SWITCHED = PROJECT["routing.yaml"].replace("alpha", "beta");

  async function gate(root: string, ...argv: string[]) {
    writeFileSync(join(root, "after.yaml"), SWITCHED);
    return signalbox(root, ["gate", "--before", "routing.yaml", "--after", "after.yaml", ...argv]);
  }

  it("rejects without evidence and names the command that would settle it", () =>
    withServer({ answer: sayIt }, async ({ root }) => {
      const ended = await gate(root);
      expect(ended.code).toBe(1);
      expect(ended.out).toBe(
        'REJECT echo: alpha -> beta\n  The suite "echo" has no saved evidence.\n  To settle it: npm run eval echo -- --models alpha,beta --incumbent echo=alpha --routing after.yaml --save-evidence\n',
      );
    }));

  it("is inconclusive with too few cases and says how many more", () =>
    withServer({ answer: sayIt }, async ({ root }) => {
      await run(root, ["--save-evidence"]);
      const ended = await gate(root);
      expect(ended.code).toBe(4);
      expect(ended.out).toMatch(
        /INCONCLUSIVE echo: alpha -> beta\n {2}The evidence does not carry the change \(30 pairs of run \S+\): quality is not shown; about \d+ more cases would settle quality/,
      );
    }));

  it("rejects what is worse, passes nothing that only a decision.json edited by hand carries", () =>
    withServer(
      { answer: (question, model) => (model === "beta-1" ? "wrong" : sayIt(question, model, {})) },
      async ({ root }) => {
        await run(root, ["--save-evidence"]);
        const file = join(root, "reports/echo/latest/decision.json");
        writeFileSync(file, readFileSync(file, "utf8").replaceAll('"fails"', '"passes"'));
        const ended = await gate(root);
        expect(ended.code).toBe(1);
        expect(ended.out).toContain("beta fails on quality");
      },
    ));

  it("refuses stale evidence", () =>
    withServer({ answer: sayIt }, async ({ root }) => {
      await run(root, ["--save-evidence"]);
      const later = Date.now() + 40 * 86_400_000;
      const { systemClock } = await import("../src/cli/world.ts");
      writeFileSync(join(root, "after.yaml"), SWITCHED);
      const ended = await signalbox(root, ["gate", "--before", "routing.yaml", "--after", "after.yaml"], {
        clock: { ...systemClock, now: () => later },
      });
      expect(ended.code).toBe(1);
      expect(ended.out).toContain("days old, 31 days are allowed");
    }));

  it("asks a few cases again on --audit, and finds evidence that does not come out again", () => {
    let say: Answering["answer"] = sayIt;
    return withServer({ answer: (...asked) => say(...asked) }, async ({ root, server }) => {
      await run(root, ["--save-evidence"]);
      const audit = () =>
        signalbox(root, ["gate", "--before", "routing.yaml", "--after", "routing.yaml", "--audit", "5"], {
          env: { FIRST_API_KEY: KEY },
          fetch: globalThis.fetch,
        });
      const honest = await audit();
      expect(honest.code).toBe(0);
      expect(honest.out).toMatch(
        /PASS audit of echo\n {2}10 answers to 5 cases of run \S+ were asked for again; 0 came out otherwise\./,
      );
      expect(server.total()).toBe(2 * CASES + 10);
      say = () => "something else";
      const forged = await audit();
      expect(forged.code).toBe(1);
      expect(forged.out).toContain("10 came out otherwise");
      const keyless = await signalbox(root, [
        "gate",
        "--before",
        "routing.yaml",
        "--after",
        "routing.yaml",
        "--audit",
        "5",
      ]);
      expect(keyless).toMatchObject({
        code: 2,
        err: expect.stringContaining('--audit: The models of "echo" cannot be asked.'),
      });
    });
  });

  it("passes when nothing changed", () =>
    withServer({ answer: sayIt }, async ({ root }) => {
      const ended = await signalbox(root, ["gate", "--before", "routing.yaml", "--after", "routing.yaml"]);
      expect(ended).toMatchObject({ code: 0, out: "No route changed: nothing to judge.\n" });
    }));
});

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { systemClock } from "../src/cli/world.ts";
import { type Evidence, EvidenceSchema } from "../src/domain/evidence.ts";
import { CATALOG, type Ended, jsonl, makeProject, signalbox, suiteFile } from "./project.ts";
import { startChatServer } from "./server.ts";

const CASES = 60;
const DAY_MS = 86_400_000;
const TODAY = Date.parse("2026-11-22T12:00:00Z");
const GAMMA =
  "  - { id: gamma, provider: first, model: gamma-1, family: c, price: { input: 0.25, output: 0.5, source: made up, checkedAt: 2026-11-01 } }\n";
const TABLE = `version: 1
routes:
  one: { model: alpha, suite: echo, policy: { margin: 0.1 } }
  two: { model: alpha, suite: echo, policy: { margin: 0.1 } }
`;

interface Place {
  readonly root: string;
  /** Types a command at a time of day. */
  readonly type: (command: string, now?: number) => Promise<Ended>;
  readonly gate: (table: string, ...flags: string[]) => Promise<Ended>;
  readonly calls: () => number;
  readonly evidence: () => Evidence;
}

/** A project of two routes over one suite, with a server that answers everything rightly. */
async function inProject(files: Readonly<Record<string, string>>, use: (place: Place) => Promise<void>): Promise<void> {
  await using server = await startChatServer({ answer: (question) => question.replace("say ", "") });
  using project = makeProject({
    "evals/echo.ts": suiteFile("echo", 'scale: "binary", scorers: [{ name: "equals", rule: "equals" }]'),
    "datasets/echo.jsonl": jsonl(
      Array.from({ length: CASES }, (_, at) => ({ id: `c-${at}`, input: `say ${at}`, target: String(at) })),
    ),
    "models.yaml": (CATALOG + GAMMA).replace("http://127.0.0.1:9/v1", server.url),
    "routing.yaml": TABLE,
    ...files,
  });
  const { root } = project;
  const signal = (argv: string[], now = TODAY) =>
    signalbox(root, argv, {
      env: { FIRST_API_KEY: "sk-test" },
      fetch: globalThis.fetch,
      clock: { ...systemClock, now: () => now },
    });
  await use({
    root,
    type: (command, now) =>
      signal([...command.replace("npm run ", "").replace(" -- ", " ").split(" "), "--quiet"], now),
    gate: (table, ...flags) => {
      writeFileSync(join(root, "after.yaml"), table);
      return signal(["gate", "--before", "routing.yaml", "--after", "after.yaml", ...flags]);
    },
    calls: server.total,
    evidence: () => EvidenceSchema.parse(JSON.parse(readFileSync(join(root, "reports/evidence/echo.json"), "utf8"))),
  });
}

/** The commands that the gate printed, each once. */
const commandsOf = ({ out }: Ended) => [
  ...new Set([...out.matchAll(/To settle it: (.+)/g)].map((hit) => hit[1] ?? "")),
];
const switched = (route: string, model: string, table = TABLE) =>
  table.replace(`${route}: { model: alpha`, `${route}: { model: ${model}`);

describe("the command that the gate prints", () => {
  it("makes stale evidence anew, which its answers from the cache do not", () =>
    inProject({}, async ({ type, gate, calls, evidence }) => {
      const make = "npm run eval echo -- --models alpha,beta --save-evidence";
      await type(make, TODAY - 60 * DAY_MS);
      expect((await gate(switched("one", "beta"))).out).toContain("The evidence is 60 days old, 31 days are allowed.");
      await type(make);
      expect(calls()).toBe(2 * CASES);
      expect(evidence().oldestAnswerAt).toBe("2026-09-23T12:00:00.000Z");
      const reused = await gate(switched("one", "beta"));
      expect(reused.out).toContain(
        "The evidence is 60 days old (it reuses answers of 2026-09-23), 31 days are allowed.",
      );
      expect(reused.code).toBe(1);
      const [command = ""] = commandsOf(reused);
      expect(command).toMatch(/--save-evidence --fresh$/);
      await type(command);
      expect(calls()).toBe(4 * CASES);
      expect(evidence().oldestAnswerAt).toBe("2026-11-22T12:00:00.000Z");
      expect((await gate(switched("one", "beta"))).out).not.toContain("days old");
    }));

  it("asks afresh where the two models were timed in different runs", () =>
    inProject(
      { "routing.yaml": TABLE.replaceAll("margin: 0.1", "margin: 0.1, p95LatencyMs: 60000") },
      async (place) => {
        const { type, gate, root } = place;
        const table = readFileSync(join(root, "routing.yaml"), "utf8");
        await type("npm run eval echo -- --models alpha,gamma");
        await type("npm run eval echo -- --models alpha,beta --save-evidence", TODAY + 60_000);
        const untimed = await gate(switched("one", "beta", table));
        expect(untimed.out).toContain(
          "latency is unknown (60 of 60 answers were not timed together with the incumbent's)",
        );
        const [command = ""] = commandsOf(untimed);
        expect(command).toMatch(/--fresh$/);
        await type(command, TODAY + 120_000);
        expect((await gate(switched("one", "beta", table))).out).not.toContain("unknown");
      },
    ));

  it("is one for all changed routes of a suite, and settles them all", () =>
    inProject({}, async ({ type, gate }) => {
      const table = switched("two", "gamma", switched("one", "beta"));
      const before = await gate(table);
      expect(before.code).toBe(1);
      expect(commandsOf(before)).toEqual([
        "npm run eval echo -- --models alpha,beta,gamma --incumbent one=alpha,two=alpha --routing after.yaml --save-evidence",
      ]);
      await type(commandsOf(before)[0] ?? "");
      expect(await gate(table)).toMatchObject({ code: 0, out: expect.stringMatching(/PASS one[\s\S]*PASS two/) });
    }));

  it("asks again for what passes by the evidence that it replaces", () =>
    inProject({}, async ({ type, gate }) => {
      await type("npm run eval echo -- --models alpha,beta --save-evidence");
      const half = await gate(switched("two", "gamma", switched("one", "beta")));
      expect(half.out).toMatch(/PASS one/);
      expect(commandsOf(half)[0]).toContain("--models alpha,beta,gamma --incumbent one=alpha,two=alpha");
    }));

  it("runs where the incumbent is gone, and settles whether the other is good enough", () =>
    inProject({}, async ({ root, type, gate }) => {
      const models = readFileSync(join(root, "models.yaml"), "utf8");
      writeFileSync(join(root, "models.yaml"), models.replace(/ {2}- { id: alpha.*\n/, ""));
      const table = TABLE.replaceAll("alpha", "beta");
      const before = await gate(table);
      expect(commandsOf(before)).toEqual(["npm run eval echo -- --routing after.yaml --save-evidence"]);
      expect(await type(commandsOf(before)[0] ?? "")).toMatchObject({ code: 0 });
      expect(await gate(table)).toMatchObject({
        code: 0,
        out: expect.stringMatching(
          /PASS one: alpha -> beta\n {2}alpha is no longer in the catalogue: what is asked is whether beta is good enough\. beta holds quality/,
        ),
      });
    }));

  it("leaves out a model that has retired, as a run of all models does", () =>
    inProject({}, async ({ root, type, gate, evidence }) => {
      const models = readFileSync(join(root, "models.yaml"), "utf8");
      writeFileSync(join(root, "models.yaml"), models.replace("id: alpha,", "id: alpha, retiresOn: 2026-11-01,"));
      const table = TABLE.replaceAll("alpha", "beta");
      await type(commandsOf(await gate(table))[0] ?? "");
      expect(evidence().models.map(({ id }) => id)).toEqual(["beta", "gamma"]);
      expect((await gate(table)).out).toContain("alpha is retired: what is asked is whether beta is good enough.");
    }));

  it("is told where the catalogue and the reports are", () =>
    inProject({}, async ({ root, gate }) => {
      writeFileSync(join(root, "my models.yaml"), readFileSync(join(root, "models.yaml")));
      const ended = await gate(switched("one", "beta"), "--catalog", "my models.yaml", "--out", "kept");
      expect(commandsOf(ended)[0]).toContain(
        "--catalog 'my models.yaml' --routing after.yaml --out kept --save-evidence",
      );
    }));
});

describe("evidence that takes the place of another", () => {
  it("says which models are no longer in it", () =>
    inProject({}, async ({ type }) => {
      await type("npm run eval echo -- --models alpha,beta --save-evidence");
      const ended = await type("npm run eval echo -- --models alpha,gamma --save-evidence", TODAY + 60_000);
      expect(ended.err).toMatch(
        /It no longer holds beta, which run 20261122-120000-\w+ compared: to keep them, run again with --models alpha,gamma,beta\./,
      );
      expect((await type("npm run eval echo -- --save-evidence", TODAY + 120_000)).err).not.toContain("no longer");
    }));
});

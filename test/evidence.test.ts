import { execFileSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { copyFileSync, cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { evidenceOf, type ModelFacts, renderEvidence, runOf } from "../src/compare/evidence.ts";
import { withTrials } from "../src/compare/run.fixtures.ts";
import { type Evidence, EvidenceSchema } from "../src/domain/evidence.ts";
import { changed } from "../src/domain/trial-table.ts";
import { CATALOG, jsonl, makeProject, signalbox, suiteFile } from "./project.ts";
import { startChatServer } from "./server.ts";

const CASES = 90;
const SUITE = 'scale: "binary", scorers: [{ name: "equals", rule: "equals" }]';
const TABLE = `version: 1
routes:
  echo: { model: alpha, suite: echo }
  other: { model: alpha, suite: other }
`;
const cases = (suite: string) =>
  Array.from({ length: CASES }, (_, at) => ({ id: `${suite}-${at}`, input: `say ${at}`, target: String(at) }));
const answers = (suite: string, count = CASES) =>
  jsonl(
    ["alpha", "beta"].flatMap((model) =>
      cases(suite)
        .slice(0, count)
        .map(({ id, target }) => ({
          model,
          case: id,
          output: target,
          costUsd: model === "alpha" ? 0.002 : 0.001,
          latencyMs: 5,
        })),
    ),
  );
const FILES = {
  "models.yaml": CATALOG,
  "routing.yaml": TABLE,
  "after.yaml": TABLE.replaceAll("alpha", "beta"),
  "evals/echo.ts": suiteFile("echo", SUITE),
  "evals/other.ts": suiteFile("other", SUITE),
  "datasets/echo.jsonl": jsonl(cases("echo")),
  "datasets/other.jsonl": jsonl(cases("other")),
  "echo.jsonl": answers("echo"),
  "few.jsonl": answers("echo", 30),
  "other.jsonl": answers("other"),
};

const evidence = (root: string, suite = "echo") => join(root, `reports/evidence/${suite}.json`);
const change = (file: string, from: string | RegExp, to: string) => {
  const text = readFileSync(file, "utf8");
  expect(text).toMatch(from);
  writeFileSync(file, text.replace(from, to));
};

const made = new Map<string, Promise<string>>();
afterAll(async () => {
  for (const root of made.values()) rmSync(await root, { recursive: true });
});

/** A project with evidence of both suites: run once for each environment, and copied. */
async function saved(env: Record<string, string> = {}) {
  const key = JSON.stringify(env);
  const once = made.get(key) ?? makeEvidence(env);
  made.set(key, once);
  const project = makeProject({});
  cpSync(await once, project.root, { recursive: true });
  return project;
}

async function makeEvidence(env: Record<string, string>): Promise<string> {
  if (env.LIVE === "true") return askForEvidence(env);
  const { root } = makeProject(FILES);
  for (const suite of ["echo", "other"]) {
    const argv = ["eval", suite, "--replay", `${suite}.jsonl`, "--quiet", "--save-evidence"];
    expect(await signalbox(root, argv, { env })).toMatchObject({ code: 0 });
    rmSync(join(root, "reports", suite), { recursive: true });
  }
  return root;
}

async function askForEvidence(env: Record<string, string>): Promise<string> {
  await using server = await startChatServer({ answer: (question) => question.replace("say ", "") });
  const catalog = CATALOG.replace("http://127.0.0.1:9/v1", server.url);
  const { root } = makeProject({ ...FILES, "models.yaml": catalog });
  const world = { env: { ...env, FIRST_API_KEY: "sk-test" }, fetch: globalThis.fetch };
  expect(await signalbox(root, ["eval", "echo", "--quiet", "--save-evidence"], world)).toMatchObject({ code: 0 });
  return root;
}

const gate = (root: string, ...argv: string[]) =>
  signalbox(root, ["gate", "--before", "routing.yaml", "--after", "after.yaml", ...argv]);

/** What the gate says of one route. */
async function said(root: string, route = "echo"): Promise<string> {
  const { out } = await gate(root);
  const lines = out.split("\n");
  const at = lines.findIndex((line) => line.includes(` ${route}:`));
  return `${lines[at]?.split(" ")[0]} ${lines[at + 1]?.trim()}`;
}

describe("evidence that does not match is refused with the reason", () => {
  it.each<[string, (root: string) => void, RegExp]>([
    ["sound evidence passes", () => {}, /^PASS beta meets every condition/],
    [
      "a number edited by hand",
      (root) => change(evidence(root), /\[\[1,0\.001,5,null\]\]/, "[[1,0.0001,5,null]]"),
      /^REJECT The evidence of run \S+ does not hold together\. The numbers of case "echo-\d+" are not those that were saved\./,
    ],
    [
      "a file that was cut off",
      (root) => writeFileSync(evidence(root), readFileSync(evidence(root), "utf8").slice(0, 4_000)),
      /^REJECT The evidence of "echo" cannot be read: it is no whole JSON file\./,
    ],
    [
      "evidence of another suite",
      (root) => copyFileSync(evidence(root, "other"), evidence(root)),
      /^REJECT The evidence under "echo" is that of another suite, "other"\./,
    ],
    [
      "a dataset edited after the run",
      (root) => change(join(root, "datasets/echo.jsonl"), 'say 7"', 'say seven"'),
      /^REJECT The dataset of "echo" has changed since run /,
    ],
    [
      "a ledger that was not committed",
      (root) => rmSync(join(root, "reports/evidence/ledger.jsonl")),
      /^REJECT The ledger of looks \(reports\/evidence\/ledger\.jsonl\) does not hold that of run /,
    ],
    [
      "a ledger that is broken",
      (root) => change(join(root, "reports/evidence/ledger.jsonl"), /^\{/, "["),
      /^REJECT The ledger of looks cannot be trusted\./,
    ],
    [
      "cases put into another order, with every hash made anew",
      (root) => writeFileSync(evidence(root), forged(JSON.parse(readFileSync(evidence(root), "utf8")))),
      /^REJECT The cases of run \S+ are not those of the dataset: "echo-\d+" does not stand where it was drawn\./,
    ],
  ])("%s", async (_about, spoil, sentence) => {
    using project = await saved();
    spoil(project.root);
    expect(await said(project.root)).toMatch(sentence);
    // One file that cannot be used does not speak for the others.
    if (!sentence.source.includes("ledger")) expect(await said(project.root, "other")).toMatch(/^PASS/);
  });

  it("prompts that changed since, named as such", async () => {
    const project = await saved();
    using _gone = project;
    // Another file, for a module is loaded once.
    const { root } = project;
    const text = readFileSync(evidence(root), "utf8");
    const made: Evidence = EvidenceSchema.parse(JSON.parse(text));
    const run = runOf(made);
    const facts: ModelFacts = new Map(made.models.map(({ id, ...rest }) => [id, rest]));
    const hashes = { ...made.hashes, prompts: "0".repeat(64) };
    writeFileSync(evidence(root), renderEvidence(evidenceOf(run, { models: facts, hashes })));
    expect(await said(root)).toMatch(/^REJECT The prompts of "echo" changed since run /);
  });
});

/** The same numbers in the reverse order, with a chain that holds. */
function forged(value: unknown): string {
  const made = EvidenceSchema.parse(value);
  const run = runOf(made);
  const last = run.cases.length - 1;
  const trials = [...run.trials].map((trial) => changed(trial, { caseIndex: last - trial.caseIndex }));
  const reversed = withTrials({ manifest: run.manifest, cases: [...run.cases].toReversed() }, trials);
  const facts: ModelFacts = new Map(made.models.map(({ id, ...rest }) => [id, rest]));
  return renderEvidence(evidenceOf(reversed, { models: facts, hashes: made.hashes }));
}

describe("code that a suite scores by", () => {
  const helped = (id: string) =>
    `import { same } from "./lib/same.ts";\n// Says nothing.\nconst near = (a, b) => same(a, b);\n${suiteFile(
      id,
      'scale: "binary", scorers: [{ name: "own", rule: ({ completion, case: item }) => near(completion.text, item.target) }]',
    )}`;
  const inProject = async (use: (root: string) => Promise<void>) => {
    using project = makeProject({
      ...FILES,
      "evals/echo.ts": helped("echo"),
      "evals/lib/same.ts": "export const same = (a, b) => Number(a === b);\n",
    });
    const argv = ["eval", "echo", "--replay", "echo.jsonl", "--quiet", "--save-evidence"];
    expect(await signalbox(project.root, argv)).toMatchObject({ code: 0 });
    await use(project.root);
  };

  it("is refused by name once a file of it has changed", () =>
    inProject(async (root) => {
      expect(await said(root)).toMatch(/^PASS/);
      change(join(root, "evals/lib/same.ts"), "a === b", "a !== b");
      expect(await said(root)).toMatch(
        /^REJECT evals\/lib\/same\.ts, which holds code that "echo" scores by, changed since run /,
      );
    }));

  it("is refused where a helper beside a function has, and not where a comment has", () =>
    inProject(async (root) => {
      change(join(root, "evals/echo.ts"), "// Says nothing.", "/**\n * Says\n * more.\n */");
      expect(await said(root)).toMatch(/^PASS/);
      change(join(root, "evals/echo.ts"), "same(a, b)", "same(b, b)");
      expect(await said(root)).toMatch(/^REJECT evals\/echo\.ts, which holds code/);
    }));

  it("is no part of a suite that states values alone: a word beside them stales nothing", async () => {
    using project = await saved();
    change(join(project.root, "evals/echo.ts"), 'title: "T"', 'title: "Another"');
    expect(await said(project.root)).toMatch(/^PASS/);
    expect(EvidenceSchema.parse(JSON.parse(readFileSync(evidence(project.root), "utf8"))).hashes.code).toEqual({});
  });
});

describe("saving evidence", () => {
  it("keeps no text, and says where it is", async () => {
    using project = await saved();
    const text = readFileSync(evidence(project.root), "utf8");
    expect(text).not.toContain("say 7");
    expect(EvidenceSchema.parse(JSON.parse(text)).attestation).toBeNull();
  });

  it("lets a smaller run not take the place of a larger one", async () => {
    using project = await saved();
    const before = readFileSync(evidence(project.root), "utf8");
    const smoke = await signalbox(project.root, [
      "eval",
      "echo",
      "--replay",
      "few.jsonl",
      "--quiet",
      "--save-evidence",
    ]);
    expect(smoke.err).toMatch(
      /reports\/evidence\/echo\.json stays as it is: it holds 90 cases of run \S+, this run 30\./,
    );
    expect(readFileSync(evidence(project.root), "utf8")).toBe(before);
  });

  it("leaves the ledger alone in a rehearsal with --limit", async () => {
    using project = makeProject(FILES);
    await signalbox(project.root, ["eval", "echo", "--replay", "echo.jsonl", "--quiet", "--limit", "20"]);
    expect(() => readFileSync(join(project.root, "reports/evidence/ledger.jsonl"))).toThrow();
  });
});

describe("evidence of a CI run", () => {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const spki = publicKey.export({ format: "der", type: "spki" }).toString("base64");
  const pem = privateKey.export({ format: "pem", type: "pkcs8" }).toString();
  const CI = {
    GITHUB_ACTIONS: "true",
    GITHUB_REPOSITORY: "o/r",
    GITHUB_RUN_ID: "9",
    GITHUB_SHA: "abc",
    SIGNALBOX_EVIDENCE_KEY: pem,
  };
  const strict = (root: string, key: string) => {
    for (const file of ["routing.yaml", "after.yaml"])
      change(
        join(root, file),
        "version: 1",
        `version: 1\nevidenceKey: ${key}\nprofiles: { ci: { requireCiRun: true } }`,
      );
    for (const file of ["routing.yaml", "after.yaml"])
      change(join(root, file), /suite: echo/, "suite: echo, profile: ci");
  };

  it("passes with the signature of the table's key, and with no other", async () => {
    using project = await saved({ ...CI, LIVE: "true" });
    strict(project.root, spki);
    expect(await said(project.root)).toMatch(/^PASS/);
    expect(JSON.parse(readFileSync(evidence(project.root), "utf8")).attestation).toMatchObject({
      service: "github",
      repository: "o/r",
      commit: "abc",
    });
    change(evidence(project.root), '"repository": "o/r"', '"repository": "o/x"');
    expect(await said(project.root)).toMatch(
      /^REJECT The policy asks for evidence of a CI run: its signature is not that of/,
    );
  });

  it("is none where the answers are recorded ones, for a signature does not say who wrote these", async () => {
    using project = await saved(CI);
    strict(project.root, spki);
    expect(await said(project.root)).toMatch(
      /^REJECT The policy asks for evidence of a CI run: the answers of run \S+ are recorded ones, which a signature does not vouch for\./,
    );
  });

  it("is missing where nobody signed, and the key is read from the table before the change", async () => {
    using project = await saved({ LIVE: "true" });
    strict(project.root, spki);
    expect(await said(project.root)).toMatch(
      /^REJECT The policy asks for evidence of a CI run: this evidence is not signed\./,
    );
    const own = generateKeyPairSync("ed25519").publicKey.export({ format: "der", type: "spki" }).toString("base64");
    using signed = await saved({ ...CI, LIVE: "true" });
    strict(signed.root, own);
    change(join(signed.root, "after.yaml"), own, spki);
    expect(await said(signed.root)).toMatch(/its signature is not that of the table's evidenceKey/);
  });

  it("says so where the secret is no key", async () => {
    using project = makeProject(FILES);
    const argv = ["eval", "echo", "--replay", "echo.jsonl", "--quiet", "--save-evidence"];
    const ended = await signalbox(project.root, argv, { env: { ...CI, SIGNALBOX_EVIDENCE_KEY: "nonsense" } });
    expect(ended).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^SIGNALBOX_EVIDENCE_KEY: It is no Ed25519 private key\./),
    });
  });
});

describe("a suite that moved together with its route", () => {
  const inGit = async (use: (root: string) => Promise<void>) => {
    using project = await saved();
    const git = (...argv: string[]) =>
      execFileSync("git", ["-c", "user.name=d", "-c", "user.email=d@e", ...argv], {
        cwd: project.root,
        stdio: "ignore",
      });
    git("init", "-q", "-b", "main");
    git("add", "-A");
    git("commit", "-qm", "before");
    writeFileSync(join(project.root, "evals/echo.ts"), `${FILES["evals/echo.ts"]}// a word\n`);
    await use(project.root);
  };
  const sentence = /evals\/echo\.ts has changed since main as well\. Land that on its own/;

  it("is refused against a commit", () =>
    inGit(async (root) => {
      writeFileSync(join(root, "routing.yaml"), TABLE.replace("echo: { model: alpha", "echo: { model: beta"));
      expect(await signalbox(root, ["gate"])).toMatchObject({ code: 1, out: expect.stringMatching(sentence) });
    }));

  it("is refused with two files, too, where git knows better", () =>
    inGit(async (root) => {
      expect(await said(root)).toMatch(sentence);
    }));
});

describe("recommend --write", () => {
  it("leaves a route alone where an exception names the model, says so, and the gate agrees", async () => {
    const table = TABLE.replace("echo: { model: alpha", "echo: { model: beta");
    const override = "overrides:\n  echo: { model: beta, from: alpha, reason: outage, by: dana, until: 2026-12-20 }\n";
    const [, , gamma = ""] = CATALOG.split(/(?= {2}- \{ id: )/);
    const cheaper = jsonl(
      cases("echo").map(({ id, target }) => ({
        model: "gamma",
        case: id,
        output: target,
        costUsd: 1e-4,
        latencyMs: 5,
      })),
    );
    using project = makeProject({
      ...FILES,
      "models.yaml": CATALOG + gamma.replaceAll("beta", "gamma"),
      "routing.yaml": table + override,
      "echo.jsonl": answers("echo") + cheaper,
    });
    const { root } = project;
    for (const suite of ["echo", "other"]) {
      const argv = ["eval", suite, "--replay", `${suite}.jsonl`, "--quiet", "--save-evidence"];
      expect((await signalbox(root, argv)).code).toBe(0);
    }
    const git = (...argv: string[]) =>
      execFileSync("git", ["-c", "user.name=d", "-c", "user.email=d@e", ...argv], { cwd: root, stdio: "ignore" });
    git("init", "-q", "-b", "main");
    git("add", "-A");
    git("commit", "-qm", "before");
    const ended = await signalbox(root, ["recommend", "--write"]);
    expect(ended.out).toContain("OVER-PROVISIONED echo: beta -> gamma");
    expect(ended).toMatchObject({
      code: 0,
      err: "echo is left alone: its exception for beta stands (dana, until 2026-12-20). Take that out first.\nrouting.yaml: line 4 changed.\n",
    });
    expect(readFileSync(join(root, "routing.yaml"), "utf8")).toBe(
      table.replace("other: { model: alpha", "other: { model: beta") + override,
    );
    expect((await signalbox(root, ["gate"])).code).toBe(0);
  });
});

describe("models that stand in another file", () => {
  const SOURCED = `version: 1
source: { file: proxy.yaml, format: litellm }
routes:
  echo: { suite: echo }
`;
  const PROXY = `model_list:
  - { model_name: big, litellm_params: { model: first/alpha-1 } }
  - { model_name: small, litellm_params: { model: first/beta-1 } }
router_settings:
  model_group_alias:
    echo: big
`;

  it("are judged by two versions of that file, on its own line", async () => {
    using project = await saved();
    const { root } = project;
    writeFileSync(join(root, "routing.yaml"), SOURCED);
    writeFileSync(join(root, "proxy.yaml"), PROXY);
    writeFileSync(join(root, "new-proxy.yaml"), PROXY.replace("echo: big", "echo: small"));
    const argv = ["gate", "--before", "proxy.yaml", "--after", "new-proxy.yaml", "--json"];
    const { code, out } = await signalbox(root, argv);
    expect(code).toBe(0);
    expect(JSON.parse(out).findings).toMatchObject([
      { route: "echo", outcome: "pass", from: "alpha", to: "beta", line: 6 },
    ]);
  });

  it("say where a task is missing or not clear", async () => {
    using project = await saved();
    const { root } = project;
    writeFileSync(join(root, "routing.yaml"), SOURCED);
    writeFileSync(join(root, "proxy.yaml"), PROXY.replace("echo: big", "else: big"));
    expect((await signalbox(root, ["recommend"])).err).toBe(
      'routing.yaml:4: proxy.yaml routes no task "echo". Add it there, map it in source.tasks, or give the route a model here.\n',
    );
    writeFileSync(join(root, "proxy.yaml"), PROXY.replace("model_name: small", "model_name: big"));
    expect((await signalbox(root, ["recommend"])).err).toMatch(
      /^proxy\.yaml:6: Route "echo" is not clear: its calls are shared out among first\/alpha-1, first\/beta-1\./,
    );
  });
});

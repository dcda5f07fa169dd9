import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { CATALOG, type Ended, jsonl, makeProject, signalbox, suiteFile } from "./project.ts";

const CASES = 90;
const cases = Array.from({ length: CASES }, (_, at) => ({ id: `echo-${at}`, input: `say ${at}`, target: String(at) }));
// alpha costs twice as much as beta.
const answers = ["alpha", "beta"].flatMap((model) =>
  cases.map(({ id, target }) => ({
    ...{ model, case: id, output: target, latencyMs: 5 },
    costUsd: model === "alpha" ? 0.002 : 0.001,
  })),
);
const SUITE = 'scale: "binary", scorers: [{ name: "equals", rule: "equals" }]';
const FILES = {
  "models.yaml": CATALOG,
  "routing.yaml": "version: 1\nroutes:\n  echo: { model: alpha, suite: echo }\n",
  "evals/echo.ts": suiteFile("echo", SUITE),
  "datasets/echo.jsonl": jsonl(cases),
  "echo.jsonl": jsonl(answers),
};

interface Place {
  readonly root: string;
  readonly gate: (...flags: string[]) => Promise<Ended>;
  readonly edit: (file: string, from: string | RegExp, to: string) => void;
  readonly put: (file: string, text: string) => void;
}

/**
 * A repository whose main branch has these files, with evidence; edits are made after that. A suite is loaded once a process:
 * one that is to be edited must not have run.
 */
async function inGit(
  files: Readonly<Record<string, string>>,
  use: (place: Place) => Promise<void>,
  { evidence = true }: { readonly evidence?: boolean } = {},
): Promise<void> {
  using project = makeProject({ ...FILES, ...files });
  const { root } = project;
  if (evidence) {
    const replay = ["eval", "echo", "--replay", "echo.jsonl", "--quiet", "--save-evidence"];
    expect(await signalbox(root, replay)).toMatchObject({ code: 0 });
    rmSync(join(root, "reports/echo"), { recursive: true });
  }
  const git = (...argv: string[]) =>
    execFileSync("git", ["-c", "user.name=d", "-c", "user.email=d@e", ...argv], { cwd: root, stdio: "ignore" });
  git("init", "-q", "-b", "main");
  git("add", "-A");
  git("commit", "-qm", "before");
  const put = (file: string, text: string) => {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  };
  await use({
    root,
    gate: (...flags) => signalbox(root, ["gate", ...flags]),
    put,
    edit: (file, from, to) => {
      const text = readFileSync(join(root, file), "utf8");
      expect(text).toMatch(from);
      put(file, text.replace(from, to));
    },
  });
}

describe("an edit of the catalogue in the same change", () => {
  const retiring = (id: string, date: string) => CATALOG.replace(`id: ${id},`, `id: ${id}, retiresOn: ${date},`);
  const DEARER = { "routing.yaml": FILES["routing.yaml"].replace("alpha", "beta") };

  it("cannot put off the retirement of its target", () =>
    inGit({ "models.yaml": retiring("beta", "2026-12-01") }, async ({ gate, edit }) => {
      edit("routing.yaml", "alpha", "beta");
      for (const [from, to] of [
        ["2026-12-01", "2036-12-01"],
        [/retiresOn: 2036-12-01,/, ""],
      ] as const) {
        edit("models.yaml", from, to);
        expect(await gate()).toMatchObject({ code: 1, out: expect.stringContaining("beta retires on 2026-12-01") });
      }
    }));

  it("can bring it forward", () =>
    inGit({}, async ({ gate, edit }) => {
      edit("routing.yaml", "alpha", "beta");
      expect((await gate()).code).toBe(0);
      edit("models.yaml", "id: beta,", "id: beta, retiresOn: 2026-12-01,");
      expect(await gate()).toMatchObject({ code: 1, out: expect.stringContaining("beta retires on 2026-12-01") });
    }));

  it("cannot take its incumbent out of service, so that no saving is asked", () =>
    inGit(DEARER, async ({ gate, edit }) => {
      edit("routing.yaml", "beta", "alpha");
      expect((await gate()).out).toContain("REJECT echo: beta -> alpha\n  alpha fails on cost");
      edit("models.yaml", "id: beta,", "id: beta, retiresOn: 2026-11-01,");
      const retired = await gate();
      expect(retired.out).toContain("REJECT echo: beta -> alpha\n  alpha fails on cost");
      expect(retired.out).toContain("Note: beta is retired by this change's edit of the catalogue");
      edit("models.yaml", / {2}- { id: beta.*\n/, "");
      const removed = await gate();
      expect(removed.out).toContain("REJECT echo: beta -> alpha\n  alpha fails on cost");
      expect(removed.out).toContain("Note: beta is taken out of the catalogue by this change");
    }));

  it("turns the question once the older catalogue says the same", () =>
    inGit({ ...DEARER, "models.yaml": retiring("beta", "2026-11-01") }, async ({ gate, edit }) => {
      edit("routing.yaml", "beta", "alpha");
      expect(await gate()).toMatchObject({
        code: 0,
        out: expect.stringContaining("beta is retired: what is asked is whether alpha is good enough."),
      });
      edit("models.yaml", / {2}- { id: beta.*\n/, "");
      expect((await gate()).out).toContain("beta is no longer in the catalogue: what is asked");
    }));

  it("is nothing to judge by itself", () =>
    inGit({}, async ({ gate, edit }) => {
      edit("models.yaml", "id: beta,", "id: beta, retiresOn: 2026-11-01,");
      expect(await gate()).toMatchObject({ code: 0, out: "No route changed: nothing to judge.\n" });
    }));
});

describe("a suite that changed by itself", () => {
  const loose = suiteFile("echo", `${SUITE}, policy: { margin: 0.3 }`);
  const strict = suiteFile("echo", `${SUITE}, policy: { margin: 0.01 }`);
  const sentence = "INCONCLUSIVE echo, policy\n  The policy is loosened (margin 0.05 -> 0.3). The model stays the same";

  const alone = { evidence: false };

  it("has to sign off a looser policy of its own, as the table has", () =>
    inGit(
      {},
      async ({ root, gate, put }) => {
        put("evals/echo.ts", loose);
        expect(await gate()).toMatchObject({ code: 4, out: expect.stringContaining(sentence) });
        expect(readdirSync(join(root, ".signalbox"))).toEqual([]);
        const exception =
          "echo: { policy: { margin: 0.3 }, was: { margin: 0.05 }, reason: agreed, by: d@e, until: 2026-12-20 }";
        put("routing.yaml", `${FILES["routing.yaml"]}overrides:\n  ${exception}\n`);
        expect(await gate()).toMatchObject({ code: 0, out: expect.stringContaining("Agreed to by d@e") });
      },
      alone,
    ));

  it("has to do so for what it imports, and for every route that rests on it", () =>
    inGit(
      {
        "evals/echo.ts": `import { policy } from "./lib/policy.ts";\n${suiteFile("echo", `${SUITE}, policy`)}`,
        "evals/lib/policy.ts": 'import { margin } from "./margin.ts";\nexport const policy = { margin };\n',
        "evals/lib/margin.ts": "export const margin = 0.05;\n",
        "routing.yaml": `${FILES["routing.yaml"]}  other: { model: beta, suite: echo }\n`,
      },
      async ({ gate, put }) => {
        put("evals/lib/margin.ts", "export const margin = 0.3;\n");
        const { code, out } = await gate();
        expect(code).toBe(4);
        expect(out).toContain(sentence);
        expect(out).toContain(sentence.replace("echo", "other"));
      },
      alone,
    ));

  it("is nothing to judge where it is stricter", () =>
    inGit(
      {},
      async ({ gate, put }) => {
        put("evals/echo.ts", strict);
        expect(await gate()).toMatchObject({ code: 0, out: "No route changed: nothing to judge.\n" });
      },
      alone,
    ));

  it("is inconclusive where it cannot be loaded as it was", () =>
    inGit(
      {
        "evals/echo.ts": `import "../lib/gone.ts";\n${FILES["evals/echo.ts"]}`,
        "lib/gone.ts": "export {};\n",
      },
      async ({ root, gate, put }) => {
        rmSync(join(root, "lib/gone.ts"));
        put("evals/echo.ts", FILES["evals/echo.ts"]);
        expect(await gate()).toMatchObject({
          code: 4,
          out: expect.stringMatching(
            /INCONCLUSIVE evals\/echo\.ts, policy\n {2}The file has changed since main, and its suite cannot be loaded as it was, .+gone\.ts/,
          ),
        });
      },
      alone,
    ));
});

describe("the key that evidence is signed for", () => {
  const keyed = (key: string) => `evidenceKey: ${key}\n${FILES["routing.yaml"]}`;

  it("is left to a person where it is stated anew or changed, and not where it is taken out", () =>
    inGit({ "routing.yaml": keyed("abc") }, async ({ gate, put }) => {
      put("routing.yaml", keyed("xyz"));
      expect(await gate()).toMatchObject({
        code: 4,
        out: expect.stringContaining("INCONCLUSIVE evidenceKey, policy\n  The table states another key"),
      });
      put("routing.yaml", FILES["routing.yaml"]);
      expect((await gate()).code).toBe(0);
    }));
});

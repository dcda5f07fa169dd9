import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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

/** A repository whose main branch has these files, with evidence; edits are made after that. */
async function inGit(files: Readonly<Record<string, string>>, use: (place: Place) => Promise<void>): Promise<void> {
  using project = makeProject({ ...FILES, ...files });
  const { root } = project;
  const replay = ["eval", "echo", "--replay", "echo.jsonl", "--quiet", "--save-evidence"];
  expect(await signalbox(root, replay)).toMatchObject({ code: 0 });
  rmSync(join(root, "reports/echo"), { recursive: true });
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

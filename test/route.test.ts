import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import type * as Published from "signalbox/route";
import { describe, expect, it } from "vitest";
import { buildRoute, PUBLISHED } from "../bench/route.ts";
import * as own from "../src/routing/model-for.ts";
import { CATALOG, makeProject, ROOT, signalbox, TEST_CLOCK } from "./project.ts";

const { modelFor } = own;
const FILES = {
  "models.yaml": CATALOG,
  "routing.yaml": `version: 1
routes:
  code_generation: { model: alpha, suite: code, tier: specialist, fallbacks: [beta], params: { maxTokens: 900 } }
  triage: { model: beta, suite: labels }
overrides:
  triage: { model: beta, from: alpha, reason: outage, by: dana, until: 2026-12-01 }
`,
};
const SOURCED = {
  "models.yaml": CATALOG,
  "routing.yaml": `version: 1
source: { file: agents.json, format: locator, locator: "/agents/{task}/model" }
routes: { code_generation: { suite: code }, triage: { suite: labels } }
`,
  "agents.json": '{"agents": {"code_generation": {"model": "first/beta-1"}, "triage": {"model": "else"}}}',
};

describe("npm run route", () => {
  it("prints one model alone, for a shell, and says on stderr where it serves by exception", async () => {
    using project = makeProject(FILES);
    expect(await signalbox(project.root, ["route", "code_generation"])).toEqual({ code: 0, out: "alpha\n", err: "" });
    expect(await signalbox(project.root, ["route", "triage"])).toEqual({
      code: 0,
      out: "beta\n",
      err: "triage is served by exception until 2026-12-01 (dana: outage).\n",
    });
    expect((await signalbox(project.root, ["route"])).out).toBe("code_generation  alpha\ntriage  beta\n");
  });

  it("prints everything as JSON, and the tasks as a declaration", async () => {
    using project = makeProject(FILES);
    const { out } = await signalbox(project.root, ["route", "code_generation", "--json"]);
    expect(JSON.parse(out)).toEqual({
      task: "code_generation",
      model: "alpha",
      served: { provider: "first", model: "alpha-1", params: {} },
      fallbacks: ["beta"],
      params: { maxTokens: 900 },
      tier: "specialist",
    });
    expect((await signalbox(project.root, ["route", "--types"])).out).toContain('    "code_generation": true;\n');
  });

  it("names the nearest task, and a table that is not there", async () => {
    using project = makeProject(FILES);
    expect(await signalbox(project.root, ["route", "code_generaton"])).toMatchObject({
      code: 2,
      out: "",
      err: 'routing.yaml: There is no route "code_generaton". Did you mean "code_generation"?\n',
    });
    expect((await signalbox(project.root, ["route", "--routing", "none.yaml"])).err).toMatch(
      /^none\.yaml: The file cannot be read/,
    );
  });
});

describe("modelFor", () => {
  it("reads models from the file that the table names, by the catalogue's ids where it knows them", () => {
    using project = makeProject(SOURCED);
    expect(modelFor("code_generation", { root: project.root })).toMatchObject({
      model: "beta",
      served: { model: "beta-1" },
    });
    expect(modelFor("triage", { root: project.root })).toMatchObject({ model: "else", served: undefined });
  });

  it("says of an exception whether its last day is over, and so do the commands", async () => {
    using project = makeProject(FILES);
    const { root } = project;
    const at = (day: string) => modelFor("triage", { root, now: Date.parse(day) }).override;
    expect(at("2026-12-01T23:59:59Z")).toMatchObject({ until: "2026-12-01", expired: false });
    expect(at("2026-12-02T00:00:00Z")).toMatchObject({ until: "2026-12-01", expired: true });
    const clock = { ...TEST_CLOCK, now: () => Date.parse("2026-12-02T12:00:00Z") };
    expect(await signalbox(root, ["route", "triage"], { clock })).toEqual({
      code: 0,
      out: "beta\n",
      err: "triage is served by an exception that ran out on 2026-12-01 (dana: outage). `npm run gate` says what to do.\n",
    });
  });

  it("needs no catalogue", () => {
    using project = makeProject({ "routing.yaml": FILES["routing.yaml"] });
    expect(modelFor("triage", { root: project.root })).toMatchObject({ model: "beta", served: undefined });
  });
});

describe("signalbox/route as another project has it", () => {
  it("is the module compiled (`npm run route:js` renews it), with its types", async () => {
    expect((await buildRoute()) === readFileSync(PUBLISHED, "utf8")).toBe(true);
    const typed: typeof Published = own;
    expect(Object.keys(typed)).toEqual(["modelFor", "modelsFor"]);
  });

  it("runs from a copy in node_modules, where Node strips no types", () => {
    using project = makeProject({
      ...FILES,
      "agent.mjs":
        'import { modelFor } from "signalbox/route";\nconsole.log(modelFor("code_generation").served.model);\n',
      "node_modules/signalbox/package.json": readFileSync(join(ROOT, "package.json"), "utf8"),
    });
    const modules = join(project.root, "node_modules");
    const published = join(modules, "signalbox/src/routing/published");
    mkdirSync(published, { recursive: true });
    copyFileSync(PUBLISHED, join(published, "route.js"));
    for (const name of ["zod", "yaml", "jsonc-parser", "fastest-levenshtein"])
      symlinkSync(join(ROOT, "node_modules", name), join(modules, name));
    const { stdout, stderr } = spawnSync(join(ROOT, "node_modules/.bin/node"), ["agent.mjs"], {
      cwd: project.root,
      encoding: "utf8",
    });
    expect(stderr).toBe("");
    expect(stdout).toBe("alpha-1\n");
  });
});

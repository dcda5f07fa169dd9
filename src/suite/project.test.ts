import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { complaintOf, makeFolder } from "./folder.fixtures.ts";
import { findModel, loadCatalog, loadSuite, suiteNames } from "./project.ts";
import { loadRouting } from "./routing-file.ts";

const DEFINE = JSON.stringify(join(import.meta.dirname, "define.ts"));
const fields = (id: string) => `id: "${id}", title: "T", dataset: "d.jsonl", scale: "binary"`;
const SCORER = '{ name: "equals", rule: "equals" }';
const suite = (id: string, scorers = SCORER) =>
  `import { defineSuite } from ${DEFINE};\nexport default defineSuite({ ${fields(id)}, scorers: [${scorers}] });\n`;

async function suiteComplaint(text: string, name = "echo") {
  using folder = makeFolder({ "evals/echo.ts": text });
  return await complaintOf(() => loadSuite(folder.root, name));
}

describe("suiteNames", () => {
  it("lists the suites, and no tests, types, helpers or other files", () => {
    const names = [
      "b.ts",
      "a.ts",
      "a.test.ts",
      "a.d.ts",
      "_shared.ts",
      "notes.md",
      "rubrics/r.yaml",
      "demo/models.yaml",
    ];
    using folder = makeFolder(Object.fromEntries(names.map((name) => [`evals/${name}`, ""])));
    expect(suiteNames(folder.root)).toEqual(["a", "b"]);
    expect(suiteNames(join(folder.root, "evals"))).toEqual([]);
  });
});

describe("loadSuite", () => {
  it("loads a suite, with what it leaves out filled in", async () => {
    using folder = makeFolder({ "evals/echo.ts": suite("echo") });
    const loaded = await loadSuite(folder.root, "echo");
    expect(loaded.file).toBe("evals/echo.ts");
    expect(loaded.suite).toMatchObject({ id: "echo", repeats: 1, maxPerCluster: 5, scorers: [{ weight: 1 }] });
  });

  it("accepts a plain object as well", async () => {
    using folder = makeFolder({ "evals/echo.ts": `export default { ${fields("echo")}, scorers: [${SCORER}] };` });
    expect((await loadSuite(folder.root, "echo")).suite.id).toBe("echo");
  });

  it.each([
    ["ecko", 'There is no suite "ecko". Did you mean "echo"?'],
    ["research", 'There is no suite "research". Known: echo.'],
    ["../evals/echo", 'There is no suite "../evals/echo".'],
  ])("names the nearest for %s", async (name, message) => {
    expect(await suiteComplaint(suite("echo"), name)).toContain(message);
  });

  it("says so where there is no suite at all", async () => {
    using folder = makeFolder({});
    expect(await complaintOf(() => loadSuite(folder.root, "echo"))).toMatch(
      /has no evals\/\*\.ts\. Run from the project/,
    );
  });

  it.each([
    ["throws", 'throw new Error("no luck")', "evals/echo.ts: The file does not load: no luck. docs/suites.md"],
    ["is no TypeScript", "export default {", "evals/echo.ts: The file does not load: "],
    ["imports what is not there", 'import "./gone.ts";', "evals/echo.ts: The file does not load: Cannot find module"],
    [
      "exports nothing",
      "export const x = 1;",
      "evals/echo.ts: Invalid input: expected object, received undefined. Export",
    ],
    ["declares no suite", "export default { id: 5 };", "evals/echo.ts: id: Invalid input: expected string"],
    ["has another id", suite("other"), `evals/echo.ts: The suite's id is "other", its file says "echo". Give both`],
    [
      "names two scorers alike",
      suite("echo", `${SCORER}, ${SCORER}`),
      'evals/echo.ts: Two scorers are named "equals".',
    ],
    ["has a field too many", suite("echo").replace("scale:", "skale: 1, scale:"), 'Unrecognized key: "skale".'],
    [
      "has a wrong weight",
      suite("echo", '{ name: "a", rule: "equals", weight: -1 }'),
      "evals/echo.ts: scorers[0].weight: ",
    ],
    [
      "weighs no score",
      suite("echo", '{ name: "a", rule: "equals", weight: 0 }'),
      "evals/echo.ts: scorers: no scorer weighs anything: give one a weight above 0",
    ],
    ["has no scorer", suite("echo", ""), "evals/echo.ts: scorers: Too small"],
  ])("complains of a file that %s", async (_name, text, message) => {
    expect(await suiteComplaint(text)).toContain(message);
  });
});

const CATALOG = `providers:
  here: { dialect: openai, baseURL: "http://127.0.0.1:9/v1" }
  sim: { dialect: simulated }
models:
  - id: alpha
    provider: here
    model: alpha-1
    family: a
  - id: beta
    provider: here
    model: beta-1
    family: b
judges: [beta]
`;

describe("loadCatalog", () => {
  const complaint = (text: string) =>
    complaintOf(() => {
      using folder = makeFolder({ "models.yaml": text });
      loadCatalog(folder.root, "models.yaml");
    });

  it("reads models, and says on which line each stands", () => {
    using folder = makeFolder({ "models.yaml": CATALOG });
    const { value, where } = loadCatalog(folder.root, "models.yaml");
    expect(value.models.map(({ id }) => id)).toEqual(["alpha", "beta"]);
    expect(where(["models", 1])).toBe("models.yaml:9");
    expect(findModel(value, "beta").model).toBe("beta-1");
  });

  it.each([
    [
      "an id that stands twice",
      CATALOG.replace("id: beta", "id: alpha"),
      'models.yaml:9: models[1].id repeats "alpha". ',
    ],
    [
      "an unknown provider",
      CATALOG.replace("provider: here\n    model: beta", "provider: heer\n    model: beta"),
      'models.yaml:10: "beta" names the provider "heer", which the file does not have. Did you mean "here"?',
    ],
    [
      "a provider by a name of the language",
      CATALOG.replace("provider: here", "provider: constructor"),
      'models.yaml:6: "alpha" names the provider "constructor"',
    ],
    [
      "a simulated model without behaviour",
      CATALOG.replace("provider: here", "provider: sim"),
      'models.yaml:5: "alpha" is simulated, but nothing says how it behaves. Add simulation:',
    ],
    [
      "a judge that is no model",
      CATALOG.replace("[beta]", "[beta, bet]"),
      'models.yaml:13: The judge "bet" is no model of',
    ],
    [
      "an embedder of an unknown provider",
      `${CATALOG}embedders: [{ id: e, provider: heer, model: e-1 }]`,
      'models.yaml:14: The embedder "e" names the provider "heer", which the file does not have.',
    ],
    [
      "two embedders of one name",
      `${CATALOG}embedders: [{ id: e, provider: here, model: x }, { id: e, provider: here, model: y }]`,
      'models.yaml:14: embedders[1].id repeats "e".',
    ],
    ["a field too many", CATALOG.replace("family: b", "famly: b"), "models.yaml:9: models[1].family: Invalid input"],
    [
      "half a price",
      CATALOG.replace("family: a", "family: a\n    price: { input: 1, source: s, checkedAt: 2026-11-01 }"),
      "models.yaml:9: models[0].price.output: Invalid input: expected number, received undefined.",
    ],
    [
      "a dialect nobody speaks",
      CATALOG.replace("simulated", "esperanto"),
      "models.yaml:3: providers.sim.dialect: Invalid",
    ],
    ["no YAML", "providers: [", "models.yaml:1: Not YAML: "],
  ])("names file and line of %s", async (_name, text, message) => {
    expect(await complaint(text)).toContain(message);
  });

  it("shows a file outside the project as it lies from there", async () => {
    using folder = makeFolder({ "project/x": "", "shared/models.yaml": "models: 5" });
    const load = () => loadCatalog(join(folder.root, "project"), join(folder.root, "shared/models.yaml"));
    expect(await complaintOf(load)).toMatch(/^\.\.\/shared\/models\.yaml:1: /);
  });

  it("names the nearest for an unknown model", async () => {
    using folder = makeFolder({ "models.yaml": CATALOG });
    const { value } = loadCatalog(folder.root, "models.yaml");
    expect(await complaintOf(() => findModel(value, "alfa"))).toBe(
      'There is no model "alfa" in the catalogue. Did you mean "alpha"?',
    );
  });
});

const ROUTING = `version: 1
profiles:
  strict: { maxErrorRate: 0.01 }
routes:
  triage:
    model: alpha
    suite: echo
    profile: strict
`;

describe("loadRouting", () => {
  const KNOWN = { models: ["alpha", "beta"], suites: ["echo"] };
  const load = (text: string) => {
    using folder = makeFolder({ "routing.yaml": text });
    return loadRouting(folder.root, "routing.yaml", KNOWN);
  };

  it("reads routes, and says on which line each stands", () => {
    const { value, where } = load(ROUTING);
    expect(value.routes.triage).toMatchObject({ model: "alpha", slice: {}, policy: {} });
    expect(where(["routes", "triage", "model"])).toBe("routing.yaml:6");
  });

  it.each([
    [
      "an unknown model",
      ROUTING.replace("alpha", "alfa"),
      'routing.yaml:6: Route "triage" names the model "alfa", which the catalogue does not have. Did you mean "alpha"?',
    ],
    ["an unknown suite", ROUTING.replace("echo", "ecko"), 'routing.yaml:7: Route "triage" rests on the suite "ecko"'],
    [
      "an unknown profile",
      ROUTING.replace("profile: strict", "profile: stritc"),
      'routing.yaml:8: Route "triage" names the profile "stritc", which the file does not have. Did you mean "strict"?',
    ],
    [
      "a profile by a name of the language",
      ROUTING.replace("profile: strict", "profile: toString"),
      'routing.yaml:8: Route "triage" names the profile "toString"',
    ],
    [
      "a profile where there is none",
      ROUTING.replace(/profiles:\n.+\n/, ""),
      'routing.yaml:6: Route "triage" names the profile "strict", which the file does not have. There is none.',
    ],
    [
      "a field too many",
      ROUTING.replace("suite:", "suit: x\n    suite:"),
      'routing.yaml:7: routes.triage: Unrecognized key: "suit"',
    ],
    ["a wrong number", ROUTING.replace("0.01", "1.5"), "routing.yaml:3: profiles.strict.maxErrorRate: Too big"],
    ["a version nobody knows", ROUTING.replace("version: 1", "version: 2"), "routing.yaml:1: version: Invalid input"],
    [
      "a route that stands twice",
      `${ROUTING}  triage: { model: beta, suite: echo }\n`,
      "routing.yaml:9: Not YAML: Map keys",
    ],
    [
      "a fallback that nobody knows",
      ROUTING.replace("suite:", "fallbacks: [beta, gamma]\n    suite:"),
      'routing.yaml:7: Route "triage" falls back on the model "gamma", which the catalogue does not have.',
    ],
    [
      "a route without a model",
      ROUTING.replace("    model: alpha\n", ""),
      'routing.yaml:5: Route "triage" names no model.',
    ],
    [
      "an override of no route",
      `${ROUTING}overrides:\n  triag: { fallbacks: [beta], reason: r, by: b, until: 2026-12-01 }\n`,
      'routing.yaml:10: The override "triag" is for no route of the table. Did you mean "triage"?',
    ],
    [
      "an override that agrees to nothing",
      `${ROUTING}overrides:\n  triage: { reason: r, by: b, until: 2026-12-01 }\n`,
      "routing.yaml:10: overrides.triage: say what is agreed to",
    ],
    ["a key of wrong letters", ROUTING.replace("triage:", "tri age:"), "routing.yaml:5: routes.tri age: Invalid key"],
  ])("names file and line of %s", async (_name, text, message) => {
    expect(await complaintOf(() => load(text))).toContain(message);
  });
});

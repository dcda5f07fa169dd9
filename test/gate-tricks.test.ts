import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CATALOG, jsonl, makeProject, signalbox, suiteFile } from "./project.ts";

const GAMMA = "  - { id: gamma, provider: first, model: gamma-1, family: c, price: free }\n";
const FILES = {
  "models.yaml": `${CATALOG}${GAMMA}`,
  "evals/echo.ts": suiteFile("echo", 'scale: "binary", scorers: [{ name: "equals", rule: "equals" }]'),
  "datasets/echo.jsonl": jsonl([{ id: "a", input: "a", target: "a" }]),
};
const table = (model: string, more = "") => `version: 1\nroutes:\n  echo: { model: ${model}, suite: echo }\n${more}`;

/** What the gate says of a change from one table to the next, each a text. */
async function judged(before: string, after: string) {
  using project = makeProject({ ...FILES, "before.yaml": before, "after.yaml": after });
  return await signalbox(project.root, ["gate", "--before", "before.yaml", "--after", "after.yaml"]);
}

describe("a switch in two steps without evidence", () => {
  const exception = (model: string, from: string) =>
    `overrides:\n  echo:\n    model: ${model}\n    from: ${from}\n    reason: r\n    by: d\n    until: 2026-12-30\n`;

  it("has no first step: an exception's `from` is who was let through on evidence", async () => {
    const { code, out } = await judged(table("alpha"), table("alpha", exception("alpha", "gamma")));
    expect(out).toContain(
      "REJECT echo, exception\n  The exception says from: gamma, but alpha is the last model that was let through on evidence.",
    );
    expect(code).toBe(1);
    expect((await judged(table("alpha"), table("beta", exception("beta", "gamma")))).code).toBe(1);
    expect((await judged(table("alpha"), table("beta", exception("beta", "alpha")))).code).toBe(0);
  });
});

/** A repository with `files` committed, after an edit of one or more of them. */
async function gateAfter(
  files: Readonly<Record<string, string>>,
  edit: (change: (file: string, from: string, to: string) => void, root: string) => void,
  ...argv: string[]
) {
  using project = makeProject({ ...FILES, ...files });
  const { root } = project;
  const commands =
    "git init -q --template= -b main && git add -A && git -c user.name=d -c user.email=d@e commit -qm table";
  execFileSync("sh", ["-c", commands], { cwd: root, stdio: "ignore" });
  edit((file, from, to) => {
    const text = readFileSync(join(root, file), "utf8");
    expect(text).toContain(from);
    writeFileSync(join(root, file), text.replace(from, to));
  }, root);
  return await signalbox(root, ["gate", "--base", "main", ...argv]);
}

const sourced = (names: string, file = "agents.jsonc") => `version: 1
source:
  file: ${file}
  format: locator
  locator: "/{task}/model"
  names: ${names}
routes: { echo: { suite: echo } }
`;
const AGENTS = { "agents.jsonc": '{ "echo": { "model": "alpha-1" } } // 24/7' };

describe("a switch hidden by the names of models", () => {
  it("cannot give a name of the catalogue to another model", async () => {
    const { code, err } = await gateAfter({ ...AGENTS, "routing.yaml": sourced("{}") }, (change) => {
      change("agents.jsonc", "alpha-1", "gamma-1");
      change("routing.yaml", "names: {}", "names:\n    gamma-1: alpha");
    });
    expect(err).toBe(
      'routing.yaml:7: source.names says that "gamma-1" is alpha, but the catalogue has it as gamma. Take the line out. A model is renamed in the catalogue.\n',
    );
    expect(code).toBe(2);
  });

  it("is rejected where only source.names says that two names are one model, and can be signed off", async () => {
    const files = { ...AGENTS, "routing.yaml": sourced('{ "far/gamma": alpha }') };
    const rename = (change: (file: string, from: string, to: string) => void) =>
      change("agents.jsonc", "alpha-1", "far/gamma");
    const { code, out } = await gateAfter(files, rename);
    expect(out).toContain(
      'REJECT echo\n  agents.jsonc says "far/gamma" where it said "alpha-1". Only source.names says that both are alpha, and no evidence compares them.',
    );
    expect(code).toBe(1);
    const signed = await gateAfter(files, (change) => {
      rename(change);
      change(
        "routing.yaml",
        "version: 1",
        "version: 1\noverrides: { echo: { model: alpha, reason: r, by: d, until: 2026-12-30 } }",
      );
    });
    expect(signed).toMatchObject({ code: 0, out: expect.stringContaining("PASS echo\n  Let through by d") });
    const known = await gateAfter(files, (change) => change("agents.jsonc", "alpha-1", "first/alpha-1"));
    expect(known.out).toBe("No route changed: nothing to judge.\n");
  });

  it("is a switch where the name stays and its meaning changes", async () => {
    const files = { "routing.yaml": sourced("{ mine: alpha }"), "agents.jsonc": '{ "echo": { "model": "mine" } }' };
    const { out } = await gateAfter(files, (change) => change("routing.yaml", "mine: alpha", "mine: beta"));
    expect(out).toContain("REJECT echo: alpha -> beta\n");
  });
});

describe("an older version that git does not know", () => {
  it("of the file with the models is an error, never what the file says now", async () => {
    using elsewhere = makeProject(AGENTS);
    const file = join(elsewhere.root, "agents.jsonc");
    const { code, err } = await gateAfter({ "routing.yaml": sourced("{}", file) }, () =>
      writeFileSync(file, '{ "echo": { "model": "beta" } }'),
    );
    expect(err).toBe(
      `main:${file}: The table takes its models from this file, and git does not know that version of it. Commit the file to this repository, or name two versions of it: --before <old> --after <new>.\n`,
    );
    expect(code).toBe(2);
  });

  it("of the file with the models is not asked for where the old table states them itself", async () => {
    const { out } = await gateAfter({ "routing.yaml": table("alpha") }, (_change, root) => {
      writeFileSync(join(root, "routing.yaml"), sourced("{}"));
      writeFileSync(join(root, "agents.jsonc"), '{ "echo": { "model": "beta" } }');
    });
    expect(out).toContain("REJECT echo: alpha -> beta\n");
  });

  it("of the catalogue is said, for then nobody knows which models were changed", async () => {
    const { code, out } = await gateAfter(
      { "routing.yaml": table("alpha") },
      (_change, root) => writeFileSync(join(root, "new.yaml"), FILES["models.yaml"]),
      "--catalog",
      "new.yaml",
    );
    expect(out).toMatch(
      /^INCONCLUSIVE new\.yaml\n {2}git does not know new\.yaml as it was at main, so it cannot be told/,
    );
    expect(code).toBe(4);
  });
});

it("a locator that cannot be read is named with its line, a table that is not there as such", async () => {
  const { code, err } = await gateAfter({ ...AGENTS, "routing.yaml": sourced("{}") }, (change) =>
    change("routing.yaml", "/{task}/model", "models/{task}"),
  );
  expect(err).toMatch(/^routing\.yaml:5: The locator "models\/\{task\}" cannot be read\. /);
  expect(code).toBe(2);
  using project = makeProject(FILES);
  expect((await signalbox(project.root, ["gate", "--after", "none.yaml"])).err).toBe(
    "none.yaml: The file cannot be read. Check the path: that of the flag, or source.file in the table.\n",
  );
});

describe("who falls back on whom", () => {
  const PROXY = `model_list:
  - { model_name: big, litellm_params: { model: first/alpha-1 } }
  - { model_name: mid, litellm_params: { model: first/beta-1 } }
  - { model_name: low, litellm_params: { model: first/gamma-1 } }
router_settings: { model_group_alias: { echo: big } }
litellm_settings: { default_fallbacks: [mid, low] }
`;
  const files = {
    "litellm.yaml": PROXY,
    "routing.yaml": "version: 1\nsource: { file: litellm.yaml, format: litellm }\nroutes: { echo: { suite: echo } }\n",
  };

  it("is judged in LiteLLM's lists for every group, for long prompts, and in their order", async () => {
    const untested = (id: string) =>
      `REJECT echo, fallback ${id}\n  The fallback ${id} is untested. The suite "echo" has no saved evidence.\n`;
    const swapped = await gateAfter(files, (change) => change("litellm.yaml", "[mid, low]", "[low, mid]"));
    expect(swapped.out).toContain(untested("beta"));
    expect(swapped.out).toContain(untested("gamma"));
    const elsewhere = await gateAfter(files, (change) =>
      change("litellm.yaml", "gamma-1 }", 'gamma-1, api_base: "http://b" }'),
    );
    expect(elsewhere.out).toBe(
      `${untested("gamma")}  To settle it: npm run eval echo -- --models alpha,gamma --incumbent echo=alpha --save-evidence\n`,
    );
    const long = await gateAfter({ ...files, "litellm.yaml": PROXY.replace(", low]", "]") }, (change) =>
      change("litellm.yaml", "litellm_settings: {", "litellm_settings: { context_window_fallbacks: [{ big: [low] }],"),
    );
    expect(long.out).toContain(untested("gamma"));
    expect(long.code).toBe(1);
  });

  it("is judged anew where a fallback's model is changed under its id", async () => {
    const { code, out } = await gateAfter(files, (change) =>
      change("models.yaml", "model: gamma-1,", "model: gamma-1, params: { maxTokens: 9 },"),
    );
    expect(out).toContain("REJECT echo, fallback gamma\n");
    expect(code).toBe(1);
  });
});

describe("an exception need not be earned twice, and is not earned by its removal", () => {
  const until = "reason: r, by: d, until: 2026-12-30";
  const loose = (more = "") =>
    `version: 1\nroutes:\n  echo: { model: alpha, suite: echo, fallbacks: [gamma], policy: { margin: 0.2 } }\n${more}`;
  const signed = `overrides: { echo: { policy: { margin: 0.2 }, was: { margin: 0.05 }, fallbacks: [gamma], ${until} } }\n`;

  it("for a policy and for fallbacks", async () => {
    expect((await judged(table("alpha"), loose(signed))).code).toBe(0);
    expect((await judged(loose(signed), loose(signed))).out).toMatch(/^No route changed/);
    const { code, out } = await judged(loose(signed), loose());
    expect(out).toContain("INCONCLUSIVE echo, policy\n  The policy is loosened (margin 0.05 -> 0.2).");
    expect(out).toContain("REJECT echo, fallback gamma\n  The fallback gamma is untested.");
    expect(code).toBe(1);
    expect((await judged(loose(signed), table("alpha"))).code).toBe(0);
  });

  it("for another suite, which holds for good", async () => {
    const other = (more = "") => table("alpha", more).replace("suite: echo", "suite: echo, slice: { level: high }");
    const exception = `overrides: { echo: { suite: echo, slice: { level: high }, ${until} } }\n`;
    expect((await judged(table("alpha"), other())).code).toBe(4);
    const { code, out } = await judged(table("alpha"), other(exception));
    expect(out).toContain('EXCEPTION echo: suite echo {"level":"high"}, by d until 2026-12-30: r');
    expect(code).toBe(0);
    expect((await judged(other(exception), other())).code).toBe(0);
  });
});

it("a volume that is no cron expression is an error of the change that brings it", async () => {
  const volume = (text: string) => table("alpha").replace("suite: echo", `suite: echo, volume: ${text}`);
  const { code, err } = await judged(volume("5"), volume('"99 * * * *"'));
  expect(err).toMatch(/^after\.yaml:3: "99 \* \* \* \*" is no cron expression: /);
  expect(code).toBe(2);
  expect((await judged(volume("5"), volume("9"))).out).toBe("No route changed: nothing to judge.\n");
});

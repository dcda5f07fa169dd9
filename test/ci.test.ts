import { execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { XmlDocument } from "libxml2-wasm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { CATALOG, makeProject, ROOT, signalbox, suiteFile } from "./project.ts";

interface Step {
  readonly name?: string;
  readonly run?: string;
  readonly uses?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly "working-directory"?: string;
}

const ACTION = parse(readFileSync(join(ROOT, "action.yml"), "utf8")) as {
  inputs: Record<string, { default: string }>;
  outputs: Record<string, { value: string }>;
  runs: { steps: Step[] };
};

const TABLE = "version: 1\nroutes:\n  echo: { model: alpha, suite: echo }\n";
const MARKER = "<!-- signalbox gate -->";

/** A repository with a pull request that switches a route, as a runner checks it out. `folder`: where in it the project is. */
function repository(folder = ".") {
  const files = {
    "models.yaml": CATALOG,
    "routing.yaml": TABLE,
    "evals/echo.ts": suiteFile("echo", 'scale: "binary", scorers: [{ name: "equals", rule: "equals" }]'),
    "datasets/echo.jsonl": '{"id": "a", "input": "a", "target": "a"}\n',
  };
  const project = makeProject(
    Object.fromEntries(Object.entries(files).map(([path, text]) => [join(folder, path), text])),
  );
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=d", "-c", "user.email=d@example.com", ...args], {
      cwd: project.root,
      stdio: "ignore",
    });
  git("init", "-q", "-b", "main");
  git("add", "-A");
  git("commit", "-qm", "table");
  git("update-ref", "refs/remotes/origin/main", "HEAD");
  git("switch", "-qc", "change");
  writeFileSync(join(project.root, folder, "routing.yaml"), TABLE.replace("alpha", "beta"));
  git("commit", "-qam", "switch");
  return project;
}

interface Comment {
  id: number;
  body: string;
  user: { type: string };
}

/** GitHub's part of the API that the gate uses. */
async function startGitHub(comments: Comment[], readOnly = false) {
  const calls: string[] = [];
  const server = createServer(async (request: IncomingMessage, response) => {
    calls.push(`${request.method} ${request.url}`);
    let text = "";
    for await (const chunk of request) text += chunk;
    const send = (status: number, body: unknown) => response.writeHead(status).end(JSON.stringify(body));
    if (request.headers.authorization !== "Bearer the-token") return send(401, { message: "Bad credentials" });
    if (request.method === "GET") return send(200, comments);
    if (readOnly) return send(403, { message: "Resource not accessible by integration" });
    const { body } = JSON.parse(text) as { body: string };
    if (request.method === "POST") comments.push({ id: 77, body, user: { type: "Bot" } });
    else Object.assign(comments.find(({ id }) => request.url?.endsWith(`/${id}`)) ?? {}, { body });
    return send(200, {});
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    calls,
    [Symbol.asyncDispose]: () => new Promise<void>((done) => void server.close(() => done())),
  };
}

/** Runs the steps of action.yml that are commands, as a runner would: bash, its files, its variables. */
async function runAction(
  root: string,
  given: {
    readonly event: object;
    readonly api: string;
    readonly inputs?: Record<string, string>;
    readonly env?: Record<string, string>;
  },
) {
  const runner = join(root, ".runner");
  mkdirSync(runner);
  const file = (name: string) => join(runner, name);
  for (const name of ["summary", "output"]) writeFileSync(file(name), "");
  writeFileSync(file("event.json"), JSON.stringify(given.event));
  const inputs = Object.fromEntries(
    Object.entries(ACTION.inputs).map(([name, { default: value }]) => [name, given.inputs?.[name] ?? value]),
  );
  const filled = (text: string) =>
    text
      .replace(/\$\{\{ inputs\.comment == 'true' .+? \}\}/, inputs.comment === "true" ? "the-token" : "")
      .replace(/\$\{\{ inputs\.([\w-]+) \}\}/g, (_whole, name: string) => inputs[name] ?? "")
      .replace(/\$\{\{ github\.action_path \}\}/g, ROOT);
  let log = "";
  for (const step of ACTION.runs.steps) {
    // What the steps use, and the packages, are there already.
    if (step.run === undefined || step.name === "Install") continue;
    const env = Object.fromEntries(Object.entries(step.env ?? {}).map(([name, value]) => [name, filled(value)]));
    const code = await new Promise<number | null>((resolve) => {
      const child = spawn("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", step.run as string], {
        cwd: join(root, filled(step["working-directory"] ?? ".")),
        env: {
          PATH: `${join(ROOT, "node_modules/.bin")}:${process.env.PATH}`,
          HOME: runner,
          CI: "true",
          GITHUB_ACTIONS: "true",
          GITHUB_EVENT_NAME: "pull_request",
          GITHUB_EVENT_PATH: file("event.json"),
          GITHUB_BASE_REF: "main",
          GITHUB_REPOSITORY: "owner/table",
          GITHUB_API_URL: given.api,
          GITHUB_STEP_SUMMARY: file("summary"),
          GITHUB_OUTPUT: file("output"),
          ...env,
          ...given.env,
        },
      });
      for (const stream of [child.stdout, child.stderr])
        stream.on("data", (chunk: Buffer) => (log += chunk.toString()));
      child.on("close", resolve);
    });
    if (code !== 0) return { code, log, read: (name: string) => readFileSync(file(name), "utf8") };
  }
  return { code: 0, log, read: (name: string) => readFileSync(file(name), "utf8") };
}

const pullRequest = (fork: boolean) => ({
  pull_request: { number: 12, head: { repo: { fork, full_name: fork ? "stranger/table" : "owner/table" } } },
});

describe("the action, run as a runner would", () => {
  let project: ReturnType<typeof repository>;
  beforeAll(() => {
    project = repository();
  });
  afterAll(() => project[Symbol.dispose]());
  const inFresh = async (use: (root: string) => Promise<void>) => {
    using copy = repository();
    await use(copy.root);
  };

  it("fails the step, annotates the line, writes summary, outputs and report, and updates its one comment", async () => {
    const comments = [
      { id: 4, body: `${MARKER}\nforged`, user: { type: "User" } },
      { id: 5, body: `${MARKER}\nold`, user: { type: "Bot" } },
    ];
    await using github = await startGitHub(comments);
    const { root } = project;
    const ended = await runAction(root, { event: pullRequest(false), api: github.url });
    expect(ended.code).toBe(1);
    expect(ended.log).toContain("REJECT echo: alpha -> beta");
    expect(ended.log).toContain(
      '::error file=routing.yaml,line=3,title=reject%3A echo%3A alpha -> beta::The suite "echo" has no saved evidence.%0ATo settle it: npm run eval echo',
    );
    expect(ended.read("output")).toBe("outcome=reject\nexit-code=1\nsummary=1 rejected\nreport=gate-report\n");
    expect(ended.read("summary")).toContain("## Routing gate: 1 rejected");
    expect(github.calls).toEqual([
      "GET /repos/owner/table/issues/12/comments?per_page=100&page=1",
      "PATCH /repos/owner/table/issues/comments/5",
    ]);
    expect(comments[0]?.body).toContain("forged");
    expect(comments[1]?.body).toContain("❌ reject: echo: alpha -\\> beta (`routing.yaml:3`)");
    const report = (name: string) => readFileSync(join(root, "gate-report", name), "utf8");
    expect(JSON.parse(report("findings.json"))).toMatchObject({
      version: 1,
      exitCode: 1,
      before: "origin/main:routing.yaml",
    });
    using junit = XmlDocument.fromString(report("junit.xml"));
    expect(junit.root.attr("failures")?.value).toBe("1");
    expect(JSON.parse(report("code-quality.json"))).toMatchObject([
      {
        severity: "blocker",
        check_name: "routing-gate-model",
        location: { path: "routing.yaml", lines: { begin: 3 } },
      },
    ]);
    expect(Object.keys(ACTION.outputs)).toEqual(["outcome", "exit-code", "summary"]);
  });

  it("of a fork: the comment cannot be posted, and nothing else changes", () =>
    inFresh(async (root) => {
      await using github = await startGitHub([], true);
      const ended = await runAction(root, { event: pullRequest(true), api: github.url });
      expect(ended.code).toBe(1);
      expect(github.calls.at(-1)).toBe("POST /repos/owner/table/issues/12/comments");
      expect(ended.log).toContain("The comment could not be posted (POST /repos/owner/table/issues/12/comments: 403).");
      expect(ended.read("output")).toContain("outcome=reject\nexit-code=1\n");
      expect(ended.read("summary")).toContain("❌ reject");
    }));

  it("makes a comment where there is none, and none where comments are off", () =>
    inFresh(async (root) => {
      const comments: Comment[] = [];
      await using github = await startGitHub(comments);
      await runAction(root, { event: pullRequest(false), api: github.url, inputs: { report: "out/gate" } });
      expect(comments).toHaveLength(1);
      expect(comments[0]?.body.startsWith(MARKER)).toBe(true);
      execFileSync("rm", ["-rf", join(root, ".runner")]);
      const before = github.calls.length;
      const quiet = await runAction(root, { event: pullRequest(false), api: github.url, inputs: { comment: "false" } });
      expect(github.calls.length).toBe(before);
      expect(quiet.code).toBe(1);
    }));
});

describe("a pull request that cannot be judged", () => {
  it.each<[string, (root: string) => void, Record<string, string>, RegExp]>([
    [
      "a table with a mistake",
      (root) => writeFileSync(join(root, "routing.yaml"), TABLE.replace("alpha", "gamma")),
      {},
      /^::error file=routing\.yaml,line=3,title=error%3A routing\.yaml%3A3::/m,
    ],
    [
      "a target that was not fetched",
      () => {},
      { GITHUB_BASE_REF: "release" },
      /^::error title=error%3A GITHUB_BASE_REF::git knows no history that release and this checkout share\. Fetch it: git fetch origin \+refs\/heads\/release:refs\/remotes\/origin\/release$/m,
    ],
  ])(
    "%s: exit 2 stands in outputs, summary, report and comment, and no old pass stays",
    async (_what, spoil, env, sign) => {
      using project = repository();
      const { root } = project;
      spoil(root);
      const comments = [{ id: 5, body: `${MARKER}\n## Routing gate: 1 pass`, user: { type: "Bot" } }];
      await using github = await startGitHub(comments);
      // The fetch of the action has nobody to fetch from here.
      const ended = await runAction(root, { event: pullRequest(false), api: github.url, env });
      expect(ended.code).toBe(2);
      expect(ended.log).toMatch(sign);
      expect(ended.read("output")).toBe("outcome=error\nexit-code=2\nsummary=1 not judged\nreport=gate-report\n");
      expect(ended.read("summary")).toContain("## Routing gate: 1 not judged");
      expect(comments[0]?.body).toContain("## Routing gate: 1 not judged");
      expect(comments[0]?.body).toContain("### ⛔ not judged: ");
      expect(JSON.parse(readFileSync(join(root, "gate-report/findings.json"), "utf8"))).toMatchObject({
        exitCode: 2,
        before: null,
        findings: [{ about: "error", outcome: "error" }],
      });
      using junit = XmlDocument.fromString(readFileSync(join(root, "gate-report/junit.xml"), "utf8"));
      expect(junit.root.attr("failures")?.value).toBe("1");
    },
  );
});

it.each<[readonly string[], Record<string, string>, string]>([
  [["--base", "origin/release"], {}, "--base origin/release"],
  [[], { GITHUB_BASE_REF: "release" }, "GITHUB_BASE_REF"],
  [[], { CI_MERGE_REQUEST_TARGET_BRANCH_NAME: "release" }, "CI_MERGE_REQUEST_TARGET_BRANCH_NAME"],
  [["--before", "routing.yaml"], { GITHUB_BASE_REF: "release" }, "GITHUB_BASE_REF"],
])("a base that is named and not there is never guessed: %j %j", async (argv, env, where) => {
  using project = repository();
  const fetching = "git fetch origin +refs/heads/release:refs/remotes/origin/release";
  expect(await signalbox(project.root, ["gate", ...argv], { env })).toMatchObject({
    code: 2,
    err: `${where}: git knows no history that release and this checkout share. Fetch it: ${fetching}\n`,
  });
});

describe("the GitLab job, run as a runner would", () => {
  const job = parse(readFileSync(join(ROOT, "ci/gate.gitlab-ci.yml"), "utf8"))["routing-gate"] as {
    variables: Record<string, string>;
    script: string[];
  };

  /** Stands where the program is checked out to. */
  const PROGRAM = `await import(${JSON.stringify(join(ROOT, "src/bin.js"))});\nexport {};\n`;

  /** The lines of the script in one shell, as the runner puts them together; the packages are there already. */
  function runJob(root: string, variables: Record<string, string>) {
    const lines = job.script.map((line) => (line.startsWith('npm --prefix "$home" ci ') ? ":" : line));
    expect(lines.filter((line) => line === ":")).toHaveLength(1);
    return spawnSync("bash", ["-eo", "pipefail", "-c", lines.join("\n")], {
      cwd: root,
      encoding: "utf8",
      env: {
        PATH: `${join(ROOT, "node_modules/.bin")}:${process.env.PATH}`,
        HOME: root,
        GITLAB_CI: "true",
        CI_PROJECT_DIR: root,
        CI_MERGE_REQUEST_TARGET_BRANCH_NAME: "main",
        ...job.variables,
        ...variables,
      },
    });
  }

  it("fetches signalbox into another repository, and judges a project in a folder of it", () => {
    using project = repository("svc/router");
    using source = makeProject({ "src/bin.js": PROGRAM });
    const git = (...args: string[]) =>
      execFileSync("git", ["-c", "user.name=d", "-c", "user.email=d@e", ...args], {
        cwd: source.root,
        stdio: "ignore",
      });
    git("init", "-q", "-b", "main");
    git("add", "-A");
    git("commit", "-qm", "signalbox");
    const { status, stdout, stderr } = runJob(project.root, {
      SIGNALBOX_URL: source.root,
      SIGNALBOX_REF: "main",
      SIGNALBOX_PROJECT: "svc/router",
    });
    expect(`${stdout}${stderr}`).toContain("REJECT echo: alpha -> beta");
    expect(status).toBe(1);
    const quality = readFileSync(join(project.root, "gate-report/code-quality.json"), "utf8");
    expect(JSON.parse(quality)[0].location.path).toBe("svc/router/routing.yaml");
  });

  it("is its own signalbox in this repository", () => {
    using project = repository();
    mkdirSync(join(project.root, "src"));
    writeFileSync(join(project.root, "src/bin.js"), PROGRAM);
    const { status, stdout, stderr } = runJob(project.root, {});
    expect(`${stdout}${stderr}`).toContain("REJECT echo: alpha -> beta");
    expect(status).toBe(1);
  });
});

describe("a project elsewhere whose suite imports signalbox by name", () => {
  const suite = `import { defineSuite } from "signalbox";
import { modelFor } from "signalbox/route";
export default defineSuite({ id: "echo", title: typeof modelFor, dataset: "datasets/echo.jsonl", prompts: { default: { user: "{{{input}}}" } }, scale: "binary", scorers: [{ name: "equals", rule: "equals" }] });
`;
  // As npm puts it there from a registry or a repository: Node strips no types below node_modules.
  const copy = {
    "node_modules/signalbox/package.json": JSON.stringify({
      name: "signalbox",
      type: "module",
      exports: { ".": "./define.ts", "./route": "./route.ts" },
    }),
    "node_modules/signalbox/define.ts": "export const defineSuite = (suite: object): object => suite;\n",
    "node_modules/signalbox/route.ts": "export const modelFor = (): void => {};\n",
  };

  it.each<[string, Record<string, string>]>([
    ["with nothing installed", {}],
    ["with a copy in node_modules", copy],
  ])("is gated %s", async (_what, files) => {
    using project = makeProject({
      ...files,
      "models.yaml": CATALOG,
      "routing.yaml": TABLE,
      "after.yaml": TABLE.replace("alpha", "beta"),
      "evals/echo.ts": suite,
      "datasets/echo.jsonl": '{"id": "a", "input": "a", "target": "a"}\n',
    });
    const argv = [join(ROOT, "src/bin.js"), "gate", "--before", "routing.yaml", "--after", "after.yaml"];
    const { status, stdout, stderr } = spawnSync(join(ROOT, "node_modules/.bin/node"), argv, {
      cwd: project.root,
      encoding: "utf8",
      env: { PATH: process.env.PATH },
    });
    expect(stderr).toBe("");
    expect(stdout).toContain('REJECT echo: alpha -> beta\n  The suite "echo" has no saved evidence.');
    expect(status).toBe(1);
  });
});

describe("a project in a folder of its repository", () => {
  it("is annotated by paths from the repository's root, and two uses on one pull request keep a comment each", async () => {
    using project = repository("svc/router");
    const { root } = project;
    const comments: Comment[] = [{ id: 5, body: `${MARKER}\nthe other gate's`, user: { type: "Bot" } }];
    await using github = await startGitHub(comments);
    const inputs = { "working-directory": "svc/router", name: "router" };
    const ended = await runAction(root, { event: pullRequest(false), api: github.url, inputs });
    expect(ended.code).toBe(1);
    expect(ended.log).toContain("::error file=svc/router/routing.yaml,line=3,");
    const report = (name: string) => readFileSync(join(root, "svc/router/gate-report", name), "utf8");
    expect(JSON.parse(report("code-quality.json"))[0].location.path).toBe("svc/router/routing.yaml");
    expect(report("junit.xml")).toContain('file="svc/router/routing.yaml"');
    // As `--json` prints it: from the project's folder.
    expect(JSON.parse(report("findings.json")).findings[0].file).toBe("routing.yaml");
    expect(comments[0]?.body).toContain("the other gate's");
    expect(comments[1]?.body).toContain("<!-- signalbox gate: router -->\n## Routing gate router: 1 rejected");
    expect(comments[1]?.body).toContain("(`svc/router/routing.yaml:3`)");
    const upload = ACTION.runs.steps.at(-1) as { with: Record<string, string> };
    expect(upload.with.name).toMatch(/^routing-gate.*inputs\.name/);
  });
});

it("the GitLab template and the workflow name what is there", () => {
  const template = parse(readFileSync(join(ROOT, "ci/gate.gitlab-ci.yml"), "utf8"));
  expect(template["routing-gate"].artifacts.reports).toEqual({
    junit: "gate-report/junit.xml",
    codequality: "gate-report/code-quality.json",
  });
  const workflow = parse(readFileSync(join(ROOT, ".github/workflows/gate.yml"), "utf8"));
  // A source may be any file, and exceptions end by themselves.
  expect(workflow.on).toEqual({ pull_request: null, schedule: [{ cron: "17 5 * * *" }], workflow_dispatch: null });
  expect(template["routing-gate"].rules).toEqual([
    { if: '$CI_PIPELINE_SOURCE == "merge_request_event"' },
    { if: '$CI_PIPELINE_SOURCE == "schedule"' },
  ]);
  expect(workflow.permissions).toEqual({ contents: "read", "pull-requests": "write" });
  expect(workflow.jobs.gate.steps.at(-1)).toEqual({ uses: "./" });
});

import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../src/cli/world.ts";
import { type Ended, jsonl, makeProject, signalbox, suiteFile } from "./project.ts";

/** One step of the story that docs/gate.md tells: a command as one types it, and what came of it. */
export interface Step {
  /** Names the step in docs/gate.md. */
  readonly name: string;
  readonly command: string;
  readonly ended: Ended;
}

const DAY_MS = 86_400_000;
const START = Date.UTC(2026, 10, 2, 9);
const price = (input: number, output: number) =>
  `price: { input: ${input}, output: ${output}, source: made up, checkedAt: 2026-11-01 }`;

const CATALOG = `providers:
  first: { dialect: openai, baseURL: "http://127.0.0.1:9/v1", keyVariable: FIRST_API_KEY }
models:
  - { id: alpha, provider: first, model: alpha-1, family: a, ${price(1, 2)} }
  - { id: beta, provider: first, model: beta-1, family: b, ${price(0.4, 0.8)} }
  - { id: gamma, provider: first, model: gamma-1, family: c, ${price(0.1, 0.2)} }
`;

const ROUTING = `# Who serves what.
version: 1
routes:
  support_triage:
    model: alpha   # since the spring
    suite: labels
    volume: 20000
  tone_check:
    model: alpha
    suite: tone
    volume: 500
`;

const LITELLM = `# The proxy's own file.
model_list:
  - model_name: big
    litellm_params: { model: first/alpha-1, api_key: os.environ/FIRST_API_KEY }
  - model_name: mid
    litellm_params: { model: first/beta-1, api_key: os.environ/FIRST_API_KEY }
router_settings:
  model_group_alias:
    support_triage: big     # 24/7
    tone_check: big
`;

const HOME_MADE = `{
  // Read by the agents.
  "agents": {
    "support_triage": { "model": "alpha-1", "temperature": 0 },
    "tone_check": { "model": "alpha-1" }
  }
}
`;

const cases = (count: number, what: string) =>
  Array.from({ length: count }, (_, at) => ({ id: `${what}-${at}`, input: `${what} ${at}`, target: "yes" }));

/** Recorded answers: every so many of a model are wrong. */
function answers(what: string, count: number, models: Record<string, { wrong: number[]; usd: number }>): string {
  return jsonl(
    Object.entries(models).flatMap(([model, { wrong, usd }]) =>
      cases(count, what).map(({ id }, at) => ({
        model,
        case: id,
        output: wrong.includes(at) ? "no" : "yes",
        costUsd: usd,
        latencyMs: 900,
      })),
    ),
  );
}

const every = (step: number, count: number) => Array.from({ length: Math.floor(count / step) }, (_, at) => at * step);
const SUITE = 'scale: "binary", scorers: [{ name: "equals", rule: "equals" }]';
const ALPHA = { wrong: every(40, 240), usd: 0.001 };

const FILES = {
  "evals/labels.ts": suiteFile("labels", SUITE),
  "evals/tone.ts": suiteFile("tone", SUITE),
  "datasets/labels.jsonl": jsonl(cases(240, "ticket")),
  "datasets/tone.jsonl": jsonl(cases(80, "mail")),
  "models.yaml": CATALOG,
  "routing.yaml": ROUTING,
  "labels-answers.jsonl": answers("ticket", 240, {
    alpha: ALPHA,
    beta: { wrong: [...ALPHA.wrong.slice(1), 7, 11], usd: 0.0004 },
    gamma: { wrong: every(5, 240), usd: 0.0001 },
  }),
  "tone-answers.jsonl": answers("mail", 80, {
    alpha: { wrong: [], usd: 0.001 },
    beta: { wrong: [3, 31, 62], usd: 0.0004 },
  }),
  "tone-answers-again.jsonl": answers("mail", 80, {
    alpha: { wrong: [], usd: 0.001 },
    beta: { wrong: [], usd: 0.0004 },
  }),
};

export interface Story {
  readonly root: string;
  readonly steps: readonly Step[];
  /** Every pair of a file's text before and after `recommend --write`. */
  readonly written: readonly { readonly file: string; readonly before: string; readonly after: string }[];
  [Symbol.dispose](): void;
}

/** The answers that the second run of `tone` was lucky with, where nobody had looked before. */
async function firstLook(now: number): Promise<{ readonly ended: Ended; [Symbol.asyncDispose](): Promise<void> }> {
  const project = makeProject(FILES);
  const clock = { ...systemClock, now: () => now, monotonic: () => now };
  const run = (...argv: string[]) => signalbox(project.root, argv, { clock });
  await run("eval", "tone", "--replay", "tone-answers-again.jsonl", "--save-evidence");
  writeFileSync(join(project.root, "after.yaml"), ROUTING.replace("alpha\n    suite: tone", "beta\n    suite: tone"));
  const ended = await run("gate", "--before", "routing.yaml", "--after", "after.yaml");
  return { ended, [Symbol.asyncDispose]: async () => project[Symbol.dispose]() };
}

/** Lives the story in a repository of its own. The clock is the story's; the same bytes come out each time. */
export async function tell(): Promise<Story> {
  const project = makeProject(FILES);
  const { root } = project;
  const steps: Step[] = [];
  let now = START;
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=Dana", "-c", "user.email=dana@example.com", ...args], {
      cwd: root,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
  const run = async (command: string, name?: string): Promise<Ended> => {
    now += 60_000;
    const argv = command
      .replace(/^npm run (-s )?/, "")
      .replace(" -- ", " ")
      .split(" ");
    const clock = { ...systemClock, now: () => now, monotonic: () => now };
    const ended = await signalbox(root, argv, { clock });
    if (name !== undefined) steps.push({ name, command, ended });
    return ended;
  };
  const edit = (file: string, from: string | RegExp, to: string) => {
    const text = readFileSync(join(root, file), "utf8");
    const changed = text.replace(from, to);
    if (changed === text) throw new Error(`${file} has no ${from}`);
    writeFileSync(join(root, file), changed);
  };
  const land = (message: string) => {
    git("add", "-A");
    git("commit", "-qm", message, "--allow-empty");
    git("branch", "-f", "main");
  };

  git("init", "-q", "-b", "main");
  git("add", "-A");
  git("commit", "-qm", "A table");
  git("switch", "-qc", "change");

  edit("routing.yaml", "model: alpha   #", "model: beta   #");
  await run("npm run gate", "no evidence");
  const labels =
    "npm run eval labels -- --replay labels-answers.jsonl --incumbent support_triage=alpha --quiet --save-evidence";
  await run(labels, "evidence");
  await run("npm run gate", "a good switch");

  edit("routing.yaml", "model: beta   #", "model: gamma   #");
  await run("npm run gate", "a worse one");
  edit("routing.yaml", "model: gamma   #", "model: beta   #");
  land("support_triage: alpha -> beta, on evidence");

  const tone = (answers: string) =>
    `npm run eval tone -- --replay ${answers} --incumbent tone_check=alpha --quiet --save-evidence`;
  edit("routing.yaml", "model: alpha\n    suite: tone", "model: beta\n    suite: tone");
  await run(tone("tone-answers.jsonl"));
  await run("npm run gate", "too few cases");
  await run(tone("tone-answers-again.jsonl"), "evidence again");
  await run("npm run gate", "run again until it is green");
  const ledger = readFileSync(join(root, "reports/evidence/ledger.jsonl"), "utf8");
  writeFileSync(join(root, "reports/evidence/ledger.jsonl"), ledger.split("\n").slice(1).join("\n"));
  await run("npm run gate", "with the ledger rewritten");
  writeFileSync(join(root, "reports/evidence/ledger.jsonl"), ledger);

  const before = now;
  now += 40 * DAY_MS;
  await run("npm run gate", "stale evidence");
  now = before;

  const exception = `overrides:
  tone_check:
    model: beta
    from: alpha
    reason: alpha is down in our region, INC-4711
    by: dana@example.com
    until: 2026-11-20
`;
  writeFileSync(join(root, "routing.yaml"), `${readFileSync(join(root, "routing.yaml"), "utf8")}${exception}`);
  await run("npm run gate", "an exception");
  land("tone_check: beta by exception");
  await run("npm run gate", "the exception, landed");
  now = Date.UTC(2026, 10, 21, 9);
  await run("npm run gate", "the exception, a day too late");
  edit("routing.yaml", exception, "");
  await run("npm run gate", "the exception, taken out without evidence");
  edit("routing.yaml", "model: beta\n    suite: tone", "model: alpha\n    suite: tone");
  await run("npm run gate", "put back");
  land("tone_check: alpha again");

  const written: { file: string; before: string; after: string }[] = [];
  const sources = [
    { file: "litellm.yaml", text: LITELLM, source: "source: { file: litellm.yaml, format: litellm }" },
    {
      file: "agents.jsonc",
      text: HOME_MADE,
      source: 'source: { file: agents.jsonc, format: locator, locator: "/agents/{task}/model" }',
    },
  ];
  const table = readFileSync(join(root, "routing.yaml"), "utf8");
  for (const { file, text, source } of sources) {
    writeFileSync(join(root, file), text);
    writeFileSync(join(root, "routing.yaml"), `${table.replaceAll(/ {4}model: .*\n/g, "")}${source}\n`);
    rmSync(join(root, "reports"), { recursive: true, force: true });
    await run(labels);
    land(`Models stand in ${file}`);
    await run("npm run -s recommend -- --format diff", `diff of ${file}`);
    await run("npm run recommend -- --write", `audit with ${file}`);
    written.push({ file, before: text, after: readFileSync(join(root, file), "utf8") });
    await run("npm run gate", `gate over ${file}`);
    land("Switched");
  }
  await using lucky = await firstLook(now);
  steps.push({ name: "the same answers, as a first look", command: "npm run gate", ended: lucky.ended });
  return { root, steps, written, [Symbol.dispose]: () => project[Symbol.dispose]() };
}

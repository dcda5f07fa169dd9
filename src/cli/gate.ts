import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { decide } from "../compare/decide.ts";
import { type Evidence, type GateFinding, judgeChange } from "../compare/gate.ts";
import type { Case } from "../domain/case.ts";
import { PolicySchema } from "../domain/policy.ts";
import { type Routing, RoutingSchema } from "../domain/routing.ts";
import type { Suite } from "../domain/suite.ts";
import { ExitCode, UserError } from "../errors.ts";
import { diffRouting } from "../routing/diff.ts";
import { assembleRun } from "../run/assemble.ts";
import { readJournal } from "../run/journal.ts";
import { fileSha256, readDataset } from "../suite/dataset.ts";
import { suiteHash } from "../suite/plan.ts";
import { loadCatalog, loadRouting, loadSuite, suiteNames } from "../suite/project.ts";
import { parseYaml } from "../suite/yaml.ts";
import type { GateOptions } from "./commands/gate.ts";
import { readRun, savedRuns } from "./saved-runs.ts";
import { seededRandom, type World } from "./world.ts";

const DAY_MS = 86_400_000;

/** `gate`: exit 0 when every change passes, 1 when one is rejected, else 4 when one is inconclusive. */
export async function runGate(world: World, options: GateOptions): Promise<number> {
  const root = world.cwd;
  const catalog = loadCatalog(root, options.catalog).value;
  const known = { models: catalog.models.map(({ id }) => id), suites: suiteNames(root) };
  const after = loadRouting(root, options.after, known).value;
  const before = readBefore(root, options);
  const reports = resolve(root, options.out ?? "reports");
  const findings: GateFinding[] = [];
  for (const change of diffRouting(before, after)) {
    const old = change.before;
    const suite = change.after === undefined ? undefined : (await loadSuite(root, change.after.suite)).suite;
    const stated =
      old === undefined ? {} : { ...(old.profile === undefined ? {} : before.profiles[old.profile]), ...old.policy };
    const policy = PolicySchema.parse({ ...suite?.policy, ...stated });
    const evidence = suite === undefined ? NONE : await evidenceOf(root, reports, suite, world);
    const target = catalog.models.find(({ id }) => id === change.after?.model);
    findings.push(judgeChange({ ...change, policy, evidence, target }, world.clock.now()));
  }
  const outcome = findings.some((each) => each.outcome === "reject")
    ? ExitCode.rejected
    : findings.some((each) => each.outcome === "inconclusive")
      ? ExitCode.inconclusive
      : ExitCode.done;
  world.stdout(
    options.json === true ? `${JSON.stringify({ exitCode: outcome, findings }, null, 2)}\n` : gateText(findings),
  );
  return outcome;
}

const NONE: Evidence = { state: "absent", reason: "There is no evidence." };

function readBefore(root: string, options: GateOptions): Routing {
  const remedy = "Name the old table with --before <file>, or another branch with --base <ref>.";
  if (options.before !== undefined) {
    const file = options.before;
    if (!existsSync(resolve(root, file)))
      throw new UserError({ where: file, what: "The file cannot be read.", remedy });
    return loadRoutingText(readFileSync(resolve(root, file), "utf8"), file);
  }
  const base = options.base ?? "origin/main";
  const git = (...args: string[]) =>
    execFileSync("git", args, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  try {
    const commit = git("merge-base", base, "HEAD").trim();
    return loadRoutingText(git("show", `${commit}:./${options.after}`), `${base}:${options.after}`);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError({ where: `--base ${base}`, what: "git does not know that version of the table.", remedy });
  }
}

function loadRoutingText(text: string, file: string): Routing {
  return parseYaml(text, file, RoutingSchema, "docs/routing.md lists the fields of a route.").value;
}

// The verdict is made again from the journal, so a decision.json edited by hand changes nothing.
async function evidenceOf(root: string, reports: string, suite: Suite, world: World): Promise<Evidence> {
  const folder = join(reports, suite.id);
  const runs = savedRuns(folder).map((name) => ({ name, run: readRun(join(folder, name)) }));
  const last =
    runs.findLast(({ run }) => run.status === "complete" && run.manifest.source !== "simulated") ?? runs.at(-1);
  if (last === undefined) return { state: "absent", reason: `The suite "${suite.id}" has no saved run.` };
  const { manifest } = last.run;
  if (manifest.suite.hash !== suiteHash(suite)) {
    return { state: "absent", reason: `The suite "${suite.id}" has changed since run ${last.name}.` };
  }
  const dataset = join(root, suite.dataset);
  if (manifest.suite.datasetSha256 !== (await fileSha256(dataset))) {
    return { state: "absent", reason: `The dataset of "${suite.id}" has changed since run ${last.name}.` };
  }
  const byId = new Map<string, Case>();
  for await (const { item } of readDataset(dataset, suite.dataset)) byId.set(item.id, item);
  const facts = manifest.order
    .flatMap((id) => byId.get(id) ?? [])
    .map(({ id, tags, clusterId }) => ({ id, tags, clusterId }));
  const run = await assembleRun(manifest, facts, readJournal(join(folder, last.name, "journal.jsonl")));
  const decision = decide(run, seededRandom(manifest.seed));
  const ageDays = (world.clock.now() - Date.parse(manifest.startedAt)) / DAY_MS;
  return { state: "present", decision, runId: last.name, ageDays };
}

function gateText(findings: readonly GateFinding[]): string {
  if (findings.length === 0) return "No route changed: nothing to judge.\n";
  const lines = findings.flatMap(({ route, outcome, reason, command, from, to }) => [
    `${outcome.toUpperCase()} ${route}${from !== undefined && to !== undefined && from !== to ? `: ${from} -> ${to}` : ""}`,
    `  ${reason}`,
    ...(command === undefined ? [] : [`  To settle it: ${command}`]),
  ]);
  return `${lines.join("\n")}\n`;
}

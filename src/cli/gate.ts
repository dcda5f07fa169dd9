import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { decide } from "../compare/decide.ts";
import { type Evidence, type GateFinding, judgeChange } from "../compare/gate.ts";
import type { Case } from "../domain/case.ts";
import type { Catalog, Model } from "../domain/model.ts";
import type { Policy } from "../domain/policy.ts";
import { type Routing, RoutingSchema } from "../domain/routing.ts";
import type { Manifest } from "../domain/run.ts";
import type { Suite } from "../domain/suite.ts";
import { ExitCode, UserError } from "../errors.ts";
import { diffRouting, type RouteChange } from "../routing/diff.ts";
import { assembleRun } from "../run/assemble.ts";
import { readJournal } from "../run/journal.ts";
import { fileSha256, readDataset } from "../suite/dataset.ts";
import { routePolicy, suiteHash } from "../suite/plan.ts";
import { loadCatalog, loadRouting, loadSuite, suiteNames } from "../suite/project.ts";
import { parseYaml } from "../suite/yaml.ts";
import type { GateOptions } from "./commands/gate.ts";
import { readRubrics } from "./rubrics.ts";
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
  const suites = new Map<string, Suite>();
  for (const { suite } of [...Object.values(before.routes), ...Object.values(after.routes)]) {
    if (!suites.has(suite)) suites.set(suite, (await loadSuite(root, suite)).suite);
  }
  const policyOf = (table: Routing, key: string) =>
    routePolicy(table, key, suites.get(table.routes[key]?.suite ?? "") as Suite);
  const findings: GateFinding[] = [];
  for (const change of diffRouting(before, after, policyOf)) {
    const suite = suites.get(change.after?.suite ?? "");
    const policy = policyOf(change.before === undefined ? after : before, change.route);
    const evidence =
      suite === undefined ? NONE : await evidenceOf({ root, reports, suite, change, policy, catalog, world });
    const moved = suite === undefined ? undefined : suiteMoved(root, options, suite);
    if (moved !== undefined && change.before?.model !== change.after?.model) {
      findings.push(moved(change.route, change.before?.model, change.after?.model));
      continue;
    }
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

/**
 * A suite states margins and rules, too: one that changed together with the route would judge it by what it brings along.
 * Known only where the table before the change comes from git.
 */
function suiteMoved(root: string, options: GateOptions, suite: Suite) {
  if (options.before !== undefined) return undefined;
  const file = `evals/${suite.id}.ts`;
  const base = options.base ?? "origin/main";
  try {
    execFileSync("git", ["diff", "--quiet", `${base}...HEAD`, "--", file], { cwd: root, stdio: "ignore" });
    execFileSync("git", ["diff", "--quiet", "HEAD", "--", file], { cwd: root, stdio: "ignore" });
    return undefined;
  } catch {
    const reason = `${file} has changed since ${base} as well. Land that on its own, so that it is seen and agreed to.`;
    return (route: string, from: string | undefined, to: string | undefined): GateFinding => ({
      route,
      outcome: "reject",
      reason,
      command: undefined,
      from,
      to,
    });
  }
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

/**
 * The last complete run of real models, decided again from its journal by the policy of the table before the change:
 * neither a decision.json edited by hand nor a policy that the change brings along can help it.
 */
async function evidenceOf(given: {
  readonly root: string;
  readonly reports: string;
  readonly suite: Suite;
  readonly change: RouteChange;
  readonly policy: Policy;
  readonly catalog: Catalog;
  readonly world: World;
}): Promise<Evidence> {
  const { root, reports, suite, change, policy, catalog, world } = given;
  const absent = (reason: string): Evidence => ({ state: "absent", reason });
  const folder = join(reports, suite.id);
  const runs = savedRuns(folder).map((name) => ({ name, run: readRun(join(folder, name)) }));
  if (runs.length === 0) return absent(`The suite "${suite.id}" has no saved run.`);
  const complete = runs.filter(({ run }) => run.status === "complete");
  const last = complete.findLast(({ run }) => run.manifest.source !== "simulated") ?? complete.at(-1);
  if (last === undefined) return absent(`No run of the suite "${suite.id}" is complete.`);
  const { manifest } = last.run;
  if (manifest.suite.hash !== suiteHash(suite, readRubrics(root, suite))) {
    return absent(`The suite "${suite.id}" has changed since run ${last.name}.`);
  }
  const dataset = join(root, suite.dataset);
  if (manifest.suite.datasetSha256 !== (await fileSha256(dataset))) {
    return absent(`The dataset of "${suite.id}" has changed since run ${last.name}.`);
  }
  const changed = changedModel(manifest, catalog, [change.before?.model, change.after?.model]);
  if (changed !== undefined) return absent(`${changed} has changed in the catalogue since run ${last.name}.`);
  const byId = new Map<string, Case>();
  for await (const { item } of readDataset(dataset, suite.dataset)) byId.set(item.id, item);
  const facts = manifest.order
    .flatMap((id) => byId.get(id) ?? [])
    .map(({ id, tags, clusterId }) => ({ id, tags, clusterId }));
  const routes = manifest.routes.map((route) => (route.route === change.route ? { ...route, policy } : route));
  const journal = readJournal(join(folder, last.name, "journal.jsonl"));
  const { run } = await assembleRun({ ...manifest, routes }, facts, journal);
  const decision = decide(run, seededRandom(manifest.seed));
  const ageDays = (world.clock.now() - Date.parse(manifest.startedAt)) / DAY_MS;
  return { state: "present", decision, runId: last.name, ageDays };
}

// Where and when a price was read may be renewed; what it says may not.
function ratesOf(price: Model["price"] | undefined): unknown {
  if (price === undefined || typeof price === "string") return price;
  const { source: _, checkedAt: __, ...rates } = price;
  return rates;
}

// Another API id, parameter or price makes another candidate, which the run says nothing about.
function changedModel(manifest: Manifest, catalog: Catalog, ids: readonly (string | undefined)[]): string | undefined {
  const asked = manifest.candidates.filter(({ id, model }) => ids.includes(id) && model.provider !== "replay");
  return asked.find(({ model: then }) => {
    const now = catalog.models.find(({ id }) => id === then.id);
    const facts = (model: Model | undefined) =>
      JSON.stringify([model?.provider, model?.model, model?.params, ratesOf(model?.price)]);
    return facts(now) !== facts(then);
  })?.id;
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

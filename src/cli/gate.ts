import { resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { gradeOf } from "../compare/decide.ts";
import { familyOfRuns, type Member } from "../compare/family.ts";
import { type EvidenceState, isGone, type Judgement, judgeChange } from "../compare/gate.ts";
import type { Ledger } from "../compare/ledger-entries.ts";
import { firstRewrittenLine } from "../compare/ledger-lines.ts";
import type { GateFinding, GateReport } from "../domain/gate.ts";
import type { Catalog } from "../domain/model.ts";
import { type Policy, PolicySchema } from "../domain/policy.ts";
import type { Routing } from "../domain/routing.ts";
import type { Suite } from "../domain/suite.ts";
import { ExitCode, UserError } from "../errors.ts";
import { renderGate } from "../report/gate/text.ts";
import { diffRouting, loosenedText, type RouteChange } from "../routing/diff.ts";
import { provenModel, routePolicy } from "../suite/plan.ts";
import { loadSuite } from "../suite/project.ts";
import { profilesOf } from "../suite/routing-file.ts";
import type { YamlFile } from "../suite/yaml.ts";
import type { GateOptions } from "./commands/gate.ts";
import { endpointOf } from "./evidence.ts";
import { type Checked, checkEvidence, filesOfSuite, modelsNow, unattested, wronglyServed } from "./evidence-check.ts";
import { readVersions, type Versions } from "./gate-tables.ts";
import { type Base, findBase } from "./git.ts";
import { ledgerFile, ledgerOf } from "./ledger.ts";
import { readNow } from "./routing-source.ts";
import { seededRandom, type World } from "./world.ts";

const DAY_MS = 86_400_000;

/** `gate`: exit 0 when every change passes, 1 when one is rejected, else 4 when one is inconclusive. */
export async function runGate(world: World, options: GateOptions): Promise<number> {
  const report = await judgeTables(world, options);
  const text = options.json === true ? `${JSON.stringify(report, null, 2)}\n` : renderGate(report);
  world.stdout(text);
  if (options.report !== undefined || options.github === true) {
    const { publish } = await import("./gate-publish.ts");
    await publish(world, report, options);
  }
  return report.exitCode;
}

/** Compares two versions of the table and judges what changed. Calls nobody. @throws UserError */
export async function judgeTables(world: World, options: GateOptions): Promise<GateReport> {
  const versions = readVersions(world, options);
  const { before, after, catalog } = versions;
  const now = world.clock.now();
  const reports = resolve(world.cwd, options.out ?? "reports");
  const suites = await suitesOf(world.cwd, before.value, after.value);
  const policyOf = (table: Routing, route: string): Policy => {
    const suite = suites.get(table.routes[route]?.suite ?? "");
    // A suite that is not loaded belongs to routes whose rules are the same in both tables.
    return suite === undefined ? PolicySchema.parse({}) : routePolicy(table, route, suite);
  };
  const changedModels = changesOf(versions);
  const changes = diffRouting(before.value, after.value, {
    policyOf,
    provenModel,
    modelChanged: (id) => changedModels.has(id),
  });
  const looks = readLooks(world, reports, versions.base);
  const policies = new Map(
    changes.map(({ route, before: old }) => [route, policyOf(old === undefined ? after.value : before.value, route)]),
  );
  const evidence = await drawEvidence(world, { reports, suites, changes, policies, versions, looks });
  const moved = movedFiles(world, versions, suites, changes);
  const judged = changes.flatMap((change) => {
    const suite = suites.get(change.after?.suite ?? change.before?.suite ?? "");
    const judgements = judgeChange(
      {
        ...change,
        loosened: change.loosened.map((each) => ({ ...each, text: loosenedText(each) })),
        policy: policies.get(change.route) as Policy,
        evidence: evidence.get(suite?.id ?? "") ?? { state: "refused", reason: "There is no evidence." },
        moved: suite === undefined ? undefined : moved.get(suite.id),
        models: suite === undefined ? new Map() : modelsNow(suite, catalog),
        changedModels,
      },
      now,
    );
    return judgements.map((judgement) => placed(judgement, after));
  });
  const findings = [...looks.findings, ...expired(after, now), ...judged];
  return {
    version: 1,
    exitCode: exitCodeOf(findings),
    before: versions.names.before,
    after: versions.names.after,
    findings,
    overrides: overridesOf(after.value, now),
  };
}

function exitCodeOf(findings: readonly GateFinding[]): number {
  if (findings.some(({ outcome }) => outcome === "reject")) return ExitCode.rejected;
  return findings.some(({ outcome }) => outcome === "inconclusive") ? ExitCode.inconclusive : ExitCode.done;
}

/** The suites of the routes that may have changed; a suite that is gone is left out. */
async function suitesOf(root: string, before: Routing, after: Routing): Promise<Map<string, Suite>> {
  const rules = (table: Routing, route: string) => {
    const found = table.routes[route];
    return found === undefined
      ? []
      : [found, table.overrides[route], profilesOf(found).map((name) => table.profiles[name])];
  };
  const routes = new Set([...Object.keys(before.routes), ...Object.keys(after.routes)]);
  const names = [...routes]
    .filter((route) => !isDeepStrictEqual(rules(before, route), rules(after, route)))
    .flatMap((route) => [before.routes[route]?.suite, after.routes[route]?.suite]);
  const suites = new Map<string, Suite>();
  for (const name of new Set(names.filter((each) => each !== undefined))) {
    try {
      suites.set(name, (await loadSuite(root, name)).suite);
    } catch (error) {
      const needed = Object.values(after.routes).some(({ suite }) => suite === name);
      if (needed || !(error instanceof UserError)) throw error;
    }
  }
  return suites;
}

/** What of a model is asked another way than before the change, under the same id. */
function changesOf({ catalog, oldCatalog }: Versions): Map<string, string> {
  const changes = new Map<string, string>();
  for (const old of oldCatalog?.models ?? []) {
    const model = catalog.models.find(({ id }) => id === old.id);
    if (model === undefined || oldCatalog === undefined) continue;
    const address = (provider: string, table: Catalog) => endpointOf(provider, table).endpoint;
    const what = [
      ...(model.model === old.model ? [] : ["the name it is asked by"]),
      ...(address(model.provider, catalog) === address(old.provider, oldCatalog)
        ? []
        : ["the address of its provider"]),
      ...(isDeepStrictEqual([model.params, model.accepts], [old.params, old.accepts]) ? [] : ["its parameters"]),
    ];
    if (what.length > 0) changes.set(model.id, what.join(" and "));
  }
  return changes;
}

interface ReadLooks {
  readonly ledger: Ledger | undefined;
  readonly findings: readonly GateFinding[];
}

/** The ledger, and what is wrong with it: it may only grow. */
function readLooks(world: World, reports: string, base: Base | undefined): ReadLooks {
  const file = ledgerFile(reports).slice(world.cwd.length + 1);
  const complain = (reason: string, line: number): ReadLooks => ({
    ledger: undefined,
    findings: [{ ...EMPTY, route: file, about: "ledger", outcome: "reject", reason, file, line }],
  });
  const now = textOrNothing(world.cwd, file);
  const then = base?.show(file) ?? "";
  const rewritten = firstRewrittenLine(then, now);
  if (rewritten !== null) {
    return complain(
      `The ledger of looks was rewritten from line ${rewritten}: it may only be added to. Restore it.`,
      rewritten,
    );
  }
  try {
    return { ledger: ledgerOf(now, file), findings: [] };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { what, remedy, where } = error.complaint;
    return complain(`${what} ${remedy}`, Number(where?.split(":").at(-1) ?? 1));
  }
}

function textOrNothing(root: string, file: string): string {
  try {
    return readNow(root)(file);
  } catch {
    return "";
  }
}

const EMPTY: Omit<GateFinding, "route" | "about" | "outcome" | "reason"> = {
  notes: [],
  command: null,
  from: null,
  to: null,
  file: null,
  line: null,
  run: null,
  quality: null,
  costRatio: null,
  override: null,
};

/** The evidence of every suite that a change asks for, all of it one family. */
async function drawEvidence(
  world: World,
  given: {
    readonly reports: string;
    readonly suites: ReadonlyMap<string, Suite>;
    readonly changes: readonly RouteChange[];
    readonly policies: ReadonlyMap<string, Policy>;
    readonly versions: Versions;
    readonly looks: ReadLooks;
  },
): Promise<ReadonlyMap<string, EvidenceState>> {
  const { reports, suites, changes, policies, versions, looks } = given;
  const { catalog, before } = versions;
  const now = world.clock.now();
  const asked = changes.filter(needsEvidence);
  const checked = new Map<string, Checked>();
  for (const name of new Set(asked.map(({ after }) => after?.suite ?? ""))) {
    const suite = suites.get(name);
    if (suite !== undefined) checked.set(name, await checkEvidence(suite, { root: world.cwd, reports, catalog }));
  }
  const turned = new Set(
    asked
      .filter(({ before: old }) =>
        isGone(
          catalog.models.find(({ id }) => id === old?.model),
          now,
        ),
      )
      .map(({ route }) => route),
  );
  const sound = [...checked.values()].flatMap((each) => (each.state === "sound" ? [each] : []));
  const members = familyOfRuns(
    sound.map(({ run }) => {
      const routes = run.manifest.routes.map((route) => ({
        ...route,
        policy: policies.get(route.route) ?? route.policy,
      }));
      const random = seededRandom(run.manifest.seed);
      return { run: { ...run, manifest: { ...run.manifest, routes } }, random, ledger: looks.ledger, turned };
    }),
  );
  return new Map(
    [...checked].map(([name, each]) => [name, stateOf(each, { members, key: before.value.evidenceKey, now, looks })]),
  );
}

function needsEvidence({ before, after }: RouteChange): boolean {
  if (before === undefined || after === undefined) return false;
  return before.model !== after.model || after.fallbacks.some((id) => !before.fallbacks.includes(id));
}

function stateOf(
  checked: Checked,
  given: {
    readonly members: readonly Member[];
    readonly key: string | undefined;
    readonly now: number;
    readonly looks: ReadLooks;
  },
): EvidenceState {
  if (checked.state === "refused") return checked;
  if (given.looks.ledger === undefined) return { state: "refused", reason: "The ledger of looks cannot be trusted." };
  const { evidence } = checked;
  const { manifest } = evidence;
  const { grade, reason } = gradeOf({ manifest: checked.run.manifest });
  return {
    state: "present",
    run: manifest.runId,
    source: manifest.source,
    ageDays: (given.now - Date.parse(manifest.startedAt)) / DAY_MS,
    models: evidence.models,
    served: wronglyServed(evidence),
    grade,
    gradeReason: reason,
    unattested: unattested(evidence, given.key),
    slices: new Map(manifest.routes.map(({ route, slice }) => [route, slice])),
    members: given.members.filter(({ suite }) => suite === manifest.suite.id),
  };
}

/**
 * A suite states margins and rules, too: one that changed together with the route would judge it by what it brings along.
 * By suite, the sentence that says so.
 */
function movedFiles(
  world: World,
  { base, names }: Versions,
  suites: ReadonlyMap<string, Suite>,
  changes: readonly RouteChange[],
): ReadonlyMap<string, string> {
  const asked = new Set(changes.filter(needsEvidence).map(({ after }) => after?.suite));
  const known = base ?? findBase(world, undefined);
  if (known === undefined || asked.size === 0) return new Map();
  const changed = new Set(known.changedFiles());
  return new Map(
    [...suites.values()].flatMap((suite) => {
      if (!asked.has(suite.id)) return [];
      const file = filesOfSuite(world.cwd, suite).find((name) => changed.has(name));
      if (file === undefined) return [];
      const since = base === undefined ? names.before : known.ref;
      const reason = `${file} has changed since ${since} as well. Land that on its own, so that it is seen and agreed to.`;
      return [[suite.id, reason] as const];
    }),
  );
}

/** The line of the table that a judgement is about. */
function placed(judgement: Judgement, { where }: YamlFile<Routing>): GateFinding {
  const field = {
    model: "model",
    fallback: "fallbacks",
    parameters: "model",
    policy: "policy",
    suite: "suite",
  } as const;
  const path = ["routes", judgement.route, field[judgement.about as keyof typeof field] ?? "model"];
  const [file = "", line = "1"] = where(path).split(/:(?=\d+$)/);
  return { ...judgement, file, line: Number(line) };
}

/** Exceptions whose time is over, or that name another model than their route. */
function expired({ value, where }: YamlFile<Routing>, now: number): GateFinding[] {
  return Object.entries(value.overrides).flatMap(([route, override]): GateFinding[] => {
    const { model, from, by, reason, until } = override;
    const [file = "", line = "1"] = where(["overrides", route]).split(/:(?=\d+$)/);
    const fault = (text: string): GateFinding[] => [
      {
        ...EMPTY,
        route,
        about: "override",
        outcome: "reject",
        reason: text,
        file,
        line: Number(line),
        to: model ?? null,
      },
    ];
    const back = from === undefined ? "" : `, or put ${from} back`;
    if (isOver(until, now)) {
      return fault(
        `The exception of ${by} ran out on ${until} (${reason}). Bring evidence and remove it, renew it${back}.`,
      );
    }
    const serving = value.routes[route]?.model;
    if (model === undefined || model === serving) return [];
    return fault(`The exception is for ${model}, but the route names ${serving}. Remove it.`);
  });
}

function isOver(until: string, now: number): boolean {
  return now >= Date.parse(`${until}T00:00:00Z`) + DAY_MS;
}

function overridesOf({ overrides }: Routing, now: number): GateReport["overrides"] {
  return Object.entries(overrides).map(([route, { model, from, policy, fallbacks, by, reason, until }]) => {
    const what = [
      ...(model === undefined ? [] : [from === undefined ? model : `${from} -> ${model}`]),
      ...(policy === undefined ? [] : [`policy ${JSON.stringify(policy)}`]),
      ...(fallbacks === undefined ? [] : [`fallbacks ${fallbacks.join(", ")}`]),
    ].join("; ");
    return { route, what, by, reason, until, expired: isOver(until, now) };
  });
}

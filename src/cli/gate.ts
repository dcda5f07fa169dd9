import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { judgeChange } from "../compare/gate.ts";
import { asksEvidence } from "../compare/gate-fallbacks.ts";
import type { Judgement } from "../compare/gate-say.ts";
import type { GateFinding, GateReport } from "../domain/gate.ts";
import type { Catalog } from "../domain/model.ts";
import { type Policy, PolicySchema } from "../domain/policy.ts";
import type { Routing } from "../domain/routing.ts";
import type { Suite } from "../domain/suite.ts";
import { ExitCode, UserError } from "../errors.ts";
import { renderFindings, renderGate } from "../report/gate/text.ts";
import { diffRouting, loosenedText } from "../routing/diff.ts";
import { provenModel, routePolicy } from "../suite/plan.ts";
import { loadSuite } from "../suite/project.ts";
import { profilesOf } from "../suite/routing-file.ts";
import type { YamlFile } from "../suite/yaml.ts";
import type { GateOptions } from "./commands/gate.ts";
import { endpointOf, evidenceFile } from "./evidence.ts";
import { modelsNow } from "./evidence-check.ts";
import { judgedCatalog } from "./gate-catalog.ts";
import { commandsBySuite, flagsGiven, freshTogether } from "./gate-commands.ts";
import { drawEvidence, movedSuites } from "./gate-evidence.ts";
import { readLooks } from "./gate-ledger.ts";
import { changedKey, EMPTY_FINDING, expired, overridesOf } from "./gate-overrides.ts";
import { namingsOf, readVersions, type Versions } from "./gate-tables.ts";
import { changedSuites, loadOldSuites, lostSuites } from "./old-suites.ts";
import type { World } from "./world.ts";

/** `gate`: exit 0 when every change passes, 1 when one is rejected, else 4 when one is inconclusive. */
export async function runGate(world: World, options: GateOptions): Promise<number> {
  const isPublished = options.report !== undefined || options.github === true;
  let report: GateReport | undefined;
  try {
    const { report: judged, audited } = await judgeTables(world, options);
    report = judged;
    // What is known is said before anybody is asked, and before anybody waits.
    if (options.json !== true) world.stdout(renderGate(judged));
    const audits = await audited();
    const findings = [...judged.findings, ...audits];
    report = { ...judged, findings, exitCode: exitCodeOf(findings) };
    if (options.json === true) world.stdout(`${JSON.stringify(report, null, 2)}\n`);
    else if (audits.length > 0) world.stdout(renderFindings(audits));
  } catch (error) {
    // The "pass" of an earlier run must not stay where nothing could be judged.
    if (isPublished) await (await import("./gate-publish.ts")).publishError(world, options, { report, error });
    throw error;
  }
  if (isPublished) await (await import("./gate-publish.ts")).publish(world, report, options);
  return report.exitCode;
}

interface Judged {
  readonly report: GateReport;
  /** Asks models again, if that was wanted: the one thing here that calls anybody. */
  readonly audited: () => Promise<GateFinding[]>;
}

/** Compares two versions of the table and judges what changed. Calls nobody. @throws UserError */
async function judgeTables(world: World, options: GateOptions): Promise<Judged> {
  const versions = readVersions(world, options);
  const { before, after, catalog } = versions;
  const now = world.clock.now();
  const reports = resolve(world.cwd, options.out ?? "reports");
  const changedFiles = changedSuites(world.cwd, versions.base, suiteNamesOf(after.value));
  const suites = await suitesOf(world.cwd, versions, changedFiles);
  const old = await loadOldSuites(world.cwd, versions.base, changedFiles);
  const policyOf = (table: Routing, route: string): Policy => {
    const name = table.routes[route]?.suite ?? "";
    const suite = (table === before.value ? old.suites.get(name) : undefined) ?? suites.get(name);
    // A suite that is not loaded belongs to routes whose rules are the same in both tables.
    return suite === undefined ? PolicySchema.parse({}) : routePolicy(table, route, suite);
  };
  const judgedBy = judgedCatalog(catalog, versions.oldCatalog, now);
  const changedModels = changesOf(versions);
  const namings = namingsOf(versions);
  const changes = diffRouting(before.value, after.value, {
    policyOf,
    provenModel,
    modelChanged: (id) => changedModels.has(id),
    renamed: (route) => (namings.get(route)?.renamed ?? []).length > 0,
  });
  const looks = readLooks(world.cwd, reports, versions.base);
  const policies = new Map(
    changes.map(({ route, before: old }) => [route, policyOf(old === undefined ? after.value : before.value, route)]),
  );
  const asked = changes.flatMap(({ route, before: old, after: next }) => {
    if (old === undefined || next === undefined) return [];
    if (!asksEvidence({ before: old, after: next, changedModels })) return [];
    const isGone = judgedBy.gone(old.model) !== undefined;
    return [{ route, suite: next.suite, incumbent: old.model, isGone, policy: policies.get(route) as Policy }];
  });
  const evidence = drawEvidence({
    root: world.cwd,
    reports,
    suites,
    asked,
    catalog,
    evidenceKey: before.value.evidenceKey,
    ledger: looks.ledger,
    now,
    described: options.json === true || options.github === true || options.report !== undefined,
  });
  const drawn = [...suites.values()].filter(({ id }) => asked.some(({ suite }) => suite === id));
  const moved = movedSuites(world.cwd, versions.base, drawn);
  const commands = commandsBySuite(changes, {
    changedModels,
    gone: judgedBy.gone,
    flags: flagsGiven({ ...options, table: versions.tableFile }),
  });
  const judged = changes.flatMap((change) => {
    const suite = suites.get(change.after?.suite ?? change.before?.suite ?? "");
    const goneHere = judgedBy.goneHere(change.before?.model ?? "");
    const judgements = judgeChange(
      {
        ...change,
        loosened: change.loosened.map((each) => ({ ...each, text: loosenedText(each) })),
        renamed: namings.get(change.route)?.renamed ?? [],
        notes: [...(namings.get(change.route)?.notes ?? []), ...(goneHere === undefined ? [] : [goneHere])],
        gone: judgedBy.gone(change.before?.model ?? ""),
        policy: policies.get(change.route) as Policy,
        evidence: evidence.get(suite?.id ?? "") ?? { state: "refused", reason: "There is no evidence.", settle: true },
        moved: suite === undefined ? undefined : moved.get(suite.id),
        models: suite === undefined ? new Map() : modelsNow(suite, judgedBy.catalog),
        changedModels,
        commands: commands(suite?.id ?? ""),
      },
      now,
    );
    return judgements.map((judgement) => placed(judgement, after));
  });
  const findings = [
    ...looks.findings,
    ...lostCatalog(versions, options.catalog),
    ...lostSuites(versions.base, old),
    ...changedKey(before, after),
    ...expired(after, now),
    ...freshTogether(judged),
  ];
  const report: GateReport = {
    version: 1,
    exitCode: exitCodeOf(findings),
    before: versions.names.before,
    after: versions.names.after,
    findings,
    overrides: overridesOf(after.value, now),
  };
  return { report, audited: () => audits(world, options, versions, drawn) };
}

/** Of the suites that were drawn on; where nothing has changed, of all that the table rests on. */
async function audits(
  world: World,
  options: GateOptions,
  { after, catalog }: Versions,
  drawn: readonly Suite[],
): Promise<GateFinding[]> {
  const { audit: count, yes, maxSpend } = options;
  if (count === undefined) return [];
  const { auditEvidence } = await import("./audit.ts");
  const reports = resolve(world.cwd, options.out ?? "reports");
  const names = [...new Set(Object.values(after.value.routes).map(({ suite }) => suite))];
  const kept = drawn.length > 0 ? [] : names.filter((name) => existsSync(evidenceFile(reports, name)));
  const suites = [...drawn];
  for (const name of kept) suites.push((await loadSuite(world.cwd, name)).suite);
  if (suites.length === 0) {
    const remedy = "Make some: npm run eval <suite> -- --save-evidence.";
    throw new UserError({ where: "--audit", what: "There is no evidence to audit.", remedy });
  }
  return auditEvidence(world, suites, { reports, catalog, catalogFile: options.catalog, count, yes, maxSpend });
}

function exitCodeOf(findings: readonly GateFinding[]): number {
  if (findings.some(({ outcome }) => outcome === "reject")) return ExitCode.rejected;
  return findings.some(({ outcome }) => outcome === "inconclusive") ? ExitCode.inconclusive : ExitCode.done;
}

/** The suites of the routes that may have changed; a suite that is gone is left out. */
async function suitesOf(
  root: string,
  { before: { value: before }, after: { value: after } }: Versions,
  changed: ReadonlyMap<string, string>,
): Promise<Map<string, Suite>> {
  const rules = (table: Routing, route: string) => {
    const found = table.routes[route];
    return found === undefined
      ? []
      : [found, table.overrides[route], profilesOf(found).map((name) => table.profiles[name])];
  };
  const routes = new Set([...Object.keys(before.routes), ...Object.keys(after.routes)]);
  const names = [...routes]
    .filter((route) => !isDeepStrictEqual(rules(before, route), rules(after, route)))
    .flatMap((route) => [before.routes[route]?.suite, after.routes[route]?.suite])
    .concat(...changed.keys());
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

function lostCatalog({ lostCatalog: reason }: Versions, file: string): GateFinding[] {
  if (reason === undefined) return [];
  return [{ ...EMPTY_FINDING, route: file, about: "route", outcome: "inconclusive", reason, file, line: 1 }];
}

function suiteNamesOf({ routes }: Routing): Set<string> {
  return new Set(Object.values(routes).map(({ suite }) => suite));
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
  const path =
    judgement.about === "override"
      ? ["overrides", judgement.route, "from"]
      : ["routes", judgement.route, field[judgement.about as keyof typeof field] ?? "model"];
  const [file = "", line = "1"] = where(path).split(/:(?=\d+$)/);
  return { ...judgement, file, line: Number(line) };
}

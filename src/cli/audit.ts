import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hashOf } from "../compare/evidence.ts";
import type { GateFinding } from "../domain/gate.ts";
import type { Catalog } from "../domain/model.ts";
import type { Run } from "../domain/run.ts";
import type { Suite } from "../domain/suite.ts";
import { ExitCode, UserError } from "../errors.ts";
import { count as counted, plural } from "../report/numbers.ts";
import { readJournal } from "../run/journal.ts";
import { undoneLines } from "./after-run.ts";
import { type AskedAgain, auditFinding, compareAgain, failuresOf } from "./audit-compare.ts";
import { agreed, amountOf, checkMaxSpend } from "./consent.ts";
import { equip } from "./equip.ts";
import { evidenceFile } from "./evidence.ts";
import { checkEvidence } from "./evidence-check.ts";
import { execute } from "./execute.ts";
import { keyVariableOf, readKeys } from "./keys.ts";
import type { RunOptions } from "./options.ts";
import { estimatePlan, type PlanEstimate } from "./plan-text.ts";
import { type Prepared, prepare } from "./prepare.ts";
import { seededRandom, type World } from "./world.ts";

export interface AuditOptions {
  readonly reports: string;
  readonly catalog: Catalog;
  readonly catalogFile: string;
  /** Cases of each evidence. */
  readonly count: number;
  readonly yes?: boolean | undefined;
  /** For all suites together. */
  readonly maxSpend?: number | undefined;
}

/** What is to be asked again of one suite. Nothing has been called. */
interface Planned {
  readonly suite: Suite;
  readonly file: string;
  readonly run: Run;
  readonly prepared: Prepared;
  readonly options: RunOptions;
  readonly estimate: PlanEstimate;
}

/**
 * Asks the models of saved evidence a few of its cases again, drawn at random, and compares. Evidence that was made up, or made
 * by another model, does not come out again. Says first what it will cost, and asks, as `eval` does.
 * @throws UserError where fewer than two of a suite's models have a key here, where nobody agreed to the cost, on Ctrl-C
 */
export async function auditEvidence(
  world: World,
  suites: readonly Suite[],
  options: AuditOptions,
): Promise<GateFinding[]> {
  const findings: GateFinding[] = [];
  const plans: Planned[] = [];
  try {
    for (const suite of suites) {
      const planned = await plan(world, suite, options);
      if ("outcome" in planned) findings.push(planned);
      else plans.push(planned);
    }
    await agree(world, plans, options);
    let left = options.maxSpend;
    for (const planned of plans) {
      const { again, spentUsd } = await askAgain(world, planned, left);
      if (left !== undefined) left = Math.max(0, left - spentUsd);
      findings.push(compareAgain(planned, again));
    }
    return findings;
  } finally {
    for (const { prepared } of plans) prepared.cases.close();
  }
}

async function plan(world: World, suite: Suite, given: AuditOptions): Promise<Planned | GateFinding> {
  const { reports, catalog, count, catalogFile } = given;
  const file = evidenceFile(reports, suite.id).slice(world.cwd.length + 1);
  const checked = checkEvidence(suite, { root: world.cwd, reports, catalog });
  if (checked.state === "refused") return auditFinding(suite, file, { outcome: "reject", reason: checked.reason });
  const { run } = checked;
  const { manifest } = run;
  if (manifest.source !== "live") {
    const reason = `The answers of run ${manifest.runId} are ${manifest.source}: nobody can be asked again.`;
    return auditFinding(suite, file, { outcome: "inconclusive", reason });
  }
  const keys = readKeys(world);
  const ids = manifest.candidates.map(({ id }) => id);
  const modelOf = (id: string) => catalog.models.find((each) => each.id === baseOf(id));
  const asked = ids.filter((id) => {
    const model = modelOf(id);
    return model !== undefined && keys.of(model, catalog) !== undefined;
  });
  if (asked.length < 2) {
    const variables = ids.filter((id) => !asked.includes(id)).flatMap((id) => modelOf(id) ?? []);
    const named = [...new Set(variables.map((model) => keyVariableOf(model, catalog)))].join(", ");
    const remedy = `Put the keys of at least two of ${ids.join(", ")} into .env or the environment${named === "" ? "" : ` (${named})`}.`;
    throw new UserError({ where: "--audit", what: `The models of "${suite.id}" cannot be asked.`, remedy });
  }
  const incumbent = asked.find((id) => id === baseOf(id)) ?? baseOf(asked[0] ?? "");
  const { judge } = manifest;
  const options: RunOptions = {
    models: asked,
    incumbent: [incumbent],
    seed: "1",
    repeats: 1,
    fresh: true,
    catalog: catalogFile,
    ...(judge === null
      ? {}
      : { judge: judge.panel?.map(({ model }) => model) ?? [judge.model], allowRelatedJudge: judge.related }),
  };
  const drawn = drawnCases(run, count, hashOf(world.clock.now()));
  const prepared = narrowed(await prepare(world, suite.id, options), drawn);
  return { suite, file, run, prepared, options, estimate: estimatePlan(prepared) };
}

function baseOf(candidate: string): string {
  return candidate.split("#")[0] ?? candidate;
}

function drawnCases({ cases }: Run, count: number, seed: string): ReadonlySet<string> {
  const random = seededRandom(seed)("audit");
  const left = [...cases.values().map(({ id }) => id)];
  const drawn = new Set<string>();
  while (drawn.size < Math.min(count, cases.length)) {
    const [id = ""] = left.splice(Math.floor(random() * left.length), 1);
    drawn.add(id);
  }
  return drawn;
}

/** The run over a few of its cases alone. */
function narrowed(whole: Prepared, drawn: ReadonlySet<string>): Prepared {
  const places = [...whole.cases.facts.entries().flatMap(([index, { id }]) => (drawn.has(id) ? [index] : []))];
  const trials = () => [...whole.trials()].filter(({ item }) => drawn.has(item.id));
  return {
    ...whole,
    cases: whole.cases.pick(places),
    manifest: { ...whole.manifest, order: places.map((index) => whole.cases.facts.at(index)?.id ?? "") },
    planned: new Map(whole.candidates.map(({ id }) => [id, places.length])),
    trials,
    sample: trials,
  };
}

/** Says what the audit takes, and has it agreed to. @throws UserError where it is not */
async function agree(world: World, plans: readonly Planned[], options: AuditOptions): Promise<void> {
  for (const { suite, prepared, estimate } of plans) {
    checkMaxSpend(prepared, estimate, options);
    const models = plural(prepared.candidates.length, "model");
    const judge =
      estimate.judge === null ? "" : ` and ${plural(estimate.judge.calls, "call")} of ${estimate.judge.model}`;
    world.stderr(
      `Audit of ${suite.id}: ${plural(prepared.cases.length, "case")} x ${models} = ${counted(estimate.calls)} calls${judge}, ${amountOf(estimate)}\n`,
    );
  }
  const sum = {
    knownUsd: plans.reduce((total, { estimate }) => total + estimate.knownUsd, 0),
    unpriced: [...new Set(plans.flatMap(({ estimate }) => estimate.unpriced))],
  };
  if (plans.length === 0 || (await agreed(world, options, sum))) return;
  throw new UserError({ where: "--audit", what: "Nobody was asked.", remedy: "Agree with y, or leave --audit out." });
}

async function askAgain(
  world: World,
  { prepared, options }: Planned,
  maxSpend: number | undefined,
): Promise<{ readonly again: AskedAgain; readonly spentUsd: number }> {
  const directory = mkdtempSync(join(tmpdir(), "signalbox-audit-"));
  try {
    const equipment = await equip(prepared, world, maxSpend === undefined ? options : { ...options, maxSpend });
    const { counted, undone, interrupted } = await execute(prepared, equipment, world, {
      quiet: false,
      directory,
    });
    if (interrupted) {
      const what = "Interrupted. What was answered is not compared.";
      throw new UserError({ where: "--audit", what, remedy: "Run it again." }, ExitCode.interrupted);
    }
    const failures = failuresOf(readJournal(join(directory, "journal.jsonl")));
    const again = { run: counted.assembly.run, left: undoneLines(prepared, undone), failures };
    return { again, spentUsd: equipment.budget.spentUsd };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

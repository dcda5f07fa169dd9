import { createPrivateKey, sign } from "node:crypto";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { attestedText, brokenChain, evidenceOf, hashOf, type ModelFacts, renderEvidence } from "../compare/evidence.ts";
import { type Attestation, type Evidence, EvidenceSchema } from "../domain/evidence.ts";
import type { Catalog, Model } from "../domain/model.ts";
import type { Manifest, RunFile } from "../domain/run.ts";
import type { Suite } from "../domain/suite.ts";
import { UserError } from "../errors.ts";
import { assembleRun } from "../run/assemble.ts";
import { readJournal } from "../run/journal.ts";
import { OUTPUTS } from "./conclude.ts";
import type { Prepared } from "./prepare.ts";
import { readRubrics } from "./rubrics.ts";
import type { World } from "./world.ts";
import { writeWhole } from "./write.ts";

/** Where evidence is kept below the folder of reports: committed, one file a suite. */
export function evidenceFile(reports: string, suite: string): string {
  return join(reports, "evidence", `${suite}.json`);
}

/** Hash of where a model is asked: another dialect or base URL is another server. */
export function endpointOf(provider: string, { providers }: Catalog): { host: string | null; endpoint: string } {
  const { dialect, baseURL } = providers[provider] ?? {};
  const host = baseURL === undefined ? null : new URL(baseURL).host;
  return { host, endpoint: hashOf([dialect ?? null, baseURL ?? null]) };
}

/** Hash of what a model costs. Where and when that was read may be renewed. */
export function priceHash(price: Model["price"]): string {
  if (typeof price === "string") return hashOf(price);
  const { source: _, checkedAt: __, ...rates } = price;
  return hashOf(rates);
}

/** Hash of the judges of a run: who they are, what they are sent, and where. Null where none judged, or one is gone. */
export function judgesHash({ judge }: Pick<Manifest, "judge">, catalog: Catalog): string | null {
  if (judge === null) return null;
  const names = judge.panel?.map(({ model }) => model) ?? [judge.model];
  const found = names.map((name) => catalog.models.find(({ id }) => id === name));
  if (found.includes(undefined)) return null;
  return hashOf(
    found.map((model) => [
      model?.provider,
      model?.model,
      model?.params,
      endpointOf(model?.provider ?? "", catalog).endpoint,
    ]),
  );
}

/** Hashes of the parts of a suite that have their own reason to be refused. */
export function suiteParts(root: string, suite: Suite): { prompts: string; rubrics: string } {
  return { prompts: hashOf([suite.prompts, suite.data]), rubrics: hashOf(readRubrics(root, suite)) };
}

/**
 * Saves a finished run as evidence, and says so. Evidence that is there and stronger stays: a simulated or a smaller run
 * over the same suite does not take its place.
 */
export async function saveEvidence(
  world: World,
  prepared: Prepared,
  saved: { readonly directory: string; readonly run: RunFile; readonly out: string | undefined },
): Promise<void> {
  const { directory } = saved;
  const { status, manifest } = saved.run;
  const file = evidenceFile(resolve(world.cwd, saved.out ?? "reports"), manifest.suite.id);
  const shown = relative(world.cwd, file);
  if (status !== "complete") {
    world.stderr(`${shown} is not written: the run is not complete. Go on with --resume --save-evidence.\n`);
    return;
  }
  const { facts } = prepared.cases;
  const journal = join(directory, OUTPUTS.journal);
  const { run } = await assembleRun(manifest, facts, readJournal(journal));
  const evidence = evidenceOf(run, {
    models: modelFacts(prepared, await servedNames(journal)),
    hashes: {
      ...suiteParts(world.cwd, prepared.suite),
      judge: judgesHash(manifest, prepared.catalog),
    },
  });
  const stronger = strongerThan(evidence, file);
  if (stronger !== undefined) {
    world.stderr(`${shown} stays as it is: ${stronger}. Remove it first to replace it.\n`);
    return;
  }
  mkdirSync(dirname(file), { recursive: true });
  const attested = { ...evidence, attestation: attest(evidence.seal, world.env) };
  writeWhole(file, prepared.keys.scrub(renderEvidence(attested)));
  world.stderr(
    `Evidence: ${shown}${attested.attestation === null ? "" : ", signed"}. Commit it with the change of the table.\n`,
  );
}

/** The names under which each candidate's answers came back, and how often. */
async function servedNames(journal: string): Promise<ReadonlyMap<string, ReadonlyMap<string, number>>> {
  const served = new Map<string, Map<string, number>>();
  for await (const record of readJournal(journal)) {
    if (record.type !== "trial" || record.trial.outcome.state !== "completed") continue;
    const { servedModel } = record.trial.outcome.completion;
    const counts = served.get(record.trial.candidate) ?? new Map<string, number>();
    served.set(record.trial.candidate, counts.set(servedModel, (counts.get(servedModel) ?? 0) + 1));
  }
  return served;
}

function modelFacts({ manifest, catalog }: Prepared, served: Awaited<ReturnType<typeof servedNames>>): ModelFacts {
  return new Map(
    manifest.candidates.map(({ id, model, params }) => [
      id,
      {
        served: Object.fromEntries([...(served.get(id) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1))),
        ...endpointOf(model.provider, catalog),
        parameters: hashOf(params),
        price: priceHash(model.price),
      },
    ]),
  );
}

function strongerThan({ manifest }: Evidence, file: string): string | undefined {
  const held = existsSync(file) ? readEvidence(file) : undefined;
  if (held === undefined || typeof held === "string" || brokenChain(held) !== undefined) return undefined;
  const { manifest: old } = held;
  if (old.source !== "simulated" && manifest.source === "simulated")
    return `it is of the real models of run ${old.runId}`;
  const same = old.suite.hash === manifest.suite.hash && old.suite.datasetSha256 === manifest.suite.datasetSha256;
  if (!same || old.source === "simulated" || old.plannedN <= manifest.plannedN) return undefined;
  return `it holds ${old.plannedN} cases of run ${old.runId}, this run ${manifest.plannedN}`;
}

/** Reads evidence; a text says why it cannot be read. */
export function readEvidence(file: string): Evidence | string {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return "it is no whole JSON file";
  }
  const parsed = EvidenceSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  return `it is not in the form that Signalbox writes (${issue?.path.join(".") || "file"}: ${issue?.message})`;
}

/** The signature of a CI run, where the machine is one and holds the key. @throws UserError for a key that is none */
function attest(seal: string, env: World["env"]): Attestation | null {
  const key = env.SIGNALBOX_EVIDENCE_KEY;
  const facts = ciFacts(env);
  if (key === undefined || key === "" || facts === undefined) return null;
  try {
    const pem = key.includes("BEGIN") ? key : `-----BEGIN PRIVATE KEY-----\n${key}\n-----END PRIVATE KEY-----\n`;
    const signature = sign(null, Buffer.from(attestedText(seal, facts)), createPrivateKey(pem)).toString("base64");
    return { ...facts, signature };
  } catch {
    const remedy = "Make one with: openssl genpkey -algorithm ed25519 (docs/gate.md).";
    throw new UserError({ where: "SIGNALBOX_EVIDENCE_KEY", what: "It is no Ed25519 private key.", remedy });
  }
}

function ciFacts(env: World["env"]): Omit<Attestation, "signature"> | undefined {
  if (env.GITHUB_ACTIONS === "true") {
    const repository = env.GITHUB_REPOSITORY ?? "";
    const runUrl = `${env.GITHUB_SERVER_URL ?? ""}/${repository}/actions/runs/${env.GITHUB_RUN_ID ?? ""}`;
    return { service: "github", repository, runUrl, commit: env.GITHUB_SHA ?? "" };
  }
  if (env.GITLAB_CI === "true") {
    const { CI_PROJECT_PATH: repository = "", CI_JOB_URL: runUrl = "", CI_COMMIT_SHA: commit = "" } = env;
    return { service: "gitlab", repository, runUrl, commit };
  }
  return undefined;
}

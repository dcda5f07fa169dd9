import { createPublicKey, verify } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { attestedText, brokenChain, hashOf, runOf } from "../compare/evidence.ts";
import type { ModelNow } from "../compare/refusal.ts";
import type { Evidence } from "../domain/evidence.ts";
import type { Catalog } from "../domain/model.ts";
import type { CaseFact, Run } from "../domain/run.ts";
import { inSlice } from "../domain/slice.ts";
import type { Suite } from "../domain/suite.ts";
import { UserError } from "../errors.ts";
import { servedAsAsked } from "../providers/served.ts";
import { type Cases, openCases } from "../suite/cases.ts";
import { fileSha256 } from "../suite/dataset.ts";
import { drawCases, effectiveParams, ORDER_SEED, suiteHash } from "../suite/plan.ts";
import { endpointOf, evidenceFile, judgesHash, priceHash, readEvidence, suiteParts } from "./evidence.ts";
import { readRubrics } from "./rubrics.ts";
import { seededRandom } from "./world.ts";

/** Evidence that holds together and is about the suite as it is today; or why it is not. */
export type Checked =
  | { readonly state: "refused"; readonly reason: string }
  | { readonly state: "sound"; readonly evidence: Evidence; readonly run: Run };

interface Project {
  readonly root: string;
  readonly reports: string;
  readonly catalog: Catalog;
}

/** Reads a suite's evidence and holds it against the project. Never throws for what stands in a file. */
export function checkEvidence(suite: Suite, project: Project): Checked {
  const { root, reports, catalog } = project;
  const refused = (reason: string): Checked => ({ state: "refused", reason });
  const file = evidenceFile(reports, suite.id);
  if (!existsSync(file)) return refused(`The suite "${suite.id}" has no saved evidence.`);
  const evidence = readEvidence(file);
  if (typeof evidence === "string") return refused(`The evidence of "${suite.id}" cannot be read: ${evidence}.`);
  const { manifest, hashes } = evidence;
  const { runId } = manifest;
  if (manifest.suite.id !== suite.id) {
    return refused(`The evidence under "${suite.id}" is that of another suite, "${manifest.suite.id}".`);
  }
  const broken = brokenChain(evidence);
  if (broken !== undefined) return refused(`The evidence of run ${runId} does not hold together. ${broken}`);
  const changed = changedPart(suite, evidence, root);
  if (changed !== undefined) return refused(`${changed} changed since run ${runId}.`);
  const dataset = join(root, suite.dataset);
  if (!existsSync(dataset) || fileSha256(dataset) !== manifest.suite.datasetSha256) {
    return refused(`The dataset of "${suite.id}" has changed since run ${runId}.`);
  }
  if (judgesHash(manifest, catalog) !== hashes.judge) {
    return refused(`The judge ${manifest.judge?.model} changed in the catalogue since run ${runId}.`);
  }
  const run = runOf(evidence);
  const misplaced = misplacedCase(run, suite, dataset);
  if (misplaced !== undefined) return refused(`The cases of run ${runId} are not those of the dataset: ${misplaced}.`);
  return { state: "sound", evidence, run };
}

function changedPart(suite: Suite, { manifest, hashes }: Evidence, root: string): string | undefined {
  const { prompts, rubrics, code } = suiteParts(root, suite);
  if (hashes.prompts !== prompts) return `The prompts of "${suite.id}"`;
  if (hashes.rubrics !== rubrics) return `The rubrics of "${suite.id}"`;
  const names = hashes.code === undefined ? [] : [...Object.keys(hashes.code), ...Object.keys(code)];
  const file = names.find((name) => hashes.code?.[name] !== code[name]);
  if (file !== undefined) return `${file}, which holds code that "${suite.id}" scores by,`;
  return manifest.suite.hash === suiteHash(suite, readRubrics(root, suite), code)
    ? undefined
    : `The rules of "${suite.id}"`;
}

/** A live run asks the first cases of the order drawn; a replay, or one on unused cases, leaves some out. */
function misplacedCase(run: Run, suite: Suite, dataset: string): string | undefined {
  let cases: Cases;
  try {
    cases = openCases(dataset, suite.dataset, () => {});
  } catch (error) {
    if (error instanceof UserError) return error.complaint.what;
    throw error;
  }
  const { manifest } = run;
  const isServed = ({ tags }: CaseFact) => manifest.routes.some(({ slice }) => inSlice(tags, slice));
  const { maxPerCluster } = suite;
  const random = seededRandom(ORDER_SEED)(`order ${suite.id}`);
  const drawn = cases.pick(drawCases(cases, { isAsked: isServed, maxPerCluster }, random)).facts;
  const whole = manifest.source === "live" && manifest.confirms === undefined;
  let at = 0;
  for (const { id, tags, clusterId } of run.cases) {
    if (!whole) while (at < drawn.length && drawn.at(at)?.id !== id) at += 1;
    const item = drawn.at(at);
    if (item?.id !== id) return `"${id}" does not stand where it was drawn`;
    if (hashOf([item.tags, item.clusterId ?? null]) !== hashOf([tags, clusterId ?? null]))
      return `"${id}" has other tags`;
    at += 1;
  }
  return undefined;
}

/** The models of the catalogue as a suite would ask them today, by id. */
export function modelsNow(suite: Suite, catalog: Catalog): ReadonlyMap<string, ModelNow> {
  return new Map(
    catalog.models.map((model) => {
      const sent = effectiveParams(suite.params, model);
      const { endpoint } = endpointOf(model.provider, catalog);
      const { baseURL } = catalog.providers[model.provider] ?? {};
      const hashes = { endpoint, parameters: hashOf(sent), price: priceHash(model.price) };
      return [model.id, { model, sent, baseURL, ...hashes }];
    }),
  );
}

/** By candidate: a name under which answers came back that is not the one asked for. */
export function wronglyServed({ models }: Evidence): ReadonlyMap<string, string> {
  return new Map(
    models.flatMap(({ id, asked, served }) => {
      const wrong = Object.keys(served).find((name) => !servedAsAsked(asked, name));
      return wrong === undefined ? [] : [[id, wrong] as const];
    }),
  );
}

/** Why evidence is not signed by a CI run for a public key; undefined where it is. */
export function unattested({ seal, attestation }: Evidence, publicKey: string | undefined): string | undefined {
  if (publicKey === undefined) return "the table states no evidenceKey to check a signature by";
  if (attestation === null) return "this evidence is not signed";
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey, "base64"), format: "der", type: "spki" });
    const text = Buffer.from(attestedText(seal, attestation));
    if (verify(null, text, key, Buffer.from(attestation.signature, "base64"))) return undefined;
  } catch {
    return "the evidenceKey of the table is no Ed25519 public key";
  }
  return "its signature is not that of the table's evidenceKey";
}

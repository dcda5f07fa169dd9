import { createPrivateKey, sign } from "node:crypto";
import { existsSync, mkdirSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { attestedText, brokenChain, evidenceOf, hashOf, type ModelFacts, renderEvidence } from "../compare/evidence.ts";
import type { ReportInput } from "../domain/detail.ts";
import type { Attestation, Evidence } from "../domain/evidence.ts";
import { UserError } from "../errors.ts";
import { endpointOf, evidenceFile, judgesHash, priceHash, readEvidence, suiteParts } from "./evidence.ts";
import type { Prepared } from "./prepare.ts";
import type { World } from "./world.ts";
import { writeWhole } from "./write.ts";

/**
 * Saves a finished run as evidence, and says so. Evidence that is there and stronger stays: a simulated or a smaller run
 * over the same suite does not take its place.
 */
export function saveEvidence(
  world: World,
  prepared: Prepared,
  { run, numbers, facts }: Pick<ReportInput, "run" | "numbers" | "facts">,
  out: string | undefined,
): void {
  const { status, manifest, totals } = run;
  const file = evidenceFile(resolve(world.cwd, out ?? "reports"), manifest.suite.id);
  const shown = relative(world.cwd, file);
  if (status !== "complete") {
    world.stderr(`${shown} is not written: the run is not complete. Go on with --resume --save-evidence.\n`);
    return;
  }
  const evidence = evidenceOf(numbers, {
    models: modelFacts(prepared, facts),
    cachedSince: totals?.cachedSince ?? null,
    hashes: {
      ...suiteParts(world.cwd, prepared.suite),
      judge: judgesHash(manifest, prepared.catalog),
    },
  });
  const held = heldEvidence(file);
  const stronger = strongerThan(evidence, held);
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
  const lost = modelsLost(evidence, held);
  if (lost !== undefined) world.stderr(lost);
}

function modelFacts({ manifest, catalog }: Prepared, { models }: ReportInput["facts"]): ModelFacts {
  const served = new Map(models.map((model) => [model.candidate, model.served]));
  return new Map(
    manifest.candidates.map(({ id, model, params }) => [
      id,
      {
        served: Object.fromEntries(
          (served.get(id) ?? [])
            .map(({ model: name, count }) => [name ?? "", count] as const)
            .sort(([a], [b]) => (a < b ? -1 : 1)),
        ),
        ...endpointOf(model.provider, catalog),
        parameters: hashOf(params),
        price: priceHash(model.price),
      },
    ]),
  );
}

function heldEvidence(file: string): Evidence | undefined {
  const held = existsSync(file) ? readEvidence(file) : undefined;
  return held === undefined || typeof held === "string" || brokenChain(held) !== undefined ? undefined : held;
}

function strongerThan({ manifest }: Evidence, held: Evidence | undefined): string | undefined {
  if (held === undefined) return undefined;
  const { manifest: old } = held;
  if (old.source !== "simulated" && manifest.source === "simulated")
    return `it is of the real models of run ${old.runId}`;
  if (!isOfSame(manifest, old) || old.source === "simulated" || old.plannedN <= manifest.plannedN) return undefined;
  return `it holds ${old.plannedN} cases of run ${old.runId}, this run ${manifest.plannedN}`;
}

// A suite has one file: what this run did not ask can be judged no more, and whoever meant to add to it has to know.
function modelsLost({ manifest }: Evidence, held: Evidence | undefined): string | undefined {
  if (held === undefined || !isOfSame(manifest, held.manifest)) return undefined;
  const kept = manifest.candidates.map(({ id }) => id);
  const lost = held.manifest.candidates.map(({ id }) => id).filter((id) => !kept.includes(id));
  if (lost.length === 0) return undefined;
  return `It no longer holds ${lost.join(", ")}, which run ${held.manifest.runId} compared: to keep them, run again with --models ${[...kept, ...lost].join(",")}. What the cache holds costs nothing.\n`;
}

function isOfSame({ suite }: Evidence["manifest"], old: Evidence["manifest"]): boolean {
  return old.suite.hash === suite.hash && old.suite.datasetSha256 === suite.datasetSha256;
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

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { hashOf } from "../compare/evidence.ts";
import { type Evidence, EvidenceSchema } from "../domain/evidence.ts";
import type { Catalog, Model } from "../domain/model.ts";
import type { Manifest } from "../domain/run.ts";
import type { Suite } from "../domain/suite.ts";
import { readRubrics } from "./rubrics.ts";
import { codeOf } from "./suite-files.ts";

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
export function suiteParts(
  root: string,
  suite: Suite,
): { prompts: string; rubrics: string; code: Record<string, string> } {
  return {
    prompts: hashOf([suite.prompts, suite.data]),
    rubrics: hashOf(readRubrics(root, suite)),
    code: codeOf(root, suite),
  };
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

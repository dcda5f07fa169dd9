import type { ReportInput } from "../../domain/detail.ts";
import type { Policy } from "../../domain/policy.ts";
import { atLeastUsd, change, count, percent, seconds, UNKNOWN } from "../numbers.ts";
import { costLimitOf, marginOf, marginWords } from "./limits.ts";
import { list } from "./text.ts";

/** A fact with its name; `code` sets it in monospace. */
export interface Fact {
  readonly name: string;
  readonly text: string;
  readonly code: boolean;
}

/** A fact; plain text unless it is code. */
export function fact(name: string, text: string, code = false): Fact {
  return { name, text, code };
}

/** What was asked of whom, and how it was planned. */
export function questionFacts({ run: { manifest }, decision }: ReportInput): Fact[] {
  const { suite } = manifest;
  return [
    fact("Suite", `${suite.id}: ${suite.title}; ${suite.scale} quality`),
    fact("Suite sha256", suite.hash, true),
    fact(
      "Dataset",
      `${suite.dataset}, ${count(decision.cases)} cases, at most ${count(suite.maxPerCluster)} of a cluster`,
    ),
    fact("Dataset sha256", suite.datasetSha256, true),
    fact(
      "Planned",
      `${count(manifest.plannedN)} cases, ${count(manifest.repeats)} ${manifest.repeats === 1 ? "answer" : "answers"} each`,
    ),
    fact("Family", `${count(decision.family)} comparisons share the error rate (Holm), fixed when the run was planned`),
    fact("Looks", looksText(decision)),
    fact("Seed", `${manifest.seed}; the order of the cases comes from the suite's id`),
  ];
}

function looksText({ routes }: ReportInput["decision"]): string {
  const texts = routes.map(({ route, comparisons }) => {
    const [first] = comparisons;
    if (first === undefined) return `${route}: none`;
    if (first.test === "betting") return `${route}: after every pair (betting)`;
    return `${route}: ${list(first.looks.map(({ n, share }) => `${percent(share)} of alpha at ${count(n)}`)) || "none"}`;
  });
  return texts.join("; ") || "none";
}

/** What is not in the numbers, and why. */
export function leftOutFacts({ run: { manifest, totals, status }, decision }: ReportInput): Fact[] {
  const missing = decision.routes.flatMap(({ route, comparisons }) =>
    comparisons.flatMap((comparison) =>
      Object.entries(comparison.missing).map(
        ([reason, times]) => `${route}, ${comparison.candidate}: ${times} ${times === 1 ? "case" : "cases"}, ${reason}`,
      ),
    ),
  );
  return [
    fact("Run", status),
    fact(
      "Trials",
      totals === null
        ? UNKNOWN
        : `${count(totals.planned)} planned: ${count(totals.completed)} answered, ${count(totals.failed)} failed (quality 0, charged), ${count(totals.missing)} missing, ${totals.resumed === null ? UNKNOWN : count(totals.resumed)} from an earlier attempt`,
    ),
    fact("Missing", missing.join("; ") || "no case of any comparison"),
    fact("Unpriced", totals === null ? UNKNOWN : `${count(totals.unpricedTrials)} trials`),
    fact("Scorers dropped", manifest.dropped.map(({ name, reason }) => `${name}: ${reason}`).join("; ") || "none"),
    fact("Models skipped", manifest.skipped.map(({ model, reason }) => `${model}: ${reason}`).join("; ") || "none"),
  ];
}

/** A route's policy in words. */
export function policyText(policy: Policy): string {
  const margin = marginOf(policy);
  const quality = margin === 0 ? "quality better than the incumbent's" : `quality at most ${marginWords(margin)} lower`;
  const latency = policy.p95LatencyMs === undefined ? [] : [`95 % of answers within ${seconds(policy.p95LatencyMs)}`];
  return `${[quality, `cost ${change(costLimitOf(policy))} or less`, ...latency, `errors at most ${percent(policy.maxErrorRate)}`].join(", ")}; chance of a false approval at most ${percent(policy.alpha)}`;
}

/** Where the numbers come from. */
export function originFacts({ run: { manifest, totals, finishedAt } }: ReportInput): Fact[] {
  const tree =
    manifest.gitDirty === null ? "" : manifest.gitDirty ? ", with changes that are not committed" : ", clean tree";
  return [
    fact(
      "Answers",
      { live: "asked of the providers", recorded: "recorded elsewhere", simulated: "from the simulated fleet" }[
        manifest.source
      ],
    ),
    fact("Run id", manifest.runId, true),
    fact("Time", `${manifest.startedAt} to ${finishedAt ?? UNKNOWN}`),
    fact("Spent", totals === null ? UNKNOWN : spentText(totals, manifest.source)),
    fact("Commit", `${manifest.gitCommit ?? UNKNOWN}${tree}`, true),
    fact(
      "Versions",
      Object.entries(manifest.versions)
        .map(([name, version]) => `${name} ${version}`)
        .join(", ") || UNKNOWN,
    ),
  ];
}

function spentText(totals: NonNullable<ReportInput["run"]["totals"]>, source: string): string {
  const sums = `${atLeastUsd(totals.knownUsd, totals.unpricedTrials)} for answers, ${atLeastUsd(totals.judgeUsd, totals.judgeUnpriced ?? 0)} for judging`;
  return source === "simulated" ? `nothing; at the invented prices it would be ${sums}` : sums;
}

import type { Policy } from "../../domain/policy.ts";
import type { ReportInput } from "../../domain/detail.ts";
import type { PlannedCandidate } from "../../domain/run.ts";
import { change, count, percent, points, seconds, UNKNOWN, usd } from "../numbers.ts";
import { servedBy } from "./served.ts";
import { costLimitOf, marginOf } from "./limits.ts";
import { methodNotes } from "./method.ts";
import type { Cast } from "./marks.ts";
import { list } from "./text.ts";

/** A fact with its name; `code` sets it in monospace. */
interface Fact {
  readonly name: string;
  readonly text: string;
  readonly code: boolean;
}

/** Part 5: everything that the answer rests on. */
export function basisView(input: ReportInput, cast: Cast) {
  const { manifest } = input.run;
  return {
    candidates: cast.ids.flatMap((id) => manifest.candidates.filter((candidate) => candidate.id === id).map((candidate) => candidateView(candidate, input))),
    scorers: manifest.scorers.map(({ name, rule, weight, required, certainty }) => ({ name, rule, weight: String(weight), required: required ? "yes" : "no", certainty })),
    judge: judgeText(input),
    groups: [
      { title: "The question asked", facts: questionFacts(input) },
      { title: "What was left out", facts: leftOutFacts(input) },
      { title: "What a switch must prove", facts: manifest.routes.map(({ route, policy }) => fact(route, policyText(policy))) },
      { title: "What it was made with", facts: originFacts(input) },
    ],
    commands: [
      { about: "The same report from the saved run, at no cost:", command: `npm run report ${manifest.suite.id}` },
      { about: "The run itself, as it was called:", command: manifest.command },
    ],
    method: methodNotes(input.decision),
  };
}

function fact(name: string, text: string, code = false): Fact {
  return { name, text, code };
}

function candidateView({ id, model, params, variant }: PlannedCandidate, { cases }: ReportInput) {
  const { price } = model;
  const priced = typeof price === "string" ? null : price;
  return {
    id: variant === "default" ? id : `${id}, prompt ${variant}`,
    asked: model.model,
    provider: `${model.provider}, family ${model.family}`,
    served: servedBy(id, model.model, cases),
    params: Object.entries(params).map(([name, value]) => `${name} ${typeof value === "string" ? value : JSON.stringify(value)}`).join(", ") || "the provider's own",
    price: priced === null ? String(price) : `${usd(priced.input)} in, ${usd(priced.output)} out`,
    priceOf: priced === null ? "" : `${priced.checkedAt}, ${priced.source}`,
  };
}

function questionFacts({ run: { manifest }, decision }: ReportInput): Fact[] {
  const { suite } = manifest;
  return [
    fact("Suite", `${suite.id}: ${suite.title}; ${suite.scale} quality`),
    fact("Suite sha256", suite.hash, true),
    fact("Dataset", `${suite.dataset}, ${count(decision.cases)} cases, at most ${count(suite.maxPerCluster)} of a cluster`),
    fact("Dataset sha256", suite.datasetSha256, true),
    fact("Planned", `${count(manifest.plannedN)} cases, ${count(manifest.repeats)} ${manifest.repeats === 1 ? "answer" : "answers"} each`),
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

function leftOutFacts({ run: { manifest, totals, status }, decision }: ReportInput): Fact[] {
  const missing = decision.routes.flatMap(({ route, comparisons }) =>
    comparisons.flatMap((comparison) =>
      Object.entries(comparison.missing).map(([reason, times]) => `${route}, ${comparison.candidate}: ${times} ${times === 1 ? "case" : "cases"}, ${reason}`),
    ),
  );
  return [
    fact("Run", status),
    fact("Trials", totals === null ? UNKNOWN : `${count(totals.planned)} planned: ${count(totals.completed)} answered, ${count(totals.failed)} failed (quality 0, charged), ${count(totals.missing)} missing, ${count(totals.resumed)} from an earlier attempt`),
    fact("Missing", missing.join("; ") || "no case of any comparison"),
    fact("Unpriced", totals === null ? UNKNOWN : `${count(totals.unpricedTrials)} trials`),
    fact("Scorers dropped", manifest.dropped.map(({ name, reason }) => `${name}: ${reason}`).join("; ") || "none"),
    fact("Models skipped", manifest.skipped.map(({ model, reason }) => `${model}: ${reason}`).join("; ") || "none"),
  ];
}

function policyText(policy: Policy): string {
  const margin = marginOf(policy);
  const quality = margin === 0 ? "quality better than the incumbent's" : `quality at most ${points(margin)} points lower`;
  const latency = policy.p95LatencyMs === undefined ? [] : [`95 % of answers within ${seconds(policy.p95LatencyMs)}`];
  return `${[quality, `cost ${change(costLimitOf(policy))} or less`, ...latency, `errors at most ${percent(policy.maxErrorRate)}`].join(", ")}; chance of a false approval at most ${percent(policy.alpha)}`;
}

function originFacts({ run: { manifest, totals, finishedAt } }: ReportInput): Fact[] {
  const tree = manifest.gitDirty === null ? "" : manifest.gitDirty ? ", with changes that are not committed" : ", clean tree";
  return [
    fact("Answers", { live: "asked of the providers", recorded: "recorded elsewhere", simulated: "from the simulated fleet" }[manifest.source]),
    fact("Run id", manifest.runId, true),
    fact("Time", `${manifest.startedAt} to ${finishedAt ?? UNKNOWN}`),
    fact("Spent", totals === null ? UNKNOWN : `${totals.unpricedTrials > 0 ? "at least " : ""}${usd(totals.knownUsd)} for answers, ${usd(totals.judgeUsd)} for judging`),
    fact("Commit", `${manifest.gitCommit ?? UNKNOWN}${tree}`, true),
    fact("Versions", Object.entries(manifest.versions).map(([name, version]) => `${name} ${version}`).join(", ") || UNKNOWN),
  ];
}

function judgeText({ run: { manifest } }: ReportInput): string {
  const { judge } = manifest;
  if (judge === null) return "No judge: every score is a rule's.";
  const related = judge.related ? "It is of the family of a compared model." : "No compared model is of its family.";
  return `Judge: ${judge.model}, family ${judge.family}, blind to the model's name. ${related}`;
}

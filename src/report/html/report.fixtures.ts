import type { Comparison, Decision, Estimate, ModelSummary, RouteDecision } from "../../domain/decision.ts";
import type { AnswerDetail, CaseDetail, ReportInput } from "../../domain/detail.ts";
import { type Policy, PolicySchema } from "../../domain/policy.ts";
import type { RunFile } from "../../domain/run.ts";

/** What a test wants to differ. */
export interface FixtureOptions {
  readonly cases?: number;
  readonly simulated?: boolean;
  /** Put into every text that a report shows. */
  readonly hostile?: string;
}

interface Invented {
  readonly id: string;
  readonly skill: number;
  readonly usd: number;
  readonly ms: number;
}

const MODELS: readonly Invented[] = [
  { id: "claude-opus-4.6", skill: 0.9, usd: 0.033, ms: 15_000 },
  { id: "kimi-k2-thinking", skill: 0.89, usd: 0.0098, ms: 23_000 },
  { id: "claude-sonnet-4.6", skill: 0.84, usd: 0.02, ms: 11_000 },
  { id: "claude-haiku-4.5", skill: 0.66, usd: 0.0057, ms: 5_300 },
];
const TAGS = { complexity: ["simple", "medium", "complex"], domain: ["science", "law", "markets", "methods"] } as const;

/** An invented report of four models on three routes: a switch, an open one and a keep. The same options give the same report. */
export function reportFixture({ cases: size = 120, simulated = false, hostile = "" }: FixtureOptions = {}): ReportInput {
  const random = stream(7);
  const cases = Array.from({ length: size }, (_, index) => caseOf(index, random, hostile));
  const policy = PolicySchema.parse({ p95LatencyMs: 90_000 });
  const [, kimi, sonnet] = MODELS;
  const routes: RouteDecision[] = [
    routeOf("research_synthesis", {}, cases, policy, { verdict: "switch", candidate: kimi!.id, volume: 1_200, simulated, hostile }),
    routeOf("research_chat", { complexity: "medium" }, cases, policy, { verdict: "inconclusive", candidate: sonnet!.id, volume: 420, simulated, hostile }),
    routeOf("research_deep_dive", { complexity: "complex" }, cases, policy, { verdict: "keep", candidate: sonnet!.id, volume: 90, simulated, hostile }),
  ];
  const decision: Decision = {
    version: 1,
    suite: "research",
    simulated,
    seed: "7",
    cases: size,
    repeats: 1,
    family: 9,
    models: MODELS.map(({ id }) => modelOf(id, cases, hostile)),
    routes,
  };
  return { run: runOf(size, simulated, hostile), decision, cases };
}

function stream(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function caseOf(index: number, random: () => number, hostile: string): CaseDetail {
  const complexity = TAGS.complexity[index % 3]!;
  return {
    id: `r-${String(index + 1).padStart(3, "0")}`,
    tags: { complexity, domain: TAGS.domain[index % 4]!, ...(hostile === "" ? {} : { [`tag ${hostile}`]: hostile }) },
    input: `Which ruling on water right ${index + 1} governs today, and for what?${hostile}\nCite a document for each step.`,
    context: [{ title: `Document 1${hostile}`, text: `The trial court found for the town in 2019; the appeal reversed it.${hostile}` }],
    reference: [`The 2022 appeal governs surface water only.${hostile}`, "Groundwater went back to the trial court."],
    answers: MODELS.map((model) => answerOf(model, complexity, random, hostile)),
  };
}

function answerOf(model: Invented, complexity: string, random: () => number, hostile: string): AnswerDetail {
  const hard = complexity === "complex" ? 0.1 : complexity === "medium" ? 0.04 : 0;
  const keyPoints = Math.min(1, Math.max(0, Math.round((model.skill - hard + (random() - 0.5) * 0.4) * 5) / 5));
  const citations = random() < 0.92 ? 1 : 0.5;
  const latencyMs = model.ms * (0.6 + 0.9 * random());
  if (random() < 0.008) {
    const failure = { reason: "timeout", message: `no answer within 90 s${hostile}` } as const;
    return { candidate: model.id, repeat: 0, text: "", failure, scores: {}, quality: 0, costUsd: model.usd, latencyMs: 90_000, servedModel: undefined };
  }
  const criteria = [
    { id: "names-the-appeal", met: keyPoints > 0.3, evidence: `the 2022 appeal governs${hostile}` },
    { id: "limits-it-to-surface-water", met: keyPoints > 0.7, evidence: keyPoints > 0.7 ? "but only for surface water" : "" },
  ];
  return {
    candidate: model.id,
    repeat: 0,
    text: `The 2022 appeal governs, but only for surface water. The trial court found for the town in 2019 [1]; the appeal reversed that finding [2].${hostile}\n\nNothing has been decided on groundwater since.`,
    failure: undefined,
    scores: {
      "Key points": { state: "scored", value: keyPoints, explanation: `${Math.round(keyPoints * 5)} of 5 points${hostile}`, judge: { model: `gpt-5${hostile}`, rubric: "e55ac310", criteria } },
      Citations: { state: "scored", value: citations, explanation: citations === 1 ? "all resolve" : "one does not resolve" },
    },
    quality: 0.7 * keyPoints + 0.3 * citations,
    costUsd: model.usd * (0.7 + 0.6 * random()),
    latencyMs,
    servedModel: model.id,
  };
}

function valuesOf(id: string, cases: readonly CaseDetail[], pick: (answer: AnswerDetail) => number | null): number[] {
  return cases.flatMap(({ answers }) => pick(answers.find(({ candidate }) => candidate === id)!) ?? []);
}

function estimate(values: readonly number[], level = 0.95, z = 1.98): Estimate | null {
  if (values.length < 2) return null;
  const value = values.reduce((sum, each) => sum + each, 0) / values.length;
  const half = z * Math.sqrt(values.reduce((sum, each) => sum + (each - value) ** 2, 0) / (values.length - 1) / values.length);
  return { value, interval: { low: value - half, high: value + half, level, method: "fixture" }, n: values.length };
}

function scoreIn(name: string): (answer: AnswerDetail) => number | null {
  return ({ scores }) => {
    const score = scores[name];
    return score?.state === "scored" ? score.value : null;
  };
}

function modelOf(id: string, cases: readonly CaseDetail[], hostile: string): ModelSummary {
  const quality = (some: readonly CaseDetail[]) => estimate(valuesOf(id, some, (answer) => answer.quality));
  const times = valuesOf(id, cases, ({ latencyMs }) => latencyMs).sort((a, b) => a - b);
  const time = (share: number): Estimate => {
    const value = times[Math.floor(share * times.length)]!;
    return { value, interval: { low: value * 0.93, high: value * 1.1, level: 0.95, method: "order" }, n: times.length };
  };
  const failed = cases.filter(({ answers }) => answers.some(({ candidate, failure }) => candidate === id && failure !== undefined)).length;
  const slices = Object.entries(TAGS).flatMap(([tag, values]) => values.map((value) => [`${tag}=${value}`, quality(cases.filter(({ tags }) => tags[tag] === value))] as const));
  const thinks = id.includes("thinking");
  return {
    candidate: id,
    trials: cases.length,
    quality: quality(cases),
    scorers: { "Key points": estimate(valuesOf(id, cases, scoreIn("Key points"))), Citations: estimate(valuesOf(id, cases, scoreIn("Citations"))) },
    costPer1000: estimate(valuesOf(id, cases, ({ costUsd }) => (costUsd === null ? null : costUsd * 1_000))),
    latencyP50Ms: time(0.5),
    latencyP95Ms: time(0.95),
    errors: { value: failed / cases.length, interval: { low: 0, high: failed / cases.length + 0.025, level: 0.95, method: "wilson" }, n: cases.length },
    failures: failed === 0 ? {} : { [`timeout${hostile}`]: failed },
    unscored: 0,
    unpriced: 0,
    tokens: { input: 1_900 * cases.length, visibleOutput: 660 * cases.length, reasoning: thinks ? 2_730 * cases.length : 0, counted: cases.length },
    slices: { ...Object.fromEntries(slices), ...(hostile === "" ? {} : { [`tag ${hostile}=${hostile}`]: null }) },
  };
}

interface Wanted {
  readonly verdict: RouteDecision["verdict"];
  readonly candidate: string;
  readonly volume: number;
  readonly simulated: boolean;
  readonly hostile: string;
}

function routeOf(route: string, slice: Record<string, string>, all: readonly CaseDetail[], policy: Policy, wanted: Wanted): RouteDecision {
  const cases = all.filter(({ tags }) => Object.entries(slice).every(([tag, value]) => tags[tag] === value));
  const { candidate, verdict, simulated, hostile } = wanted;
  const grade = simulated ? "simulated" : "advisory";
  return {
    route: `${route}${hostile}`,
    slice,
    incumbent: MODELS[0]!.id,
    verdict,
    grade,
    gradeReason: simulated ? "the models are simulated" : `Key points not calibrated by people's labels${hostile}`,
    candidate,
    comparisons: MODELS.slice(1).map(({ id }) => comparisonOf(id, cases, policy, { ...wanted, verdict: id === candidate ? verdict : "inconclusive" })),
    policy,
    volume: wanted.volume,
    monthlySaving: { value: 838, interval: { low: 790, high: 884, level: 0.95, method: "t" }, n: cases.length },
  };
}

function comparisonOf(candidate: string, cases: readonly CaseDetail[], policy: Policy, { verdict, simulated, hostile }: Wanted): Comparison {
  const ours = valuesOf(candidate, cases, ({ quality }) => quality);
  const theirs = valuesOf(MODELS[0]!.id, cases, ({ quality }) => quality);
  const differences = ours.map((value, index) => value - (theirs[index] ?? 0));
  const level = 1 - 0.1 / 9;
  const quality = estimate(differences, level, 2.6);
  const path: number[] = [];
  for (const difference of differences) path.push((path.at(-1) ?? 0) + Math.log1p(2.2 * (difference + policy.margin)));
  const state = verdict === "switch" ? "holds" : verdict === "keep" ? "fails" : "open";
  const ratio = MODELS.find(({ id }) => id === candidate)!.usd / MODELS[0]!.usd;
  return {
    candidate,
    incumbent: MODELS[0]!.id,
    n: differences.length,
    cases: differences.length,
    wins: differences.filter((each) => each > 0).length,
    losses: differences.filter((each) => each < 0).length,
    ties: differences.filter((each) => each === 0).length,
    missing: hostile === "" ? {} : { [`candidate: ${hostile}`]: 1 },
    quality,
    test: "betting",
    looks: [{ n: differences.length, share: 1, p: 0.02 }],
    path,
    conditions: [
      { name: "quality", state, p: state === "holds" ? 0.002 : 0.31 },
      { name: "cost", state: "holds", p: 0.0001 },
      { name: "latency", state: "holds", p: 0.004 },
      { name: "errors", state: "holds", p: null },
    ],
    p: 0.02,
    pHolm: 0.04,
    costRatio: { value: ratio, interval: { low: ratio * 0.94, high: ratio * 1.07, level: 0.9, method: "fieller" }, n: differences.length },
    latencyRatio: 1.6,
    missingMatters: false,
    outcome: verdict === "switch" ? "passes" : verdict === "keep" ? "fails" : "open",
    moreCases: verdict === "inconclusive" ? { atObserved: 60, atNoDifference: 40 } : null,
    resolvableMargin: 0.071,
    truth: simulated ? { value: (quality?.value ?? 0) - 0.008, interval: null, n: differences.length } : null,
  };
}

function runOf(size: number, simulated: boolean, hostile: string): RunFile {
  const price = { input: 5, output: 25, source: `public table${hostile}`, checkedAt: "2026-11-22" };
  return {
    status: "complete",
    finishedAt: "2026-11-22T14:31:09.000Z",
    totals: { planned: 4 * size, completed: 4 * size - 2, failed: 2, missing: 0, knownUsd: 8.31, judgeUsd: 4.67, unpricedTrials: 0, resumed: 0 },
    manifest: {
      version: 1,
      runId: "20261122-140500-9f3c",
      suite: { id: "research", title: `Research synthesis${hostile}`, scale: "graded", hash: "4c1e9ab2f0".repeat(6), dataset: "datasets/research.jsonl", datasetSha256: "b7d019fe22".repeat(6), maxPerCluster: 5 },
      scorers: [
        { name: "Key points", rule: "judge", weight: 0.7, required: false, certainty: "judge" },
        { name: "Citations", rule: "citations", weight: 0.3, required: false, certainty: "heuristic" },
      ],
      dropped: hostile === "" ? [] : [{ name: hostile, reason: hostile }],
      judge: { model: `gpt-5${hostile}`, family: "openai", related: false },
      candidates: MODELS.map(({ id }) => ({
        id,
        model: { id, provider: id.startsWith("claude") ? "anthropic" : "openrouter", model: id, family: id.split("-")[0]!, params: {}, accepts: ["maxTokens"], price },
        variant: "default",
        params: { maxTokens: 4_096 },
      })),
      skipped: [{ model: "gemini-3-pro", reason: `GEMINI_API_KEY is not set${hostile}` }],
      routes: [],
      order: [],
      plannedN: size,
      repeats: 1,
      seed: "7",
      source: simulated ? "simulated" : "live",
      startedAt: "2026-11-22T14:05:00.000Z",
      gitCommit: "9f3c2ab41d",
      gitDirty: false,
      versions: { signalbox: "0.1.0", node: "26.10.0" },
      command: `npm run eval research${hostile}`,
    },
  };
}

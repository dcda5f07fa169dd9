import { ModelSchema } from "../domain/model.ts";
import { PolicySchema } from "../domain/policy.ts";
import type { Manifest, PlannedRoute, Run, TrialNumbers } from "../domain/run.ts";
import { TrialTable } from "../domain/trial-table.ts";
import type { Random } from "../ports.ts";
import { type PairedUnits, pairUnits } from "./pairs.ts";
import { type Row, tabulate } from "./table.ts";

/** One answer: its quality, or more of it; null is an answer that could not be scored, undefined none at all. */
export type AnswerSpec = number | null | undefined | Partial<TrialNumbers>;

export interface RunSpec {
  /** By candidate, by case: one answer, or a list of them, one for each repeat. The first candidate is the incumbent. */
  readonly answers: Readonly<Record<string, readonly (AnswerSpec | readonly AnswerSpec[])[]>>;
  readonly scale?: "binary" | "graded";
  readonly repeats?: number;
  readonly routes?: readonly RouteSpec[];
  /** By case. */
  readonly clusters?: readonly (string | undefined)[];
  readonly tags?: readonly Readonly<Record<string, string>>[];
  readonly manifest?: Partial<Manifest>;
}

type RouteSpec = Partial<Omit<PlannedRoute, "policy">> & { readonly policy?: Partial<PlannedRoute["policy"]> };

/** USD of an answer that names no cost: the incumbent's, and everybody else's. */
const INCUMBENT_USD = 0.01;
const CANDIDATE_USD = 0.005;
export const PRICE = { input: 1, output: 10, source: "a test", checkedAt: "2026-11-01" };

/** A run as it comes out of a journal. Costs let the cost condition hold: a candidate costs half of the incumbent. */
export function makeRun({ answers, repeats = 1, scale = "binary", ...spec }: RunSpec): Run {
  const names = Object.keys(answers);
  const [incumbent = "", ...others] = names;
  const count = Math.max(0, ...names.map((name) => answers[name]?.length ?? 0));
  const cases = Array.from({ length: count }, (_, index) => ({
    id: `case-${index}`,
    tags: spec.tags?.[index] ?? {},
    clusterId: spec.clusters?.[index],
  }));
  const trials = names.flatMap((name, candidateIndex) =>
    (answers[name] ?? []).flatMap((answer, caseIndex) =>
      (isList(answer) ? answer : [answer]).flatMap((one, repeat) =>
        one === undefined ? [] : [trialOf(one, { caseIndex, candidateIndex, repeat })],
      ),
    ),
  );
  const manifest: Manifest = {
    version: 1,
    runId: "run-1",
    suite: {
      id: "suite",
      title: "Suite",
      scale,
      hash: "hash",
      dataset: "d.jsonl",
      datasetSha256: "00",
      maxPerCluster: 5,
    },
    scorers: [{ name: "rule", rule: "rule", weight: 1, required: false, certainty: "exact" }],
    dropped: [],
    judge: null,
    candidates: [incumbent, ...others].map((id) => ({
      id,
      model: ModelSchema.parse({ id, provider: "p", model: id, family: id, price: PRICE }),
      variant: "default",
      params: { maxTokens: 500 },
      endpoint: "test",
    })),
    skipped: [],
    routes: (spec.routes ?? [{}]).map((route, index) => ({
      route: `route-${index}`,
      incumbent,
      slice: {},
      volume: null,
      ...route,
      policy: PolicySchema.parse(route.policy ?? {}),
    })),
    order: cases.map(({ id }) => id),
    plannedN: Math.max(1, cases.length),
    repeats,
    seed: "1",
    source: "live",
    startedAt: "2026-11-01T00:00:00Z",
    gitCommit: null,
    gitDirty: null,
    versions: {},
    command: "npm run eval suite",
    ...spec.manifest,
  };
  return withTrials({ manifest, cases }, trials);
}

/** A run with these trials, put into its table in this order. */
export function withTrials({ manifest, cases }: Pick<Run, "manifest" | "cases">, trials: Iterable<TrialNumbers>): Run {
  const { candidates, repeats, scorers } = manifest;
  const judges = manifest.judge?.panel?.length ?? 0;
  const shape = { cases: cases.length, candidates: candidates.length, repeats, scorers: scorers.length, judges };
  const table = new TrialTable(shape);
  for (const trial of trials) table.set(trial);
  return { manifest, cases, trials: table };
}

/** The units of the second model of a run against its first, over all cases. */
export function unitsOf(run: Run): PairedUnits {
  const [incumbent, candidate] = tabulate(run) as [Row, Row];
  const every = [...run.cases.keys()];
  return pairUnits(run, every, candidate, incumbent);
}

function isList(answer: AnswerSpec | readonly AnswerSpec[]): answer is readonly AnswerSpec[] {
  return Array.isArray(answer);
}

function trialOf(
  answer: number | null | Partial<TrialNumbers>,
  at: Pick<TrialNumbers, "caseIndex" | "candidateIndex" | "repeat">,
): TrialNumbers {
  const given = typeof answer === "object" && answer !== null ? answer : { quality: answer };
  const quality = given.quality === undefined ? 1 : given.quality;
  return {
    ...at,
    state: "completed",
    reason: quality === null ? "judge unparseable" : null,
    quality,
    values: [quality],
    costUsd: at.candidateIndex === 0 ? INCUMBENT_USD : CANDIDATE_USD,
    latencyMs: 1_000,
    inputTokens: 100,
    visibleTokens: 50,
    reasoningTokens: null,
    capped: false,
    from: null,
    ...given,
  };
}

/** A failed call, by the model's own doing. */
export const FAILED: Partial<TrialNumbers> = { state: "failed", reason: "timeout", quality: 0 };

/** Right-or-wrong answers of an incumbent and a candidate: wins first, then losses, then ties. */
export function counts({ wins = 0, losses = 0, n }: { wins?: number; losses?: number; n: number }) {
  const of = (right: (index: number) => boolean) => Array.from({ length: n }, (_, index) => (right(index) ? 1 : 0));
  return { inc: of((index) => index >= wins), cand: of((index) => index < wins || index >= wins + losses) };
}

/** mulberry32: a seeded stream. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Streams by name, for `decide`. */
export const random: Random = (name) => seeded([...name].reduce((hash, letter) => hash * 31 + letter.charCodeAt(0), 7));

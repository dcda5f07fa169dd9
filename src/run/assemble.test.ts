import { describe, expect, it } from "vitest";
import type { Manifest } from "../domain/run.ts";
import type { Completion, Outcome, Score, Trial, TrialScores } from "../domain/trial.ts";
import type { JournalRecord } from "../ports.ts";
import { assembleRun } from "./assemble.ts";
import { makeCompletion, makeModel } from "./run.fixtures.ts";

const scorer = (name: string) => ({ name, rule: "r", weight: 1, required: false, certainty: "exact" as const });
const planned = (id: string) => ({ id, model: makeModel(id), variant: "default", params: {} });
const manifest: Manifest = {
  version: 1,
  runId: "run-1",
  suite: { id: "s", title: "S", scale: "graded", hash: "h", dataset: "d", datasetSha256: "0", maxPerCluster: 5 },
  scorers: [scorer("one"), scorer("two")],
  dropped: [],
  judge: null,
  candidates: [planned("a"), planned("b")],
  skipped: [],
  routes: [],
  order: ["c1", "c2"],
  plannedN: 2,
  repeats: 2,
  seed: "1",
  source: "live",
  startedAt: "2026-11-01T00:00:00Z",
  gitCommit: null,
  gitDirty: null,
  versions: {},
  command: "",
};
const cases = ["c1", "c2"].map((id) => ({ id, tags: {}, clusterId: undefined }));

const completed = (changes: Partial<Completion> = {}, costUsd?: number): Outcome => ({
  state: "completed",
  completion: { ...makeCompletion("text"), ...changes },
  attempts: 1,
  ...(costUsd === undefined ? {} : { costUsd }),
});
const trial = (key: string, outcome: Outcome = completed(), changes: Partial<Trial> = {}): JournalRecord => ({
  type: "trial",
  trial: { key, caseId: "c1", candidate: "a", repeat: 0, startedAt: "now", outcome, ...changes },
});
const scored = (value: number): Score => ({ state: "scored", value, explanation: "" });
const scores = (key: string, quality: number | null, by: TrialScores["scores"] = {}): JournalRecord => ({
  type: "scores",
  scores: { key, scores: by, quality },
});

async function* stream(records: readonly JournalRecord[]): AsyncGenerator<JournalRecord> {
  yield* records;
}
const assemble = async (...records: readonly JournalRecord[]) =>
  (await assembleRun(manifest, cases, stream(records))).trials;

describe("assembleRun", () => {
  it("makes numbers of an answer and its scores, unknown ones null", async () => {
    const usage = { freshInput: 10, cacheRead: 5, visibleOutput: 7 };
    const records = [trial("k", completed({ usage }, 0.2)), scores("k", 0.6, { two: scored(0.9), one: scored(0.3) })];
    expect(await assemble(...records)).toEqual([
      {
        caseIndex: 0,
        candidateIndex: 0,
        repeat: 0,
        state: "completed",
        reason: null,
        quality: 0.6,
        values: [0.3, 0.9],
        costUsd: 0.2,
        latencyMs: 100,
        inputTokens: 15,
        visibleTokens: 7,
        reasoningTokens: null,
        capped: false,
      },
    ]);
    const { latencyMs: _, ...untimed } = makeCompletion();
    const bare: Outcome = { state: "completed", completion: { ...untimed, usage: {} }, attempts: 1 };
    const nulls = { costUsd: null, latencyMs: null, inputTokens: null, visibleTokens: null, reasoningTokens: null };
    expect(await assemble(trial("k", bare))).toMatchObject([nulls]);
  });

  it("sorts by repeat, case and candidate, whatever order they ended in", async () => {
    const places = [
      { caseId: "c2", candidate: "b", repeat: 1 },
      { caseId: "c1", candidate: "b", repeat: 0 },
      { caseId: "c2", candidate: "a", repeat: 0 },
      { caseId: "c1", candidate: "a", repeat: 0 },
    ];
    const trials = await assemble(...places.map((place, index) => trial(`k${index}`, completed(), place)));
    expect(trials.map(({ repeat, caseIndex, candidateIndex }) => [repeat, caseIndex, candidateIndex])).toEqual([
      [0, 0, 0],
      [0, 0, 1],
      [0, 1, 0],
      [1, 1, 1],
    ]);
  });

  it("lets the first record of a trial win, and its last scores", async () => {
    const records = [
      trial("k", completed({}, 0.1)),
      scores("k", 0.2),
      scores("other", 0.9),
      trial("k", completed({}, 0.7)),
      scores("k", 0.4),
    ];
    expect(await assemble(...records)).toMatchObject([{ costUsd: 0.1, quality: 0.4 }]);
  });

  it("has one trial a case, candidate and repeat, even under two keys", async () => {
    const records = [trial("old"), scores("old", 0.2), trial("new"), scores("new", 0.9)];
    expect(await assemble(...records)).toMatchObject([{ quality: 0.2 }]);
  });

  it("leaves trials out that the manifest does not plan", async () => {
    const foreign = [{ caseId: "c9" }, { candidate: "z" }, { repeat: 2 }];
    expect(await assemble(...foreign.map((place, index) => trial(`k${index}`, completed(), place)))).toEqual([]);
  });

  it("takes scores that come before their trial", async () => {
    expect(await assemble(scores("k", 0.5), trial("k"))).toMatchObject([{ quality: 0.5 }]);
  });

  it("gives no quality to what was not, or could not be, scored, and says why", async () => {
    expect(await assemble(trial("k"))).toMatchObject([{ quality: null, values: [null, null], reason: "not scored" }]);
    const unscored = { one: scored(1), two: { state: "unscored", reason: "judge unparseable" } as const };
    expect(await assemble(trial("k"), scores("k", null, unscored))).toMatchObject([
      { state: "completed", quality: null, values: [1, null], reason: "judge unparseable" },
    ]);
  });

  it("makes a model's failure quality 0, with its cost and its time", async () => {
    const failed: Outcome = { state: "failed", reason: "timeout", message: "", attempts: 4, latencyMs: 9, costUsd: 3 };
    const expected = { state: "failed", reason: "timeout", quality: 0, costUsd: 3, latencyMs: 9, values: [null, null] };
    expect(await assemble(trial("k", failed))).toMatchObject([expected]);
    // Whatever scores a journal holds for it.
    expect(await assemble(trial("k", failed), scores("k", 1, { one: scored(1) }))).toMatchObject([expected]);
  });

  it("makes a refusal a failure of the model's own", async () => {
    const refused = completed({ finishReason: { unified: "refusal", raw: "content_filter" } }, 0.1);
    expect(await assemble(trial("k", refused), scores("k", 0.8))).toMatchObject([
      { state: "failed", reason: "refused", quality: 0, costUsd: 0.1 },
    ]);
  });

  it("makes a failure of ours missing, never quality 0", async () => {
    const ours: Outcome = { state: "failed", reason: "network", message: "", attempts: 4 };
    expect(await assemble(trial("k", ours), scores("k", 0))).toMatchObject([
      { state: "missing", reason: "network", quality: null },
    ]);
  });

  it("knows an answer that was cut at its token limit", async () => {
    const cut = completed({ finishReason: { unified: "length", raw: "max_tokens" } });
    expect(await assemble(trial("k", cut))).toMatchObject([{ capped: true }]);
  });
});
